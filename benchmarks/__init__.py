"""Figures, measured here and now: ratios within one run, or the processor's time of one process."""
