"""Script to Attempt: snippets executed in a real kernel, and what was seen of that."""
