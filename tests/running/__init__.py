"""Tests of generator/running/."""
