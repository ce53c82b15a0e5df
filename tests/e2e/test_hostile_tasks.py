"""Tasks that do harm: paths that climb out, endless output, broken text, commands to the CI in what they print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.driver import Place, note

RUN = "steps:\n  - {run: 'true', effect: workspace}\n"
OUTSIDE = "outside.txt"
LINK = "  - {run: 'ln -s ../../.. up; ln -s ../../../outside.txt link', effect: workspace}\n"
WRITE = "  - {{uses: file, with: {{operation: write, path: '{0}', content: evil}}}}\n"
COPY = "  - {{uses: file, with: {{operation: copy, from: {0}, path: in.txt}}}}\n"
ESCAPES = {
    "file-above": "steps:\n" + WRITE.format("../../../outside.txt"),
    "file-absolute": "steps:\n" + WRITE.format("/tmp/ztr-outside.txt"),
    "file-through-a-link": "steps:\n" + LINK + WRITE.format("up/outside.txt"),
    "file-onto-a-link": "steps:\n" + LINK + WRITE.format("link"),
    "copy-from-outside": "steps:\n" + COPY.format("../../../outside.txt"),
    "copy-through-a-link": "steps:\n" + LINK + COPY.format("link"),
    "file-by-expression": "steps:\n" + WRITE.format("${{ vars.path }}"),
    "product-through-a-link": "produces: [link]\nsteps:\n" + LINK,
    "gate-above": RUN + "gates:\n  - {file: ../../../outside.txt}\n",
    "gate-through-a-link": "steps:\n" + LINK + "gates:\n  - {file: link}\n",
    "answer-outside": (
        "steps:\n  - {uses: http, with: {url: 'http://127.0.0.1:9/', allow-private: true, save-to: ../../../x.txt}}\n"
    ),
}


def test_no_path_of_a_plan_leads_out_of_the_work_directory(tmp_path: Path) -> None:
    """Each is refused: by the loader, or by the step, the gate or the product when it comes to it."""
    for name, text in ESCAPES.items():
        folder = tmp_path / name
        plan = "id: demo\ntitle: Demo\nstart: 2025-09-08\nvars: {path: ../../../outside.txt}\n"
        place = Place(folder, {"one": text}, plan)
        (folder / OUTSIDE).write_text("kept")
        ended = place.ztr("run")
        assert (name, ended.code in (1, 2), "Traceback" in ended.text) == (name, True, False)
        if ended.code == 1:
            assert (name, place.statuses()["one"]) == (name, "failed")
        assert (folder / OUTSIDE).read_text() == "kept"
        found = {path.name for path in folder.iterdir()} | {path.name for path in place.work.glob("*")}
        assert (name, found & {"in.txt", "x.txt"}) == (name, set())
        objects = [path for path in (place.state_root / "objects").rglob("*") if path.is_file()]
        assert (name, objects) == (name, [])


GIGABYTE = 1_000_000_000
FLAT = 150_000
"""Kilobytes at most."""
PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""Started between, since Linux counts for a new process also what the one that started it had in memory."""


def test_a_gigabyte_without_a_line_break_leaves_memory_flat_and_the_log_short(tmp_path: Path) -> None:
    shell = f'head -c {GIGABYTE} /dev/zero | tr "\\\\0" x'
    place = Place(tmp_path, {"loud": f"timeout-minutes: 2\nsteps:\n  - run: '{shell}'\n    effect: workspace\n"})
    ended = place.ztr("run", "--quiet", prefix=(sys.executable, "-S", "-c", PEAK, str(tmp_path / "peak")))
    peak = int((tmp_path / "peak").read_text())
    note("loud_kb", peak)
    assert (ended.code, ended.text) == (0, "")
    assert peak < FLAT
    (log,) = (place.state_folder / "logs").rglob("*.log")
    assert log.stat().st_size < 11_000_000
    assert "bytes dropped" in log.read_bytes()[-200:].decode()
    total = sum(path.stat().st_size for path in place.state_folder.rglob("*") if path.is_file())
    assert total < 13_000_000


