"""The workflows, and what their steps do."""
