"""Models of joints."""
