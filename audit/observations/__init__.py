"""What was seen upstream, as types."""
