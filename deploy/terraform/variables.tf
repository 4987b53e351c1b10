variable "region" {
  description = "Where everything is. One region of one cloud: pictures never travel."
  type        = string
  default     = "eu-central-1"
}

variable "store_bucket" {
  description = "Name of the bucket for tables, pictures, menus and models; GARNISH_STORE is s3:// and this."
  type        = string
}

variable "logs_bucket" {
  description = "Name of the bucket for what steps print (computeLogManager in helm/values.yaml)."
  type        = string
}

variable "cluster_name" {
  description = "Name of the EKS cluster."
  type        = string
}

variable "vpc_id" {
  description = "The cluster's VPC."
  type        = string
}

variable "vpc_cidr" {
  description = "Its addresses; cluster/network.yaml names the same range."
  type        = string
  default     = "10.0.0.0/16"
}

variable "database_subnet_ids" {
  description = "Private subnets of at least two zones."
  type        = list(string)
}

variable "database_class" {
  description = "Small is enough: decisions, accounts and Dagster's events. 60 step pods open some 200 connections."
  type        = string
  default     = "db.m7g.large"
}

variable "github_repository" {
  description = "owner/name of the repository whose workflow deploys."
  type        = string
}
