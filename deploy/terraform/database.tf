resource "aws_db_subnet_group" "garnish" {
  name       = "garnish"
  subnet_ids = var.database_subnet_ids
}

resource "aws_security_group" "database" {
  name   = "garnish-database"
  vpc_id = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id = aws_security_group.database.id
  cidr_ipv4         = var.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_db_parameter_group" "garnish" {
  name   = "garnish"
  family = "postgres17"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

# One server, two databases (docs/operations.md): `garnish` holds what people said and cannot be made again, `dagster`
# what ran.
resource "aws_db_instance" "garnish" {
  identifier                   = "garnish"
  engine                       = "postgres"
  engine_version               = "17"
  instance_class               = var.database_class
  db_name                      = "garnish"
  username                     = "postgres"
  manage_master_user_password  = true
  parameter_group_name         = aws_db_parameter_group.garnish.name
  db_subnet_group_name         = aws_db_subnet_group.garnish.name
  vpc_security_group_ids       = [aws_security_group.database.id]
  storage_type                 = "gp3"
  storage_encrypted            = true
  allocated_storage            = 50
  max_allocated_storage        = 500
  multi_az                     = true
  backup_retention_period      = 14
  backup_window                = "02:00-03:00"
  maintenance_window           = "sun:03:30-sun:04:30"
  auto_minor_version_upgrade   = true
  performance_insights_enabled = true
  deletion_protection          = true
  copy_tags_to_snapshot        = true
  final_snapshot_identifier    = "garnish-final"
}
