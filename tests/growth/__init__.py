"""Hostile text in three sizes: whoever writes twice as much may make the program work twice as long, not four times."""
