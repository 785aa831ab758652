"""Tests of generator.assets."""
