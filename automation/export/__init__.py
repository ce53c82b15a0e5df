"""The same plan on another engine."""
