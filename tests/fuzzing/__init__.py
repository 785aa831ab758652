"""Whole pages and evidence that nobody meant, sent through all of the program; what was found stays in cases/."""
