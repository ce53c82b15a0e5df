"""Why a file could not be read, in the words of every gate that reads one."""

from __future__ import annotations


def why_unread(path: str, error: OSError | ValueError, ask: str = "does a step write it?") -> str:
    """One line that names the file; `ask` is what to look at when it is not there. A `ValueError` names it itself."""
    if isinstance(error, FileNotFoundError):
        return f"{path} is not there; {ask}"
    return f"{path}: {error.strerror}" if isinstance(error, OSError) else str(error)
