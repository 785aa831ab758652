"""What the benchmarks do; never how long it takes."""
