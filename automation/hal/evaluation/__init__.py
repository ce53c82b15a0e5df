"""Measuring: metric reports, outcome store, quality scores, baseline, dashboards, benchmarks, security, acceptance."""
