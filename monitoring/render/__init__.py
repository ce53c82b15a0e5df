"""Report to text, without side effects: one file a format."""
