"""What an evaluation needs."""


class Precision:
    """How many of those found are right."""
