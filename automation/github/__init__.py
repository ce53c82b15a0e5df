"""GitHub as the host of a run."""
