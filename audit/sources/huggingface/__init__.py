"""The Hugging Face Hub, read."""
