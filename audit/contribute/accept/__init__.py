"""What the audit saw, taken into the records."""
