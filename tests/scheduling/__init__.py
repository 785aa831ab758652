"""Tests of generator/scheduling/."""
