"""What the machine writes and reads again."""
