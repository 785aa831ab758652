"""Kernel environments are made, told from those that are not whole, and compared with what is pinned."""
