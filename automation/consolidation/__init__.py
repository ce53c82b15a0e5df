"""What the 16 phases of the unified plan find out about target repositories, by theme; it knows nothing of the runner.

Targets are only read. Where a tool writes beside what it looks at, it works on a copy; proposals are files of the run.
"""
