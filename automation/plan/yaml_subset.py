"""A strict subset of YAML 1.2, read from libyaml's events in one pass, without recursion.

Left out, each with a clear error: anchors, aliases, merge keys, tags, directives, duplicate keys, more than one
document, complex keys. Plain scalars follow the core schema's true, false, null and decimal numbers and nothing else,
so that `no`, `on`, `017`, `0x1F`, `12:30` and `2025-09-08` stay strings. Keys are always strings.

Caps: 1 MB, 32 levels, 100,000 nodes. The forms of scalars: https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from sys import intern
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from automation.plan.model import Json

if TYPE_CHECKING:
    from yaml.events import Event

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None  # type: ignore[assignment,misc]  # the stubs know only PyYAML with libyaml

T = TypeVar("T")
Path = tuple[str | int, ...]

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 32
MAX_NODES: Final = 100_000
MAX_DIGITS: Final = 15

_CONSTANTS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MAY_NOT_BE_TEXT: Final = frozenset({"", *"~nNtTfF0123456789+-."})
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"


class Spot(NamedTuple):
    """Line and column of a value, and of its key (of the value itself where it has none), counted from 1."""

    line: int
    column: int
    key_line: int
    key_column: int


class Document(NamedTuple):
    """The value of a file; `lines` gives the line of each of its mappings, by the mapping's `id()`."""

    value: Json
    lines: Mapping[int, int]


