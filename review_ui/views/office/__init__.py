"""What the office owes: duties and reports."""
