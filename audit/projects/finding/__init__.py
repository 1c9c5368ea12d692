"""Which models and datasets a project uses, and where."""
