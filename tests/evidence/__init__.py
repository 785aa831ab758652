"""Evidence and verdicts, without kernels."""