BAD_BYTES = 'printf "\\377\\376 caf\\303 \\355\\240\\200 end\\n"'


def test_bytes_that_are_no_text_reach_log_report_and_console_as_text(tmp_path: Path) -> None:
    shell = f'{BAD_BYTES}; printf "x=\\377\\n" >>$ZTR_OUTPUT; exit 3'
    step = f"steps:\n  - id: s\n    run: '{shell}'\n    effect: workspace\n"
    place = Place(tmp_path, {"odd": step})
    ended = place.ztr("run")
    assert (ended.code, "Traceback" in ended.text, place.statuses()) == (1, False, {"odd": "failed"})
    for path in place.state_folder.rglob("*"):
        if path.is_file():
            path.read_bytes().decode("utf-8")
    (log,) = (place.state_folder / "logs").rglob("*.log")
    assert "caf\N{REPLACEMENT CHARACTER}" in log.read_text()
    assert place.ztr("report").code == 0


COMMANDS = (
    "::set-output name=a::b",
    "   ::add-mask::x",
    "text ##[add-mask]x",
    "##[group]evil",
    "::stop-commands::token",
    "::error file=a.py,line=1::evil",
    "::ADD-PATH::/evil",
)


def parsed_by_the_runner(line: str) -> bool:
    """Whether GitHub's runner would take the line for a command: `::` at its start, `##[` anywhere."""
    return line.lstrip().startswith("::") or "##[" in line


@pytest.mark.parametrize("ends", ["0", "1"], ids=["succeeds", "fails"])
def test_workflow_commands_in_what_a_task_prints_reach_neither_console_nor_log(tmp_path: Path, ends: str) -> None:
    (tmp_path / "evil.txt").write_text("\r\n".join(COMMANDS) + "\n")
    shell = (
        f'cat ../../../evil.txt >&2; cat ../../../evil.txt; printf ":"; sleep 0.05; printf ":error::x\\n"; exit {ends}'
    )
    raising = "steps:\n  - {uses: python, with: {call: 'evil:shout'}}\n"
    (tmp_path / "evil.py").write_text(f"def shout() -> None:\n    raise ValueError({chr(10).join(COMMANDS)!r})\n")
    title = "title: '::error::x ##[group]y'\n"
    place = Place(tmp_path, {"loud": f"steps:\n  - run: '{shell}'\n    effect: workspace\n", "raises": raising})
    (tmp_path / "tasks" / "demo" / "titled.yaml").write_text(f"id: titled\n{title}{RUN}")
    actions = {"GITHUB_ACTIONS": "true", "CI": "true"}
    ended = place.ztr("run", env=actions)
    ours = ("::group::", "::endgroup::", "::error", "::warning", "::notice", "::stop-commands::", "::add-mask::")
    commands = [line for line in ended.text.splitlines() if parsed_by_the_runner(line)]
    assert [line for line in commands if not line.startswith(ours) or "##[" in line] == []
    # Our own annotation may quote it: a command is known by the start of its line, and ends with it.
    assert [line for line in commands if line.startswith("::error file=a.py")] == []
    assert [line for line in commands if line.startswith(("::stop-commands::token", "::add-mask::x"))] == []
    logs = list((place.state_folder / "logs").rglob("*.log"))
    lines = [line for log in logs for line in log.read_text().splitlines()]
    assert len(lines) >= 2 * len(COMMANDS)
    assert [line for line in lines if parsed_by_the_runner(line)] == []


def test_a_task_that_leaves_children_behind_leaves_none(tmp_path: Path) -> None:
    shell = 'setsid sleep 300 & echo $! >pid; (setsid sh -c "sleep 301 & sleep 302" &) ; exit 0'
    place = Place(tmp_path, {"daemon": f"steps:\n  - run: '{shell}'\n    effect: workspace\n"})
    assert place.ztr("run", "--quiet").code == 0
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line for line in found if line.startswith(("sleep 300", "sleep 301", "sleep 302"))] == []
