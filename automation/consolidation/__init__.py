"""What the 16 phases of the unified plan do to target repositories: a library by theme that knows nothing of the runner.

Targets are only read. Where a tool writes beside what it looks at, it works on a copy; proposals are files of the run.
"""
