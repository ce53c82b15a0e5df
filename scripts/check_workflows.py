"""Checks the workflows, the actions and the YAML in the documentation for what no linter finds, and the documentation's
with the linters, too.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts.workflow_rules import Node, problems

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"^```yaml[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ZIZMOR = ("--quiet", "--offline", "--no-progress", "--persona=auditor", "--strict-collection")


def main() -> int:
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in files(ROOT)}
    told = {
        path: text
        for pages in sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
        for path, text in blocks(pages)
    }
    found = [*check({**texts, **told}), *linted(told)]
    for problem in found:
        print(problem)
    return 1 if found else 0


def files(root: Path) -> list[str]:
    """The workflows, actions and examples of workflows, as paths from the root."""
    patterns = (".github/workflows/*.y*ml", "action.yml", ".github/actions/*/action.yml", "examples/*.yml")
    return sorted(path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern))


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """The YAML blocks of a page that are workflows, under a path that tells where they stand."""
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        if re.search(r"^jobs:", match[1], re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{page.name.removesuffix('.md')}-{line}.yml", match[1]


def check(texts: Mapping[str, str]) -> Iterator[str]:
    """One line for each mistake."""
    documents: dict[str, Node] = {}
    for path, text in texts.items():
        try:
            # every scalar a text: `on` is a word, and `{}` stays a mapping
            documents[path] = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506 - makes nothing but text
        except yaml.YAMLError as error:
            yield f"{path}: {error}"
    for path, document in documents.items():
        yield from problems(path, texts[path], document, documents)


def linted(texts: Mapping[str, str]) -> Iterator[str]:
    """What the schema and zizmor say of workflows that are no files of their own."""
    if not texts:
        return
    with TemporaryDirectory() as folder:
        place = Path(folder) / ".github" / "workflows"
        place.mkdir(parents=True)
        for path, text in texts.items():
            (place / path).write_text(text, encoding="utf-8")
        schema = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows")
        zizmor = Path(sys.executable).with_name("zizmor")
        for command in ((*schema, *map(str, sorted(place.iterdir()))), (str(zizmor), *_ZIZMOR, folder)):
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
            if done.returncode:
                yield f"{done.stdout}{done.stderr}".replace(f"{place}/", "").strip()


if __name__ == "__main__":
    raise SystemExit(main())
