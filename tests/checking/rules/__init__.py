"""Tests of each rule."""
