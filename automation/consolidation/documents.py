"""Phase 6: what is documented, what is not, links that lead nowhere; an index and an API page as proposals."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from automation.consolidation.document import Finding, Json, Result, cell, shown, write_text
from automation.consolidation.facts import FileFacts
from automation.consolidation.source import Function
from automation.consolidation.study import Study

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)
_SECTIONS = (
    ("how to install it", r"install|set ?up|getting started|quick ?start|requirements"),
    ("how to use or run it", r"usage|use|run|start|example|quick ?start"),
    ("how to test it", r"test|develop|contribut"),
)


def document_all(studies: Sequence[Study], folder: Path) -> Result:
    """The state of the documentation of all targets; `index.md` and `api.md` in the folder are proposals."""
    write_text(folder / "index.md", index_page(studies))
    write_text(folder / "api.md", api_page(studies))
    public = [one for study in studies for file in study.files for one in public_functions(file)]
    told = sum(function.told for function in public)
    findings = [one for study in studies for one in (*undocumented(study), *broken_links(study), *thin_readme(study))]
    pages = sum(len(_pages(study)) for study in studies)
    metrics: dict[str, int | float] = {
        "pages": pages,
        "public-functions": len(public),
        "documented": round(told / len(public), 4) if public else 1.0,
        "broken-links": sum(one.kind == "broken-link" for one in findings),
        "proposals": 2,
    }
    details: dict[str, Json] = {
        shown(study.name): {"pages": [{"path": shown(one.path), "lines": one.lines} for one in _pages(study)]}
        for study in studies
    }
    return Result(metrics, findings, (), details)


def public_functions(file: FileFacts) -> list[Function]:
    """The functions that others may call."""
    return [one for one in file.parsed.functions if one.public and file.role == "product" and not _is_inner(one)]


def undocumented(study: Study) -> Iterator[Finding]:
    """Files with public functions in which not a word says what for."""
    for file in study.files:
        public = public_functions(file)
        if public and not file.parsed.told and not any(one.told for one in public):
            names = ", ".join(one.name for one in public[:5])
            what = f"neither the file nor one of its {len(public)} public functions says what it is for ({names})"
            yield Finding(
                "undocumented-file", "low", study.name, file.path, 0, what, "begin with a line on top of the file"
            )


def broken_links(study: Study) -> Iterator[Finding]:
    """Links in Markdown that lead to no file of the target."""
    folders = {"/".join(one.path.split("/")[:depth]) for one in study.files for depth in range(one.path.count("/") + 1)}
    for page in _pages(study):
        if page.language != "Markdown":
            continue
        text = study.text_of(page.path)
        bare = _FENCE.sub(_blank, text)
        for match in _LINK.finditer(_CODE.sub(_blank, bare)):
            goal = unquote(match[1].partition("#")[0].partition("?")[0])
            if not goal or re.match(r"[a-zA-Z][\w+.-]*:|//", goal) or "{" in goal:
                continue
            base = "" if goal.startswith("/") else posixpath.dirname(page.path)
            path = posixpath.normpath(posixpath.join(base, goal.lstrip("/")))
            if (
                path not in study.by_path
                and path.rstrip("/") not in folders
                and path != "."
                and not path.startswith("..")
            ):
                line = text.count("\n", 0, match.start()) + 1
                what = f"the link to {shown(match[1])} leads to no file"
                yield Finding("broken-link", "medium", study.name, page.path, line, what, "mend the link")


def thin_readme(study: Study) -> Iterator[Finding]:
    """A README that leaves out what everybody asks first."""
    readme = next((one for one in study.files if re.fullmatch(r"(?i)readme\.(md|rst|txt)", one.path)), None)
    if readme is None or readme.language != "Markdown":
        return
    text = study.text_of(readme.path)
    missing = [name for name, pattern in _SECTIONS if not re.search(pattern, text, re.IGNORECASE)]
    if missing:
        what = f"it does not say {', '.join(missing)}"
        yield Finding("thin-readme", "low", study.name, readme.path, 0, what, "add a section for each")


def index_page(studies: Sequence[Study]) -> str:
    """An index of all pages of all targets, with their titles."""
    parts = ["# Documentation index\n", "Proposed by phase 6: copy what is useful.\n"]
    for study in studies:
        parts.append(f"## {cell(study.name)}\n")
        for page in _pages(study):
            title = _title(study.text_of(page.path)) if page.language == "Markdown" else ""
            parts.append(f"- `{shown(page.path)}`" + (f": {cell(title)}" if title else ""))
        parts.append("")
    return "\n".join(parts)


def api_page(studies: Sequence[Study]) -> str:
    """The public functions of all targets, file by file."""
    parts = ["# API\n", "Proposed by phase 6, from the sources. A star marks what has no word of documentation.\n"]
    for study in studies:
        parts.append(f"## {cell(study.name)}\n")
        for file in study.files:
            public = public_functions(file)
            if public:
                parts.append(f"### `{shown(file.path)}`\n")
                parts += [f"- `{one.name}` (line {one.line})" + ("" if one.told else " *") for one in public]
                parts.append("")
    return "\n".join(parts)


def _is_inner(one: Function) -> bool:
    """Whether a function is part of something hidden."""
    return any(part.startswith("_") or part == "<locals>" for part in one.name.split(".")[:-1])


def _pages(study: Study) -> list[FileFacts]:
    return [
        one
        for one in study.files
        if one.language in ("Markdown", "reStructuredText") and one.role in ("docs", "product")
    ]


def _title(text: str) -> str:
    match = _HEADING.search(text)
    return match[1].strip()[:200] if match else ""


def _blank(match: re.Match[str]) -> str:
    """As many lines of nothing, so that line numbers stay true."""
    return "\n" * match[0].count("\n")
