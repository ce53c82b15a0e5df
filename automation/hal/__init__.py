"""HAL's building blocks, which the flagship plan builds and measures; it imports nothing of the runner."""
