"""Secrets taken out of all that is kept or shown: by value in many forms, and by the look of well-known tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import overload

from automation.engine.secret_forms import DERIVED_AT_LEAST, forms
from automation.plan.model import Json

MASK = "***"

# A quick substring test stands before each pattern: most text has none of these heads, and few have an underscore. Each
# pattern begins with a literal, because that is what makes a search fast; what must not stand in front is looked at
# afterwards.
_PATTERNS = (
    ("hooks.", r"hooks\.slack(?:-gov)?\.com(?::\d{1,5})?/(?:services|workflows|triggers)/[\w/+%=-]{8,256}"),
    ("hooks.", r"hooks\.zapier\.com(?::\d{1,5})?/hooks/[\w/+%=-]{4,256}"),
    ("xox", r"xox[a-z](?:\.[a-z]{1,8})?-[\w-]{8,256}"),
    ("xapp-", r"xapp-[\w-]{8,256}"),
    ("sk-", r"sk-(?<![A-Za-z0-9]sk-)[\w-]{16,256}"),
    ("pat", r"pat(?<![A-Za-z0-9]pat)[A-Za-z0-9]{14}\.[A-Za-z0-9]{32,128}"),
)
_UNDERSCORED = (
    ("ntn_", r"ntn_(?<![A-Za-z0-9]ntn_)[A-Za-z0-9]{20,128}"),
    ("secret_", r"secret_(?<![A-Za-z0-9]secret_)[A-Za-z0-9]{32,128}"),
    ("gh", r"gh[pousr]_[\w.-]{20,256}"),
    ("github_pat_", r"github_pat_\w{20,256}"),
)
_LONGEST_PATTERN = 320

# What the plan's own files say, or a hash: masking one of these would make a journal unreadable, and there is no secret
# in them.
_IDENTITIES = frozenset(
    {
        "type",
        "at",
        "run",
        "serial",
        "lineage",
        "plan",
        "digest",
        "requested",
        "mode",
        "day",
        "start",
        "task",
        "slot",
        "step",
    }
    | {"definition", "key", "input_hash", "id", "kind", "status", "outcome"}
    | {"error_kind", "present", "missing", "unlock", "superseded", "sha256", "path", "size", "real"}
)
_RECORDS = frozenset({"sent", "verdicts", "products"})
"""Fields that hold lists of objects of ours: their keys, too, are identities."""


class Redactor:
    """Takes the values of `secrets` (name to value) out of text.

    A value is found raw, trimmed, by its lines, and as the encodings of `secret_forms.forms`; shorter than 8 characters
    only raw, shorter than 4 not at all: `too_short` names both kinds, so that somebody can be warned. Tokens of Slack,
    Zapier, OpenAI, Airtable, Notion and GitHub are known by their look, whether registered or not. The text never gets
    longer.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        values = {name: value for name, value in secrets.items() if value.strip()}
        self.too_short: tuple[str, ...] = tuple(
            sorted(n for n, v in values.items() if len(v.strip()) < DERIVED_AT_LEAST)
        )
        found = frozenset().union(*(forms(value) for value in values.values()))
        self._forms = tuple(sorted(found, key=lambda form: (-len(form), form)))
        self._long_forms = tuple(form for form in self._forms if len(form) >= DERIVED_AT_LEAST)
        self.max_len: int = max(_LONGEST_PATTERN, max(map(len, self._forms), default=0))
        self.max_multiline: int = max((len(form) for form in self._forms if "\n" in form), default=0)

    def text(self, text: str) -> str:
        """The text with `***` in place of every secret; overlapping finds become one."""
        while found := self.spans(text):
            text = _masked(text, found)
        return text

    def json(self, value: Json) -> Json:
        """The value with all of its strings, keys included, redacted; a number that spells a secret becomes `***`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(key): self.json(item) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self.json(item) for item in value]
        if isinstance(value, bool) or value is None:
            return value
        return MASK if self._forms and self.text(str(value)) != str(value) else value

    @overload
    def line(self, line: str) -> str: ...

    @overload
    def line(self, line: bytes) -> bytes: ...

    def line(self, line: str | bytes) -> str | bytes:
        """A journal line (one JSON object): still the same object afterwards, with only its free text redacted.

        Identities (ids, statuses, hashes, times) come from the plan and stay; secrets shorter than 8 characters are not
        looked for here. A line that holds no secret comes back as it is, which is the fast path.
        """
        if isinstance(line, bytes):
            return self.line(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        for form in self._long_forms:
            if form in line:
                return self._redacted_line(line)
        for head, pattern in _PATTERNS:
            if head in line and _compiled(pattern).search(line):
                return self._redacted_line(line)
        if "_" in line:
            for head, pattern in _UNDERSCORED:
                if head in line and _compiled(pattern).search(line):
                    return self._redacted_line(line)
        return line

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where secrets stand in the text, merged where they overlap, in order."""
        found: list[tuple[int, int]] = []
        for form in self._forms:
            at = text.find(form)
            while at >= 0:
                found.append((at, at + len(form)))
                at = text.find(form, at + 1)
        for head, pattern in (*_PATTERNS, *_UNDERSCORED):
            if head in text:
                found.extend(match.span() for match in _compiled(pattern).finditer(text))
        return _merged(found) if len(found) > 1 else found

    def _redacted_line(self, line: str) -> str:
        import json

        try:
            record = json.loads(line)
        except ValueError:
            return self.text(line)
        if not isinstance(record, dict):
            return self.text(line)
        clean = {key: self._field(key, value) for key, value in record.items()}
        end = "\n" if line.endswith("\n") else ""
        return json.dumps(clean, ensure_ascii=False, separators=(",", ":")) + end

    def _field(self, name: str, value: Json) -> Json:
        if name in _IDENTITIES:
            return value
        if name in _RECORDS and isinstance(value, list):
            return [self._record(one) for one in value]
        return self.json(value)

    def _record(self, value: Json) -> Json:
        if not isinstance(value, dict):
            return self.json(value)
        return {key: item if key in _IDENTITIES else self.json(item) for key, item in value.items()}


