"""Faults, as a program: `python -m tests.soak --rounds N` breaks runs at random moments and looks what is lost."""
