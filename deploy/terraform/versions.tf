# What AWS holds for Garnish: a bucket for the store, one for logs, two queues, a database, and roles.
# The VPC, the EKS cluster and its add-ons (Karpenter, KEDA, External Secrets, Pod Identity) are given.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { project = "garnish" }
  }
}
