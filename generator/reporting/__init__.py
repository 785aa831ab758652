"""Diagnostics and runs to text and to the formats of machines."""
