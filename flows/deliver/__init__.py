"""Delivery: reports and alarms to their recipients, each once, through a mailer that the settings choose."""

from flows.deliver.due import DeliveryCounts, deliver_due
from flows.deliver.port import Mailer, open_mailer

__all__ = ["DeliveryCounts", "Mailer", "deliver_due", "open_mailer"]
