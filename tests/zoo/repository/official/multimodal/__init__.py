"""Pictures and words together."""
