"""Doing it: pure decisions over events, and the runner that carries them out."""
