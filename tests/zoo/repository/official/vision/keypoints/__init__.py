"""The joints of people."""
