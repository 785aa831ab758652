"""Each command of the command line, one a module: the only place that chains the stages."""
