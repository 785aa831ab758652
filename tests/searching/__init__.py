"""Search: what is indexed, and that the same is the same."""
