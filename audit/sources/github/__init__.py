"""GitHub, read and written through one client."""
