"""Watching: drift and anomaly detectors, alert rules, their delivery, and a drill that shows them at work."""
