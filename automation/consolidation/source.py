"""The shape of what is known about a source file, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Function(NamedTuple):
    """A function or method: its qualified name, lines, branches plus one, and a hash of its body without comments.

    The hash is empty for a body too short to be worth a word; `told` means that it has a docstring.
    """

    name: str
    line: int
    end: int
    complexity: int
    body: str
    public: bool
    told: bool
    rule: bool


class Import(NamedTuple):
    """A module that is imported: its name as written, the level of a relative import, and the names taken from it."""

    module: str
    level: int
    names: tuple[str, ...]
    line: int
    lazy: bool = False


class Named(NamedTuple):
    """A word with its line: a variable, a client library, a host; `more` says what is known beside it."""

    name: str
    line: int
    more: str = ""


class Parsed(NamedTuple):
    """What a source file says."""

    imports: tuple[Import, ...] = ()
    functions: tuple[Function, ...] = ()
    symbols: tuple[Named, ...] = ()
    variables: tuple[Named, ...] = ()
    routes: tuple[Named, ...] = ()
    hosts: tuple[Named, ...] = ()
    uses: tuple[str, ...] = ()
    told: bool = False
    error: str = ""

    @classmethod
    def of(cls, kept: Sequence[Sequence[Sequence[object]]]) -> Parsed:
        """From the lists that JSON makes of tuples. Raises TypeError or ValueError for other lists."""
        imports, functions, symbols, variables, routes, hosts, uses, told, error = kept
        return cls(
            imports=tuple(Import(*one)._replace(names=tuple(one[2])) for one in imports),  # type: ignore[arg-type]  # JSON
            functions=tuple(Function(*one) for one in functions),  # type: ignore[arg-type]  # JSON
            symbols=_named(symbols),
            variables=_named(variables),
            routes=_named(routes),
            hosts=_named(hosts),
            uses=tuple(map(str, uses)),
            told=bool(told),
            error=str(error),
        )


def _named(kept: Sequence[Sequence[object]]) -> tuple[Named, ...]:
    return tuple(Named(*one) for one in kept)  # type: ignore[arg-type]  # JSON


_LANGUAGES = {
    "py": "Python", "pyi": "Python", "js": "JavaScript", "mjs": "JavaScript", "cjs": "JavaScript", "jsx": "JavaScript",
    "ts": "TypeScript", "tsx": "TypeScript", "go": "Go", "rs": "Rust", "java": "Java", "kt": "Kotlin", "rb": "Ruby",
    "php": "PHP", "c": "C", "h": "C", "cc": "C++", "cpp": "C++", "hpp": "C++", "cs": "C#", "swift": "Swift",
    "sh": "Shell", "bash": "Shell", "sql": "SQL", "html": "HTML", "css": "CSS", "scss": "CSS", "md": "Markdown",
    "rst": "reStructuredText", "yaml": "YAML", "yml": "YAML", "json": "JSON", "toml": "TOML", "ini": "INI",
    "cfg": "INI",
    "xml": "XML", "tf": "Terraform", "proto": "Protobuf", "lua": "Lua", "pl": "Perl", "r": "R", "scala": "Scala",
    "txt": "text", "csv": "data", "svg": "SVG",
}  # fmt: skip
_BY_NAME = {"dockerfile": "Dockerfile", "makefile": "Makefile", "jenkinsfile": "Groovy"}
PROGRAMMING = frozenset(
    {"Python", "JavaScript", "TypeScript", "Go", "Rust", "Java", "Kotlin", "Ruby", "PHP", "C", "C++", "C#", "Swift",
     "Shell", "SQL", "Lua", "Perl", "R", "Scala"}
)  # fmt: skip
_HOST = re.compile(rb"https?://(?:[^\s/@'\"<>]{1,100}@)?([A-Za-z0-9][A-Za-z0-9.-]{2,100})")
_SIGNIFICANT = 5  # lines of a body from which on a second copy is worth a word


def language(path: str, data: bytes) -> str:
    """The language by the file's name, else by its first line; `text` where nothing tells."""
    name = path.rpartition("/")[2].lower()
    if name.partition(".")[0] in _BY_NAME:
        return _BY_NAME[name.partition(".")[0]]
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in _BY_NAME:
        return _BY_NAME[ending]
    if ending in _LANGUAGES:
        return _LANGUAGES[ending]
    first = data[:100].partition(b"\n")[0]
    if first.startswith(b"#!"):
        return "Python" if b"python" in first else "JavaScript" if b"node" in first else "Shell"
    return "text"


def hosts(data: bytes) -> tuple[Named, ...]:
    """The hosts of all web addresses in a text, each with its first line."""
    if b"://" not in data:
        return ()
    found: dict[str, int] = {}
    for match in _HOST.finditer(data):
        host = match[1].decode().lower().rstrip(".")
        if host not in found:
            found[host] = data.count(b"\n", 0, match.start()) + 1
    return tuple(Named(host, line) for host, line in found.items())


def body_hash(lines: Sequence[str], comment: str) -> str:
    """A hash of a body that does not see indentation, blank lines and comments; empty for a short one."""
    import hashlib

    kept = [text for line in lines if (text := line.strip()) and not text.startswith(comment)]
    if len(kept) < _SIGNIFICANT:
        return ""
    return hashlib.sha256("\n".join(kept).encode("utf-8", "replace")).hexdigest()[:24]


_HEADER = 2000  # bytes at the start of a source file in which its licence stands
_SPDX = re.compile(rb"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*)")
_GNU = re.compile(rb"GNU (Affero |Lesser )?General Public License")


def flags(language_name: str, data: bytes) -> tuple[str, ...]:
    """What stands out in a text: a merge left unfinished, a licence named in a source file's head (pure)."""
    found = []
    if b"<<<<<<< " in data and b"\n=======\n" in data and b"\n>>>>>>> " in data:
        start = data.find(b"\n<<<<<<< ") + 1 if not data.startswith(b"<<<<<<< ") else 0
        if start or data.startswith(b"<<<<<<< "):
            found.append(f"conflict-marker:{data.count(bytes([10]), 0, start) + 1}")
    if language_name in PROGRAMMING:
        head = data[:_HEADER]
        if spdx := _SPDX.search(head):
            found.append(f"licence:{spdx[1].decode()}")
        elif gnu := _GNU.search(head):
            found.append(f"licence:{ {b'Affero ': 'AGPL', b'Lesser ': 'LGPL'}.get(gnu[1] or b'', 'GPL') }")
    return tuple(found)


_RULE = re.compile(
    r"(validate|check|verif|calculat|comput|tax|vat|price|discount|polic|rule|eligib|approv|limit|fee|rate)",
    re.IGNORECASE,
)


def is_rule_name(name: str) -> bool:
    """Whether a function's name says that it decides something about the business."""
    return _RULE.search(name) is not None
