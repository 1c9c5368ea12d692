"""What every layer may use: errors, JSON files, locks, escaping."""
