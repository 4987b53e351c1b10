resource "aws_ecr_repository" "images" {
  for_each             = toset(["garnish/control-plane", "garnish/gpu-worker"])
  name                 = each.key
  image_tag_mutability = "IMMUTABLE" # a version's image never changes: pods pull it once
  image_scanning_configuration {
    scan_on_push = true
  }
}
