"""Which relative paths a plan may name at all, judged by their text alone (pure)."""

from __future__ import annotations

LONGEST_NAME = 255  # bytes of one name on every file system that matters (NAME_MAX)
LONGEST_PATH = 1024  # bytes; a quarter of PATH_MAX, so that a root in front of it always fits


def path_problem(relative: str) -> str:
    """Why this path may not be used below a root directory, or an empty text where it may."""
    if not relative:
        return "it is empty"
    if relative.startswith("/"):
        return "it is absolute: write it relative to the work directory"
    if any(ord(letter) < ord(" ") or letter == "\x7f" for letter in relative):
        return "it holds a control character"
    if "\\" in relative:
        return "it holds a backslash: separate folders with /"
    try:
        size = len(relative.encode("utf-8"))
    except UnicodeEncodeError:
        return "it holds half a character (a lone surrogate)"
    return f"it is longer than {LONGEST_PATH} bytes" if size > LONGEST_PATH else _parts_problem(relative)


def _parts_problem(relative: str) -> str:
    parts = relative.split("/")
    if ".." in parts:
        return "it leads upwards (..): stay below the work directory"
    if any(part.rstrip(". ").lower() == ".git" or part.lower() == "git~1" for part in parts):
        return "it leads into .git"
    if any(len(part.encode("utf-8")) > LONGEST_NAME for part in parts):
        return f"a name in it is longer than {LONGEST_NAME} bytes"
    return "" if any(part not in {"", "."} for part in parts) else "it names no file"
