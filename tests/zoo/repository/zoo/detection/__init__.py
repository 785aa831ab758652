"""Detectors that share a backbone, a configuration and an evaluator."""
