"""Delivery: reports and alarms to their recipients, each once, through a mailer that the settings choose."""
