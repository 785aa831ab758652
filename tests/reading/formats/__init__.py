"""Formats of pages, each with the oddities of its own."""
