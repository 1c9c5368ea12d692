"""What differs between a record and what was seen, one module a question."""
