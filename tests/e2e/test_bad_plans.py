"""Mistakes in plans, through the real command line: all told in one go, each with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import PLAN, Place

RUN = "steps:\n  - {run: 'true'}\n"
OUTPUT_GATE = "steps:\n  - {id: s, run: 'true'}\ngates:\n  - {metric: steps.x.outputs.y, above: 1}\n"
READS_SECRET = "steps:\n  - {run: 'true', env: {A: '${{ secrets.TOKEN }}'}}\n"
BOTH_BODIES = "steps:\n  - {uses: http, with: {url: 'https://a.example', json: 1, body: x}}\n"

# Every text follows the lines `id:` and `title:`; the place is line:column, the last entry is part of the remedy.
MISTAKES = {
    "misspelt-key": ("nedes: [late]\n" + RUN, "3:1", "Did you mean 'needs'?"),
    "unknown-action": ("steps:\n  - {uses: fiel, with: {path: a}}\n", "4:12", "Did you mean 'file'?"),
    "unknown-need": ("needs: [laet]\n" + RUN, "3:9", "Did you mean 'late'?"),
    "circle-a": ("needs: [circle-b]\n" + RUN, "3:8", "circle-a → circle-b → circle-a"),
    "undeclared-secret": ("steps:\n  - {run: 'true', secrets: [TOKN]}\n", "4:29", "Did you mean 'TOKEN'?"),
    "gate-without-output": (OUTPUT_GATE, "6:14", "There are: s."),
    "expression-in-shell": (
        "steps:\n  - {run: 'echo ${{ vars.who }}'}\n",
        "4:11",
        "Put the value into the step's `env:`",
    ),
    "anchor": ("steps: &all\n  - {run: 'true'}\n", "3:8", "anchors and aliases are left out"),
    "alias": ("steps: *all\n", "3:8", "anchors and aliases are left out"),
    "tag": ("steps:\n  - {run: !!python/object/apply:os.system [id]}\n", "4:11", "Remove it"),
    "duplicate-key": ("day: 1\nday: 2\n" + RUN, "4:1", "Remove one of the two"),
    "merge-key": ("<<: {day: 1}\n" + RUN, "3:1", "Write the keys out"),
    "wrong-type": ("timeout-minutes: soon\n" + RUN, "3:18", "a number"),
    "no-steps": ("day: 1\n", "1:1", "Add `steps:`"),
    "absolute-product": ("produces: [/etc/x]\n" + RUN, "3:12", "relative to the work directory"),
    "climbing-product": ("produces: [../x]\n" + RUN, "3:12", "relative to the work directory"),
    "open-bracket": ("steps: [\n", "3:8", "Check brackets, quotes and indentation"),
    "unknown-gate": (RUN + "gates:\n  - {fiel: a}\n", "6:6", "Did you mean 'file'?"),
    "half-expression": ("if: 'vars.who =='\n" + RUN, "3:5", "See the page on expressions"),
    "secret-in-expression": (READS_SECRET, "4:28", "name them in the step's `secrets:`"),
    "both-bodies": (BOTH_BODIES, "4:24", "has not the form"),
    "two-slots": ("day: 1\nschedule: '0 9 * * *'\n" + RUN, "", "schedule"),
    "no-cron": ("schedule: 'every day'\n" + RUN, "3:11", ""),
    "negative-day": ("day: -1\n" + RUN, "3:6", ""),
    "tab": ("steps:\n\t- {run: 'true'}\n", "4:1", ""),
}


def test_every_class_of_mistake_is_told_in_one_go_with_its_place_and_its_remedy(tmp_path: Path) -> None:
    plan = PLAN + "secrets: {TOKEN: {description: a token}}\nvars: {who: me}\n"
    good = {"late": RUN, "circle-b": "needs: [circle-a]\n" + RUN}
    place = Place(tmp_path, {**good, **{name: text for name, (text, _, _) in MISTAKES.items()}}, plan)
    for verb in ("validate", "run"):
        ended = place.ztr(verb)
        assert (ended.code, ended.out if verb == "run" else "") == (2, "")
        lines = ended.text.splitlines()
        wrong = {
            name: where
            for name, (_, where, remedy) in MISTAKES.items()
            if not any(line.startswith(f"tasks/demo/{name}.yaml:{where}") and remedy in line for line in lines)
        }
        assert (wrong, "Traceback" in ended.text) == ({}, False)
        assert not any("late.yaml" in line for line in lines)
    assert not place.state_folder.exists()


PLANS = {
    "no-date": ("start: 2025-02-30\n", "3:8"),
    "no-zone": ("start: 2025-09-08\nzone: Mars/Base\n", "4:7"),
    "no-weekday": ("start: 2025-09-08\nweek: [mon, fun]\n", "4:13"),
    "target-first": ("start: 2025-09-08\ntarget: 2025-09-01\n", "4:9"),
    "metric-of-nobody": (
        "start: 2025-09-08\nmetrics:\n  - {id: m, title: M, metric: tasks.no.steps.s.outputs.x, above: 1}\n",
        "5:",
    ),
    "no-start": ("zone: UTC\n", "1:1"),
}


@pytest.mark.parametrize(("text", "where"), PLANS.values(), ids=list(PLANS))
def test_a_mistake_in_plan_yaml_is_told_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    place = Place(tmp_path, {"one": RUN}, f"id: demo\ntitle: Demo\n{text}")
    ended = place.ztr("run")
    assert (ended.code, ended.out, f"tasks/demo/plan.yaml:{where}" in ended.err) == (2, "", True), ended.err
    assert "Traceback" not in ended.err


ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(12))
MERGES = "".join(
    f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}\n" if n else "m0: &m0 {a: 1}\n" for n in range(9)
)
BOMBS: dict[str, bytes] = {
    "aliases": ALIASES.encode(),
    "merge-keys": MERGES.encode(),
    "2,000-lists-deep": b"steps: " + b"[" * 2000 + b"]" * 2000,
    "2,000-maps-deep": b"steps: " + b"{a: " * 2000 + b"}" * 2000,
    "huge-integer": b"day: " + b"9" * 100_000 + b"\nsteps: [{run: 'true'}]\n",
    "huge-exponent": b"timeout-minutes: 1e999999\nsteps: [{run: 'true'}]\n",
    "odd-date": b"day: 2024-02-30\nsteps: [{run: 'true'}]\n",
    "sexagesimal": b"day: 12:30:45\nsteps: [{run: 'true'}]\n",
    "nul": b"day: 1\0\nsteps: [{run: 'true'}]\n",
    "utf-16-without-a-mark": "day: 1\n".encode("utf-16-le"),
    "half-a-letter": b"owner: \xc3\nsteps: [{run: 'true'}]\n",
    "escape-character": b"owner: \x1b[31m\nsteps: [{run: 'true'}]\n",
    "two-documents": b"steps: [{run: 'true'}]\n---\nsteps: []\n",
    "many-keys": b"".join(b"k%d: 1\n" % number for number in range(200_000)),
    "many-mebibytes": b"description: '" + b"x" * 20_000_000 + b"'\nsteps: [{run: 'true'}]\n",
}
HEAD = b"id: bomb\ntitle: bomb\n"


@pytest.mark.parametrize("content", BOMBS.values(), ids=list(BOMBS))
def test_a_file_made_to_hurt_is_refused_in_a_second(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path, HEAD + content)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    assert "UTF-8" in refused(tmp_path, (HEAD.decode() + RUN).encode(encoding))


def refused(folder: Path, content: bytes) -> str:
    place = Place(folder, {"one": RUN})
    (folder / "tasks" / "demo" / "bomb.yaml").write_bytes(content)
    ended = place.ztr("run")
    assert (ended.code, ended.out, "Traceback" in ended.err) == (2, "", False), ended.err[:500]
    assert "tasks/demo/bomb.yaml:" in ended.err
    assert "\x1b" not in ended.err
    assert len(ended.err) < 5_000
    assert ended.seconds < 1.0
    return ended.err


def test_a_byte_order_mark_is_refused_by_name(tmp_path: Path) -> None:
    assert "byte order mark" in refused(tmp_path, b"\xef\xbb\xbf" + HEAD + RUN.encode())
