"""Thin models, one family a file, for the tests of hubpages."""
