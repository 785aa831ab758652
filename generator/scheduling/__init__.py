"""Many scripts on few slots."""
