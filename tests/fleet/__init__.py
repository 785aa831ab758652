"""Scripts on many machines."""
