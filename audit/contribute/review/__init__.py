"""What a branch does to records, verdicts and permissions."""
