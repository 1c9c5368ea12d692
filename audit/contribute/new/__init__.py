"""A new record, drafted from what a hub says."""
