"""Tests of generator/rendering/."""