class Stream:
    """Redacts text that comes in pieces, cut anywhere, even in the middle of a secret.

    What comes out has no half of a secret at its end: complete lines are passed on at once, of an unfinished long line
    all but as much as a secret could still need.
    """

    def __init__(self, redactor: Redactor, longest_line: int = 65_536) -> None:
        self._redactor = redactor
        self._longest_line = max(longest_line, 2 * redactor.max_len)
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be passed on now."""
        text = self._held + piece
        cut = self._whole_lines(text)
        if len(text) - cut > self._longest_line:
            cut = self._outside(text, len(text) - self._redactor.max_len + 1)
        self._held = text[cut:]
        return self._redactor.text(text[:cut]) if cut else ""

    def finish(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._redactor.text(rest)

    def _whole_lines(self, text: str) -> int:
        """The end of the last line after which no secret of several lines may be under way."""
        end = max(0, len(text) - self._redactor.max_multiline)
        cut = text.rfind("\n", 0, end) + 1
        while cut and (outside := self._outside(text, cut)) < cut:
            cut = text.rfind("\n", 0, outside) + 1
        return cut

    def _outside(self, text: str, cut: int) -> int:
        """The cut, or the start of the secret that it would go through."""
        if not self._redactor.max_multiline and text.endswith("\n", 0, cut):
            return cut
        return min([cut, *(start for start, end in self._redactor.spans(text) if start < cut < end)])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found.sort()
    merged = [found[0]]
    for start, end in found[1:]:
        last_start, last_end = merged[-1]
        if start < last_end:
            merged[-1] = (last_start, max(last_end, end))
        else:
            merged.append((start, end))
    return merged


def _masked(text: str, found: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in found:
        pieces += (text[position:start], MASK)
        position = end
    return "".join((*pieces, text[position:]))
