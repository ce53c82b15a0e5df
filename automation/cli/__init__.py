"""The command line: one file a verb, and the only room that binds the others together."""
