"""Builds that make only what changed: the same site as a clean build, and no more work than is needed."""
