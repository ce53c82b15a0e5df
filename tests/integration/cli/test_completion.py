"""What leads into the command line: help, shell completion; and what is kept when it breaks."""

from __future__ import annotations

import pytest

from automation.cli.app import VERBS
from automation.cli.crash import write_crash_file
from tests.integration.cli.rig import BROKEN, SMALL, Ztr


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_has_help_with_examples(ztr: Ztr, verb: str) -> None:
    told = ztr(verb, "--help")
    assert told.code == 0
    assert f"ztr {verb}" in told.out.partition("Examples:")[2]


def test_the_help_lists_every_verb_with_what_it_does(ztr: Ztr) -> None:
    listed = ztr("--help").out.partition("Commands:")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == list(VERBS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(ztr: Ztr, shell: str) -> None:
    told = ztr("completion", shell)
    assert told.code == 0
    assert f"_ZTR_COMPLETE={shell}_complete" in told.out


def test_an_unknown_shell_is_bad_usage(ztr: Ztr) -> None:
    assert ztr("completion", "tcsh").code == 2


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ztr re", ["report", "retry", "reset", "reject"]),
        ("ztr retry ", ["note", "count", "tell"]),
        ("ztr retry co", ["count"]),
        ("ztr retry --plan tasks/other ", ["broken"]),
        ("ztr run --tasks note,c", ["note,count"]),
        ("ztr run --plan ", ["tasks/other", "tasks/small"]),
        ("ztr simulate --plan tasks/s", ["tasks/small"]),
        ("ztr run --mode p", ["provision"]),
        ("ztr retry --plan nowhere ", []),
    ],
)
def test_verbs_plans_and_tasks_are_completed(
    ztr: Ztr, typed: str, offered: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ztr.plan({**SMALL, "04-not-a-task": "steps: []"})
    ztr.plan({"01-broken": BROKEN}, name="other")
    (ztr.folder / "pyproject.toml").write_text('[tool.ztr]\nplan = "tasks/small"\n')
    monkeypatch.setenv("_ZTR_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    with pytest.raises(SystemExit):
        ztr()
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[2] for line in lines if line] == offered


def test_a_crash_file_keeps_what_is_no_secret(tmp_path_factory: pytest.TempPathFactory) -> None:
    there = str(tmp_path_factory.mktemp("there"))
    environment = {"HOME": "/home/ada-lovelace", "THERE": there, "ZTR_SECRETS": "[not json"}
    path = write_crash_file(ValueError(f"/home/ada-lovelace and {there}, but [not json"), environment)
    try:
        assert f"ValueError: /home/ada-lovelace and {there}, but ***" in path.read_text()
    finally:
        path.unlink()
