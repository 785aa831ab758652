"""Tests of generator/checking/."""
