"""The generated Markdown pages."""
