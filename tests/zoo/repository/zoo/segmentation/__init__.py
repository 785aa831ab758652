"""Networks that give every pixel a class."""
