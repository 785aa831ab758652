"""Pages to scripts and back, without kernels."""
