"""The elements of an XML report, one at a time, without anything that could blow up: no DOCTYPE, no entities, capped.

Entities are what XML bombs and file disclosure are made of, and they need a document type: a document with one is
refused at its first sight, so plain expat is safe here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.parsers import expat

from automation.plan.paths import read_inside

LARGEST = 50_000_000
DEEPEST = 100

Start = Callable[[str, Mapping[str, str], int], None]


class BadXml(ValueError):
    """The file is no XML, or has what is refused: why, and in which line."""


def read_elements(root: Path, relative: str, on_start: Start) -> None:
    """Call `on_start(name, attributes, depth)` for each element of the file; the root's depth is 0.

    Raises `BadXml`, `UnsafePath` (both name the file) or `OSError`.
    """
    try:
        parse_elements(read_inside(root, relative, LARGEST), on_start)
    except BadXml as error:
        raise BadXml(f"{relative}: {error}") from error


def parse_elements(content: bytes, on_start: Start) -> None:
    """The same for a document in memory. Raises `BadXml`."""
    parser = expat.ParserCreate(namespace_separator=None)
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth >= DEEPEST:
            raise BadXml(f"line {parser.CurrentLineNumber}: elements are nested more than {DEEPEST} deep")
        on_start(name, attributes, depth)
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_declaration: object) -> int:
        raise BadXml(f"line {parser.CurrentLineNumber}: a document type or entity is declared, which is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BadXml(f"it is not XML: {error}") from error
    except (ValueError, LookupError) as error:  # encodings that expat asks Python for, and does not get
        raise error if isinstance(error, BadXml) else BadXml(f"it is not XML: {error}") from error
