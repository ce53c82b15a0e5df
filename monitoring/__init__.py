"""Watches a run and tells about it."""
