"""Tests of generator/reading/."""
