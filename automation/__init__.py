"""ZTR, the Zero-Touch Runner: runs what is due of a plan written as YAML tasks, and proves that it is done."""

__version__ = "0.1.0"
