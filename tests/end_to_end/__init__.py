"""The whole program, as its users call it."""
