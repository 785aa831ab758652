"""Kernel environments: made from pinned requirements, and compared with them. Standard library only."""
