"""What a step can do: one small file an action."""
