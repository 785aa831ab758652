"""Tests of generator/reporting/."""
