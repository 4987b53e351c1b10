resource "aws_s3_bucket" "store" {
  bucket = var.store_bucket
  lifecycle {
    prevent_destroy = true
  }
}

# An overwritten table or a deleted picture can be had back for 30 days: see "Back up and restore" in docs/operations.md.
resource "aws_s3_bucket_versioning" "store" {
  bucket = aws_s3_bucket.store.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "store" {
  bucket     = aws_s3_bucket.store.id
  depends_on = [aws_s3_bucket_versioning.store]

  rule {
    id     = "frames between steps"
    status = "Enabled"
    filter {
      prefix = "steps/"
    }
    expiration {
      days = 7
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  rule {
    id     = "former versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = var.logs_bucket
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "old logs"
    status = "Enabled"
    filter {}
    expiration {
      days = 90
    }
  }
}

locals {
  buckets = {
    store = aws_s3_bucket.store
    logs  = aws_s3_bucket.logs
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "all" {
  for_each = local.buckets
  bucket   = each.value.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "all" {
  for_each                = local.buckets
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "only_encrypted_connections" {
  for_each = local.buckets
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "only_encrypted_connections" {
  for_each = local.buckets
  bucket   = each.value.id
  policy   = data.aws_iam_policy_document.only_encrypted_connections[each.key].json
}
