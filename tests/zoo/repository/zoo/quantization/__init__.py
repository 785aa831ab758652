"""A network in integers."""
