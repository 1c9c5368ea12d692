"""Projects of other people that use models: which ones, and what the registry says of them."""
