resource "aws_sqs_queue" "menu_dead_letters" {
  name                      = "garnish-menu-dead-letters"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "menu" {
  name                      = "garnish-menu"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  # A go lasts 20 s at most (resources/menu_messages.py); a message that was taken by a process that died comes again.
  visibility_timeout_seconds = 120
  # What Garnish cannot read it moves itself, with the reason. This is for messages that never get that far.
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.menu_dead_letters.arn
    maxReceiveCount     = 10
  })
}
