"""Failing runs to edits of their pages that were seen to run."""
