"""Tests of hubpages, through its public face: real files, real processes, real kernels."""
