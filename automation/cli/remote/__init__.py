"""The state branch of a plan: what its files mean, and how claims, runs and people's requests get onto it."""
