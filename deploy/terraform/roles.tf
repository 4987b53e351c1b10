# Least privilege: a role for each service account of cluster/accounts.yaml, bound by EKS Pod Identity.

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  roles = {
    garnish-dagster = data.aws_iam_policy_document.dagster.json
    garnish-desk    = data.aws_iam_policy_document.desk.json
    garnish-secrets = data.aws_iam_policy_document.secrets.json
  }
}

data "aws_iam_policy_document" "pods" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pods" {
  for_each           = local.roles
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.pods.json
}

resource "aws_iam_role_policy" "pods" {
  for_each = local.roles
  name     = "garnish"
  role     = aws_iam_role.pods[each.key].id
  policy   = each.value
}

resource "aws_eks_pod_identity_association" "pods" {
  for_each        = local.roles
  cluster_name    = var.cluster_name
  namespace       = "garnish"
  service_account = each.key
  role_arn        = aws_iam_role.pods[each.key].arn
}

# Runs and steps: the store, the queue, the logs. They may not delete versions: what is overwritten stays for 30 days.
data "aws_iam_policy_document" "dagster" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.store.arn, aws_s3_bucket.logs.arn]
  }
  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.store.arn}/*", "${aws_s3_bucket.logs.arn}/*"]
  }
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [aws_sqs_queue.menu.arn]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.menu_dead_letters.arn]
  }
}

# The desk shows pictures, and writes to the database only.
data "aws_iam_policy_document" "desk" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.store.arn}/pictures/*"]
  }
  # A picture that is not there is then "not found" and not "forbidden".
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.store.arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["pictures/*"]
    }
  }
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = ["arn:aws:secretsmanager:${var.region}:${local.account}:secret:garnish/*"]
  }
}

# Nodes pull images and join the cluster, nothing else (nodes/gpu-nodes.yaml).
data "aws_iam_policy_document" "nodes" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "gpu_node" {
  name               = "garnish-gpu-node"
  assume_role_policy = data.aws_iam_policy_document.nodes.json
}

resource "aws_iam_role_policy_attachment" "gpu_node" {
  for_each = toset([
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
  ])
  role       = aws_iam_role.gpu_node.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_eks_access_entry" "gpu_node" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.gpu_node.arn
  type          = "EC2_LINUX"
}

# The workflow that deploys: GitHub proves which repository and environment it is; no key is kept there.
data "aws_iam_openid_connect_provider" "github" {
  url = "https://token.actions.githubusercontent.com"
}

data "aws_iam_policy_document" "github" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [data.aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:environment:production"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [for repository in aws_ecr_repository.images : repository.arn]
  }
  statement {
    actions   = ["eks:DescribeCluster"]
    resources = ["arn:aws:eks:${var.region}:${local.account}:cluster/${var.cluster_name}"]
  }
}

resource "aws_iam_role" "deploy" {
  name               = "garnish-deploy"
  assume_role_policy = data.aws_iam_policy_document.github.json
}

resource "aws_iam_role_policy" "deploy" {
  name   = "garnish"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.deploy.json
}

resource "aws_eks_access_entry" "deploy" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.deploy.arn
}

resource "aws_eks_access_policy_association" "deploy" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.deploy.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"
  access_scope {
    type       = "namespace"
    namespaces = ["garnish"]
  }
}
