"""Phase 9, secrets: in files and in history. What is found is named by kind and place, never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple

from automation.consolidation.git import git_stream
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.study import Study
from automation.consolidation.targets import Target
from automation.consolidation.tree import contents

# Those of detect-secrets' detectors that know the form of a secret; the others guess, by entropy.
_DETECTORS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "DiscordBotTokenDetector",
    "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector",
    "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
# A line in which none of these stands is not worth the detectors' time, of which they take much.
_HINT = re.compile(
    rb"AKIA|ASIA|ABIA|ACCA|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|hooks\.slack\.com/services/|sk[-_]|rk_live|-----BEGIN"
    rb"|eyJ[A-Za-z0-9_-]|AccountKey|://[^/\s:]+:[^/\s@]+@|pypi-AgE|SG\.|\b(?:AC|SK)[a-z0-9]{32}|-us\d|sq0csp|AKC|AP[0-9A-F]"
    rb"|_authToken|bot\d|[MNO][A-Za-z\d_-]{23,25}\.|\d{8,10}:[A-Za-z0-9_-]{35}"
    rb"|(?i:(?:password|passwd|pwd|secret|token|api_?key)[\w-]*[\"']?\s*[:=]\s*[\"'][^\"'\s]{8,}[\"'])"
)
_ASSIGNED = re.compile(
    r"(?i)(?P<name>[\w-]*(?:password|passwd|pwd|secret|token|api_?key)[\w-]*)[\"']?\s*[:=]\s*[\"'](?P<value>[^\"'\s]{8,})[\"']"
)
_MADE_UP = re.compile(
    r"(?i)(example|sample|dummy|change.?me|placeholder|your|xxx|todo|test|fake|<|\$\{|\{\{|%\(|env\[|getenv|process\.env|\.\.\.|\*\*\*"
    r"|^[a-z_.-]+$|^[A-Z_]+$|^\w+\.\w+$|^/)"
)
_LONGEST = 2000  # characters of a line that are looked at; longer ones are data


class Leak(NamedTuple):
    """A secret's kind and place; the commit is empty for one that is in the files now."""

    kind: str
    path: str
    line: int
    commit: str = ""
    digest: str = ""


def in_files(study: Study) -> list[Leak]:
    """The secrets in the files of a target; made-up ones of tests are looked for by their form alone."""
    found: list[Leak] = []
    with _detecting() as detect:
        wanted = [one for one in study.files if one.language not in ("", "binary")]
        roles = {one.path: (one.role, one.language) for one in wanted}
        for entry, data in contents(study.target, [one.entry for one in wanted]):
            if data is None or _HINT.search(data) is None:
                continue
            role, language = roles[entry.path]
            guess = role == "product" and (
                language in PROGRAMMING or language in ("YAML", "JSON", "TOML", "INI", "text")
            )
            for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
                for kind, digest in detect(line, guess):
                    found.append(Leak(kind, entry.path, number, "", digest))
    return found


def in_history(target: Target, newest: int, now: Iterable[Leak] = ()) -> list[Leak]:
    """The secrets that some commit added and that are gone: each once, with the oldest such commit."""
    if not target.has_history:
        return []
    known = {one.digest for one in now}
    found: dict[str, Leak] = {}
    arguments = (
        "log",
        "--all",
        f"--max-count={newest}",
        "--no-renames",
        "--no-textconv",
        "--no-ext-diff",
        "-p",
        "-U0",
        "--diff-merges=first-parent",
    )
    with _detecting() as detect, git_stream(target.root, *arguments, "--no-color", "--format=%x01%H") as output:
        for commit, path, line in added_lines(output):
            for kind, digest in detect(line, False):
                if digest not in known:
                    found[digest] = Leak(kind, path, 0, commit, digest)
    return list(found.values())


def added_lines(output: IO[bytes]) -> Iterator[tuple[str, str, str]]:
    """Commit, path and text of every added line that could hold a secret, of `git log -p` in the format above."""
    commit = path = ""
    for raw in output:
        if raw.startswith(b"\x01"):
            commit = raw[1:13].decode("ascii", "replace")
        elif raw.startswith(b"+++ "):
            path = raw[4:].strip().removeprefix(b"b/").decode("utf-8", "replace")
        elif raw.startswith(b"+") and len(raw) < _LONGEST and _HINT.search(raw):
            yield commit, path, raw[1:].decode("utf-8", "replace")


class _Detect:
    """The detectors, made once."""

    def __init__(self, plugins: Sequence[object]) -> None:
        self._plugins = plugins

    def __call__(self, line: str, guess: bool) -> Iterator[tuple[str, str]]:
        """Kind and digest of each secret in a line; with `guess` also of values whose name says what they are."""
        if len(line) > _LONGEST or _HINT.search(line.encode("utf-8", "replace")) is None:
            return
        seen = False
        for plugin in self._plugins:
            for secret in plugin.analyze_line(filename="", line=line, line_number=0):  # type: ignore[attr-defined]  # untyped library
                value = secret.secret_value or ""
                if not _is_made_up(str(plugin.secret_type), value):  # type: ignore[attr-defined]  # untyped library
                    seen = True
                    yield str(plugin.secret_type), _digest(value)  # type: ignore[attr-defined]  # untyped library
        if guess and not seen:
            for match in _ASSIGNED.finditer(line):
                if not _MADE_UP.search(match["value"]) and any(letter.isdigit() for letter in match["value"]):
                    yield "Assigned secret", _digest(match["value"])


class _detecting:  # noqa: N801 - used as a context manager, like a function
    def __enter__(self) -> _Detect:
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

        classes: Iterable[type] = get_mapping_from_secret_type_to_class().values()
        return _Detect([one() for one in classes if one.__name__ in _DETECTORS])

    def __exit__(self, *error: object) -> None:
        return None


def _is_made_up(kind: str, value: str) -> bool:
    """Whether a value that has the form of a secret says itself that it is none."""
    return (
        kind == "Basic Auth Credentials"
        and re.search(r"(?i)^(pass(word)?|secret|pw|x+|\*+|\$.*|<.*|\{.*|%.*)$", value) is not None
    )


def _digest(value: str) -> str:
    import hashlib

    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
