output "database_host" {
  description = "For helm/values.yaml (postgresqlHost) and the secret garnish/databases."
  value       = aws_db_instance.garnish.address
}

output "menu_queue" {
  description = "GARNISH_MENU_QUEUE in cluster/settings.yaml."
  value       = aws_sqs_queue.menu.url
}

output "menu_dead_letters" {
  description = "GARNISH_MENU_DEAD_LETTERS in cluster/settings.yaml."
  value       = aws_sqs_queue.menu_dead_letters.url
}

output "image_registry" {
  description = "Where images are pushed to, by their repository's name."
  value       = { for name, repository in aws_ecr_repository.images : name => repository.repository_url }
}

output "deploy_role" {
  description = "Variable DEPLOY_ROLE of the GitHub environment `production`."
  value       = aws_iam_role.deploy.arn
}
