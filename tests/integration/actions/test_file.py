"""The `file` action on real files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from automation.actions import file as file_action
from automation.actions.base import Call, Done, Failed
from automation.actions.file import ACTION
from automation.plan.model import Json
from tests.fakes import a_call

HELLO = hashlib.sha256(b"hello").hexdigest()


def perform(workdir: Path, inputs: dict[str, Json], plan_folder: Path | None = None) -> object:
    return ACTION.perform(a_call(inputs, workdir, plan_folder=plan_folder))


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"operation": "write", "content": "hello"}, "hello"),
        ({"operation": "write", "content": "hello", "sha256": HELLO.upper()}, "hello"),
        ({"operation": "write", "content": {"é": 1}}, '{\n  "é": 1\n}\n'),
        ({"operation": "copy", "from": "source.txt"}, "Dear $who"),
        ({"operation": "copy", "from-plan": "plan.txt"}, "plan"),
        ({"operation": "template", "from": "source.txt", "vars": {"who": "you"}}, "Dear you"),
        ({"operation": "template", "from-plan": "plan.txt"}, "plan"),
        ({"operation": "template", "template": "$$${n} $l", "vars": {"n": 5, "l": [1, "é"]}}, '$5 [1, "é"]'),
    ],
)
def test_a_file_is_written_whole_and_described(tmp_path: Path, inputs: dict[str, Json], expected: str) -> None:
    work, plan = tmp_path / "work", tmp_path / "plan"
    work.mkdir()
    plan.mkdir()
    (work / "source.txt").write_text("Dear $who")
    (plan / "plan.txt").write_text("plan")
    got = perform(work, {"path": "out/made.txt", **inputs}, plan)
    content = (work / "out/made.txt").read_bytes()
    assert content.decode() == expected
    digest = hashlib.sha256(content).hexdigest()
    assert got == Done({"path": "out/made.txt", "sha256": digest, "size": len(content)})


def test_a_checksum_is_told_and_checked_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")
    assert perform(tmp_path, {"operation": "checksum", "path": "a"}) == Done({"path": "a", "sha256": HELLO, "size": 5})
    got = perform(tmp_path, {"operation": "checksum", "path": "a", "sha256": "0" * 64})
    assert got == Failed("permanent", f"file: a has the SHA-256 {HELLO}, expected was {'0' * 64}")
    assert (tmp_path / "a").read_text() == "hello"


def test_a_copy_with_the_wrong_checksum_does_not_replace_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    got = perform(tmp_path, {"operation": "copy", "from": "a", "path": "b", "sha256": HELLO})
    assert isinstance(got, Failed)
    assert (tmp_path / "b").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"operation": "write", "path": "a"}, "write needs `content`"),
        ({"operation": "copy", "path": "a"}, "copy needs `from`"),
        ({"operation": "template", "path": "a"}, "template needs `from`"),
        ({"operation": "template", "path": "a", "template": "$x"}, "asks for $x"),
        ({"operation": "template", "path": "a", "template": "$"}, "write $$ for a dollar sign"),
        ({"operation": "nonsense", "path": "a"}, "operation 'nonsense' is not known"),
        ({"operation": "checksum", "path": "none"}, "none: No such file"),
        ({"operation": "copy", "path": "a", "from": "none"}, "none: No such file"),
        ({"operation": "copy", "path": "a", "from": "../x"}, "leads upwards"),
        ({"operation": "copy", "path": "a", "from-plan": "/etc/passwd"}, "absolute"),
        ({"operation": "write", "path": "../x", "content": ""}, "leads upwards"),
        ({"operation": "write", "path": "/tmp/x", "content": ""}, "absolute"),
        ({"operation": "write", "path": "link/x", "content": ""}, "leads out"),
        ({"operation": "write", "path": "file/x", "content": ""}, "Not a directory"),
        ({"operation": "write", "path": ".git/hooks/x", "content": ""}, ".git"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(tmp_path: Path, inputs: dict[str, Json], why: str) -> None:
    (tmp_path / "link").symlink_to("/tmp")
    (tmp_path / "file").touch()
    before = sorted(os.listdir(tmp_path))  # noqa: PTH208 - names alone
    got = perform(tmp_path, inputs)
    assert isinstance(got, Failed)
    assert why in got.message
    assert sorted(os.listdir(tmp_path)) == before  # noqa: PTH208 - names alone


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_action, "write_inside", full)
    got = perform(tmp_path, {"operation": "write", "path": "a", "content": "x"})
    assert got == Failed("permanent", "file: a: No space left on device")


def test_a_source_that_is_too_large_is_refused_before_the_file_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_action, "LARGEST_FILE", 4)
    (tmp_path / "a").write_text("hello")
    got = perform(tmp_path, {"operation": "copy", "from": "a", "path": "b"})
    assert isinstance(got, Failed)
    assert "larger than 4 bytes" in got.message
    assert not (tmp_path / "b").exists()


def test_a_call_needs_no_network_and_no_process(tmp_path: Path) -> None:
    call: Call = a_call({"operation": "write", "path": "a", "content": ""}, tmp_path)
    assert ACTION.prepare(call) == ()
