"""Tests of the parts that mend."""
