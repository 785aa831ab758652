"""Stand-in weights, made in real processes of the kernel environment."""