class BadYaml(ValueError):
    """Text outside of the subset: `line` and `column` from 1, what was met, and how to mend it."""

    def __init__(self, message: str, remedy: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.remedy, self.line, self.column = message, remedy, line, column


def parse(data: bytes) -> Document:
    """The value of a file's bytes. An empty file is null. Raises `BadYaml`, and nothing else, for whatever bytes."""
    text = _text(data)
    events = _events(data, text)
    # A file cannot have more nodes than characters and one: small ones need no counting.
    return _guarded(lambda: _build(_counted(events) if len(data) >= MAX_NODES else events), text)


def positions(data: bytes) -> dict[Path, Spot]:
    """Where each value of a file stands, by its path; of a damaged file, what comes before the damage."""
    found: dict[Path, Spot] = {}
    try:
        text = _text(data)
        _guarded(lambda: _locate(_counted(_events(data, text)), found), text)
    except BadYaml:
        return found
    return found


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise BadYaml(f"the file has more than {MAX_BYTES:,} bytes", "Split it, or move data into a file of its own.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadYaml("the file is UTF-16", "Save it as UTF-8 without a byte order mark.")
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadYaml("the file begins with a byte order mark", "Save it as UTF-8 without a byte order mark.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _line_column(data[: error.start].decode())
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise BadYaml(found, "Save the file as UTF-8.", line, column) from None
    if "\0" in text:
        raise BadYaml("a NUL character", "Remove it.", *_line_column(text[: text.index("\0")]))
    return text


def _line_column(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _events(data: bytes, text: str) -> Iterator[Event]:
    return _python_events(text) if CParser is None else iter(CParser(data).get_event, None)


def _python_events(text: str) -> Iterator[Event]:
    """The same events without libyaml, ten times slower."""
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PythonParser(Reader, Scanner, Parser):
        def __init__(self) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    for event in iter(PythonParser().get_event, None):
        # libyaml refuses escapes of half a character; Python's parser makes them.
        if isinstance(event, ScalarEvent) and any("\ud800" <= char <= "\udfff" for char in event.value):
            raise _bad(event, "an escape that is no character", "Write the character itself.")
        yield event


def _counted(events: Iterable[Event]) -> Iterator[Event]:
    nodes = 0
    for event in events:
        nodes += isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent))
        if nodes > MAX_NODES:
            raise _bad(event, f"more than {MAX_NODES:,} values", "Split the file, or move data into a file of its own.")
        yield event


def _guarded(work: Callable[[], T], text: str) -> T:
    try:
        return work()
    except yaml.MarkedYAMLError as error:
        raise BadYaml(*_syntax(error), *_syntax_place(error, text)) from None
    except yaml.YAMLError:
        bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
        place = _line_column(text[: bad.start()]) if bad else (1, 1)
        raise BadYaml("a control character", "Remove it, or write it as an escape in double quotes.", *place) from None


def _syntax_place(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int]:
    """Where it went wrong; at the end of the file rather where the bracket that is never closed was opened."""
    written = text.rstrip()
    for mark in (error.problem_mark, error.context_mark):
        if mark and mark.line <= written.count("\n"):
            return mark.line + 1, mark.column + 1
    return _line_column(written[:-1])


def _syntax(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    problem = " ".join(str(error.problem or "this is not YAML").split())
    context = " ".join(str(error.context or "").split())
    message = f"{problem} ({context})" if context else problem
    if "mapping values are not allowed" in problem:
        return message, "Check the indentation, and quote text that holds `: `."
    if "cannot start any token" in problem:
        return message, "Indent with spaces, and quote text that begins with a special character (@ ` % or a tab)."
    if "expected <block end>" in problem or "block end" in problem:
        return message, "Check the indentation: keys of one mapping stand in one column."
    return message, "Check brackets, quotes and indentation near this place."


def _bad(event: Event, message: str, remedy: str) -> BadYaml:
    return BadYaml(message, remedy, *_place(event))


def _place(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _build(events: Iterable[Any]) -> Document:  # noqa: PLR0912, PLR0915 - one flat loop is what makes it fast
    roots: list[Json] = []
    lines: dict[int, int] = {}
    stack: list[tuple[dict[str, Json] | None, list[Json], str | None]] = []
    mapping: dict[str, Json] | None = None
    items, key = roots, None
    special, plain = _MAY_NOT_BE_TEXT, _plain
    for event in events:
        kind = type(event)
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                raise _refused(event)
            value = event.value
            if event.implicit[0]:
                if mapping is not None and key is None:
                    key = _new_key(mapping, value, event) if value in mapping or value in {"<<", ""} else intern(value)
                    continue
                if value[:1] in special:
                    value = plain(value, event)
            elif "\0" in value:
                raise _bad(event, "a NUL character", "Remove the escape.")
            elif mapping is not None and key is None:
                key = _new_key(mapping, value, event) if value in mapping else value
                continue
            if mapping is None:
                items.append(value)
            else:
                mapping[cast(str, key)] = value
                key = None
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None or event.anchor is not None or len(stack) >= MAX_DEPTH:
                raise _refused(event)
            new: dict[str, Json] | list[Json] = {} if kind is MappingStartEvent else []
            if mapping is None:
                items.append(new)
            elif key is None:
                raise _bad(event, "a key that is no text", "Keys are text: write `key: value`.")
            else:
                mapping[key] = new
            stack.append((mapping, items, None))
            key = None
            if kind is MappingStartEvent:
                mapping = cast("dict[str, Json]", new)
                lines[id(new)] = event.start_mark.line + 1
            else:
                mapping, items = None, cast("list[Json]", new)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            mapping, items, key = stack.pop()
        elif kind is AliasEvent or kind is DocumentStartEvent:
            _check_other(event, roots)
    return Document(roots[0] if roots else None, lines)


def _check_other(event: Event, roots: list[Json]) -> None:
    if isinstance(event, AliasEvent):
        raise _bad(event, f"an alias (*{event.anchor})", "Write the value out: anchors and aliases are left out.")
    if isinstance(event, DocumentStartEvent):
        if roots:
            raise _bad(event, "a second document (---)", "One file holds one document: move it into its own file.")
        if event.version or event.tags:
            raise _bad(event, "a directive (%)", "Remove the line that begins with %.")


def _refused(event: Event) -> BadYaml:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if anchor is not None:
        return _bad(event, f"an anchor (&{anchor})", "Remove it: anchors and aliases are left out.")
    if tag is not None:
        return _bad(
            event, f"a tag ({tag.replace('tag:yaml.org,2002:', '!!')})", "Remove it: the schema knows the types."
        )
    return _bad(event, f"more than {MAX_DEPTH} levels", "Make it flatter.")


def _new_key(mapping: Mapping[str, Json], key: str, event: Event) -> str:
    if key in mapping:
        raise _bad(event, f"the key {key!r} for the second time", "Remove one of the two.")
    if key == "<<":
        raise _bad(event, "a merge key (<<)", "Write the keys out: merge keys are left out.")
    raise _bad(event, "an empty key", "Write the key before the colon.")


def _plain(text: str, event: Event) -> Json:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        if len(text.lstrip("+-")) > MAX_DIGITS:
            raise _bad(event, f"a number of more than {MAX_DIGITS} digits", "Put it in quotes if it is a text.")
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in {float("inf"), float("-inf")}:
            raise _bad(event, f"a number that is too large ({text[:40]})", "Put it in quotes if it is a text.")
        return number
    if re.fullmatch(_NOT_FINITE, text):
        raise _bad(event, f"a number that is not finite ({text})", "Leave it out, or put it in quotes if it is a text.")
    return text


def _locate(events: Iterable[Event], found: dict[Path, Spot]) -> None:
    """Fill in the positions; what the subset refuses ends it, so that it never goes deeper than `parse`."""
    stack: list[tuple[Path, int | None, str | None, tuple[int, int]]] = []
    path: Path = ()
    index: int | None = None
    key: str | None = None
    key_at = (0, 0)
    for event in events:
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            path, index, key, key_at = stack.pop()
        if not isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
            continue
        at = _place(event)
        is_item = index is not None
        if stack and not is_item and key is None:
            if not isinstance(event, ScalarEvent):
                raise _bad(event, "a key that is no text", "Keys are text: write `key: value`.")
            key, key_at = event.value, at
            continue
        here: Path = (*path, index if index is not None else cast(str, key)) if stack else ()
        found.setdefault(here, Spot(*at, *(at if is_item or not stack else key_at)))
        if index is not None:
            index += 1
        key = None
        if not isinstance(event, ScalarEvent):
            if len(stack) >= MAX_DEPTH:
                raise _refused(event)
            stack.append((path, index, None, (0, 0)))
            path, index = here, 0 if isinstance(event, SequenceStartEvent) else None
