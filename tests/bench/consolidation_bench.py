"""Phases 0 to 4 of the unified plan over a large made-up repository: seconds, memory, and how they grow.

    python tests/bench/consolidation_bench.py [--files 20000] [--commits 5000] [--json FILE]

Builds the repository with `git fast-import`, runs the plan's first five phases as a user would, and measures the whole
process tree: wall time, and the largest process. Targets: 60 s and 500 MB for 20,000 files and 5,000 commits, 2 cores;
linear in files: four times the files take at most five times as long.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PHASES = ("discovery", "analysis", "components", "merge", "conflicts")
SECONDS, MEGABYTES, GROWTH = 60.0, 500.0, 5.0


class Measured(NamedTuple):
    """One run over a repository of so many files and commits."""

    files: int
    commits: int
    seconds: float
    megabytes: float
    status: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--commits", type=int, default=5_000)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ztr-bench-") as folder:
        small = measure(Path(folder), wanted.files // 4, wanted.commits // 4)
        large = measure(Path(folder), wanted.files, wanted.commits)
    growth = large.seconds / small.seconds
    for one in (small, large):
        print(f"{one.files} files, {one.commits} commits: {one.seconds:.1f} s, {one.megabytes:.0f} MB")
    print(f"four times the files take {growth:.1f} times as long")
    if wanted.json:
        wanted.json.write_text(
            json.dumps({"runs": [small._asdict(), large._asdict()], "growth": growth}, indent=1) + "\n"
        )
    met = large.seconds <= SECONDS and large.megabytes <= MEGABYTES and growth <= GROWTH
    print(f"target ({SECONDS:g} s, {MEGABYTES:g} MB, {GROWTH:g} times): {'met' if met else 'missed'}")
    return 0 if met and not small.status and not large.status else 1


def measure(folder: Path, files: int, commits: int) -> Measured:
    """Build a repository, run the phases over it, and measure the run alone, in a process of its own."""
    target = folder / f"target-{files}"
    build(target, files, commits)
    argv = [sys.executable, "-m", "automation", "run", "--plan", "tasks/unified-plan", "--mode", "mock", "--quiet"]
    argv += ["--tasks", ",".join(PHASES), "--state", str(folder / f"state-{files}"), "--var", f"targets={target}"]
    reader, writer = os.pipe()
    child = os.fork()
    if not child:  # what getrusage tells of children is the largest of all there ever were
        begun = time.monotonic()
        status = subprocess.run(argv, cwd=ROOT, check=False).returncode
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        os.write(writer, json.dumps([time.monotonic() - begun, largest, status]).encode())
        os._exit(0)
    os.close(writer)
    seconds, largest, status = json.loads(os.read(reader, 1000))
    os.waitpid(child, 0)
    return Measured(files, commits, round(seconds, 2), round(largest, 1), status)


def build(target: Path, files: int, commits: int) -> None:
    """A repository of so many files and commits, checked out."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(target)], check=True)
    importing = subprocess.Popen(["git", "-C", str(target), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert importing.stdin is not None
    for block in stream(files, commits):
        importing.stdin.write(block)
    importing.stdin.close()
    if importing.wait():
        raise SystemExit("git fast-import failed")
    subprocess.run(["git", "-C", str(target), "reset", "-q", "--hard", "main"], check=True)


def stream(files: int, commits: int) -> Iterator[bytes]:
    """What fast-import reads: every commit adds its share of the files and changes two of the earlier ones."""
    added = 0
    for number in range(commits):
        upto = files * (number + 1) // commits
        message = f"step {number}".encode()
        author = f"Author {number % 17} <a{number % 17}@example.org> {1_600_000_000 + number * 3600} +0000"
        yield (
            f"commit refs/heads/main\nauthor {author}\ncommitter {author}\ndata {len(message)}\n".encode()
            + message
            + b"\n"
        )
        changed = [(number * 7919) % added, (number * 104_729) % added] if added else []
        for index in dict.fromkeys((*range(added, upto), *changed)):
            path, text = file(index, number if index < added else 0)
            data = text.encode()
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
        added = upto


def file(index: int, version: int) -> tuple[str, str]:
    """Path and text of one file: six of ten are Python, two JavaScript, one Markdown, one YAML."""
    folder, kind = f"part{index % 40}/group{index % 400}", index % 10
    if kind < 6:
        return f"{folder}/module{index}.py", _python(index, version)
    if kind < 8:
        return f"{folder}/script{index}.js", _javascript(index, version)
    if kind == 8:
        return (
            f"{folder}/page{index}.md",
            f"# Page {index}\n\nVersion {version}. See [the next](page{index + 10}.md).\n" * 5,
        )
    return f"{folder}/data{index}.yaml", "".join(f"key{row}: {index * row + version}\n" for row in range(30))


def _python(index: int, version: int) -> str:
    other = max(index - 400 * (1 + index % 3), 0)
    near = f"from part{other % 40}.group{other % 400} import module{other}\n" if other % 10 < 6 and other else ""
    functions = "".join(
        f'\n\ndef compute_{index}_{number}(first, second={version}):\n    """Compute {number}."""\n'
        f"    total = {number}\n"
        f"    for row in range(first):\n        if row % {number + 2} == 0:\n            total += row * second\n"
        f"        else:\n            total -= {index}\n    return total\n"
        for number in range(4)
    )
    head = (
        f'"""Module {index}."""\n\nimport os\nimport logging\n{near}\nNAME = os.environ.get("PART_{index % 50}", "")\n'
    )
    return head + functions


def _javascript(index: int, version: int) -> str:
    return f"// Script {index}.\nconst near = require('./script{index - 400}');\n" + "".join(
        f"function work{index}_{number}(rows) {{\n  let sum = {version};\n  for (const row of rows) {{\n"
        f"    sum += row.value * {number} + {index};\n  }}\n  return sum;\n}}\n"
        for number in range(4)
    )


if __name__ == "__main__":
    sys.exit(main())
