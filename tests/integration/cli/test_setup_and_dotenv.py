"""`.env` and `ztr setup`: where settings and secrets of one checkout are kept, and how they get there."""

from __future__ import annotations

import io
import os
import pty
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.caller import caller_text
from automation.cli.dotenv import KNOWN, parse, read_dotenv
from automation.cli.setup import dotenv_text
from automation.errors import UsageError
from automation.plan.model import Secret
from tests.integration.cli.rig import NOTE, PLAN, SMALL, Ztr

ACTION = "OWNER/ztr@0123456789abcdef0123456789abcdef01234567"


def test_a_dotenv_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# note\nexport ZTR_MODE=mock\nSLACK_WEBHOOK_URL='https://a.example/#b'\nEMPTY=\n")
    environment = {"ZTR_MODE": "auto"}
    read_dotenv(tmp_path, environment)
    assert environment == {"ZTR_MODE": "auto", "SLACK_WEBHOOK_URL": "https://a.example/#b", "EMPTY": ""}


def test_a_dotenv_is_left_alone_on_github(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ZTR_MODE=mock\n")
    environment = {"GITHUB_ACTIONS": "true"}
    read_dotenv(tmp_path, environment)
    assert environment == {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ZTR_MODE=mock\n\nnot a setting, secret-value\n", ".env:3: not NAME=value"),
        (b"ZTR_MODE\n", ".env:1: not NAME=value"),
        (b"ZTR_MODE='open\n", ".env:1: not NAME=value"),
        (b"\xff\xfe", ".env: cannot be read: not UTF-8"),
    ],
)
def test_a_broken_dotenv_is_named_by_line_and_its_content_is_not_shown(ztr: Ztr, content: bytes, told: str) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_bytes(content)
    found = ztr("status")
    assert (found.code, told in found.err, "secret-value" in found.err) == (2, True, False)


def test_the_mode_and_secrets_of_a_dotenv_count(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("ZTR_MODE=mock\nSLACK_WEBHOOK_URL=https://hooks.example/services/abcdefgh\n")
    told = ztr("run", "--json").json
    assert told["run"]["mode"] == "mock"
    assert {one["name"]: one["present"] for one in told["secrets"]}["SLACK_WEBHOOK_URL"]


def test_an_option_wins_over_a_dotenv(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("ZTR_MODE=provision\n")
    assert ztr("run", "--mode", "mock", "--json").json["run"]["mode"] == "mock"


def test_setup_writes_a_configuration_that_runs_at_once(ztr: Ztr) -> None:
    told = ztr("setup", "--mode", "mock", "--yes")
    assert told.code == 0
    assert told.out.splitlines()[:3] == ["wrote .env.example", "wrote .env", "wrote .gitignore"]
    assert "ready. Next: `ztr run`" in told.out
    assert set((ztr.folder / ".gitignore").read_text().split()) == {".env", ".ztr/"}
    assert stat.S_IMODE((ztr.folder / ".env").stat().st_mode) == 0o600
    assert ztr("run", "--json").json["run"]["mode"] == "mock"


def test_setup_takes_the_only_plan_that_is_there(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    ztr("setup", "--approvals", "manual", "--yes", "--quiet")
    found = parse(ztr.folder / ".env")
    assert (found["ZTR_PLAN"], found["ZTR_MODE"], found["ZTR_APPROVALS"]) == ("tasks/small", "auto", "manual")
    assert "SLACK_WEBHOOK_URL" in found


def test_setup_overwrites_nothing_unless_told_and_then_keeps_the_secrets(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("SLACK_WEBHOOK_URL=https://hooks.example/x\nMINE=1\nZTR_MODE=mock\n")
    assert ztr("setup", "--yes").code == 2
    assert ztr("setup", "--yes", "--force", "--mode", "provision").code == 0
    found = parse(ztr.folder / ".env")
    kept = (found["SLACK_WEBHOOK_URL"], found["MINE"], found["ZTR_MODE"])
    assert kept == ("https://hooks.example/x", "1", "provision")


def test_setup_asks_on_a_terminal_and_shows_no_secret(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    ztr.plan(SMALL)
    ztr.plan({"01": NOTE}, plan="id: other\ntitle: Other\nstart: 2025-09-08\nvars: {reader: you}\n", name="other")
    monkeypatch.setattr("sys.stdin", _Terminal("small\nmock\nmanual\n\n"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: "hidden-value")
    told = ztr("setup")
    found = parse(ztr.folder / ".env")
    assert told.code == 0
    assert (found["ZTR_PLAN"], found["ZTR_MODE"], found["ZTR_APPROVALS"]) == ("tasks/small", "mock", "manual")
    assert (found["SLACK_WEBHOOK_URL"], "hidden-value" in told.out) == ("hidden-value", False)


def test_setup_takes_the_first_of_several_plans_when_nobody_can_be_asked(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    ztr.plan({"01": NOTE}, plan="id: other\ntitle: Other\nstart: 2025-09-08\nvars: {reader: you}\n", name="other")
    assert ztr("setup", "--yes", "--quiet").code == 0
    assert parse(ztr.folder / ".env")["ZTR_PLAN"] == "tasks/other"


def test_setup_writes_the_workflow_that_calls_ztr(ztr: Ztr) -> None:
    plan = PLAN + "    requires: {modules: [json]}\n"
    ztr.plan(SMALL, plan=plan)
    ztr.plan({"01": NOTE}, plan="id: other\ntitle: Other\nstart: 2025-09-08\nvars: {reader: you}\n", name="other")
    words = ("--plan", "small", "--mode", "mock", "--approvals", "manual", "--workflow", ACTION)
    assert ztr("setup", "--yes", *words).code == 0
    caller = yaml.safe_load((ztr.folder / ".github/workflows/ztr.yml").read_text())
    job = caller["jobs"]["ztr"]
    assert job["uses"] == ACTION.replace("@", "/.github/workflows/ztr.yml@")
    assert job["with"] == {
        "mode": "${{ inputs.mode || 'mock' }}",
        "plan": "tasks/small",
        "approvals": "manual",
        "packages": "all",
    }
    assert job["secrets"].keys() == {"SLACK_WEBHOOK_URL", "AIRTABLE_API_KEY"}


@pytest.mark.parametrize("reference", ["OWNER/ztr@v1", "OWNER/ztr", "ztr@" + "0" * 40, ACTION + "\n- run: x"])
def test_a_workflow_that_is_no_commit_is_refused_before_anything_is_written(ztr: Ztr, reference: str) -> None:
    ztr.plan(SMALL)
    told = ztr("setup", "--yes", "--workflow", reference)
    assert (told.code, "a commit has 40 digits" in told.err) == (2, True)
    assert sorted(path.name for path in ztr.folder.iterdir()) == ["tasks"]


def test_a_workflow_that_is_there_is_replaced_only_when_told(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    place = ztr.folder / ".github/workflows/ztr.yml"
    place.parent.mkdir(parents=True)
    place.write_text("name: Mine\n")
    assert ztr("setup", "--yes", "--workflow", ACTION).code == 2
    assert not (ztr.folder / ".env").exists()
    assert ztr("setup", "--yes", "--workflow", ACTION, "--force").code == 0
    assert place.read_text().startswith("name: ZTR\n")


def test_a_plan_whose_name_yaml_would_take_for_something_else_is_quoted() -> None:
    text = caller_text(ACTION, settings=[("plan", "tasks/a: b #c"), ("plan2", "0x10")], secrets=["MINE"])
    job = yaml.safe_load(text)["jobs"]["ztr"]
    assert (job["with"]["plan"], job["with"]["plan2"]) == ("tasks/a: b #c", "0x10")
    assert job["secrets"].keys() == {"ZTR_SECRETS"}


@pytest.mark.parametrize("how", ["committed", "taken in"])
def test_secrets_are_not_written_into_a_file_that_git_would_commit(ztr: Ztr, how: str) -> None:
    ztr.plan(SMALL)
    subprocess.run(["git", "init", "-q"], cwd=ztr.folder, check=True)
    (ztr.folder / ".env").write_text("ZTR_MODE=mock\n")
    if how == "committed":
        subprocess.run(["git", "add", "-f", ".env"], cwd=ztr.folder, check=True)
    else:
        (ztr.folder / ".gitignore").write_text(".env\n!.env\n")
    told = ztr("setup", "--yes", "--force")
    assert (told.code, "git does not ignore .env" in told.err) == (2, True)
    assert (ztr.folder / ".env").read_text() == "ZTR_MODE=mock\n"


class TestOnATerminal:
    """`ztr setup` as a person has it, on a terminal of its own."""

    def test_it_asks_again_for_what_it_cannot_take_and_shows_no_secret(self, ztr: Ztr) -> None:
        ztr.plan(SMALL)
        code, told = on_terminal(
            ztr.folder,
            ("Plan", "\n"),
            ("Mode", "wrong\n"),
            ("Mode", "mock\n"),
            ("Approvals", "manual\n"),
            ("OWNER/NAME@COMMIT", "OWNER/ztr@v1\n"),
            ("OWNER/NAME@COMMIT", f"{ACTION}\n"),
            ("SLACK_WEBHOOK_URL", "hidden-value\n"),
            ("AIRTABLE_API_KEY", "\n"),
        )
        assert (code, "'wrong' is not one of" in told, "hidden-value" in told) == (0, True, False)
        found = parse(ztr.folder / ".env")
        assert (found["ZTR_MODE"], found["ZTR_APPROVALS"], found["SLACK_WEBHOOK_URL"]) == (
            "mock",
            "manual",
            "hidden-value",
        )
        assert ACTION.partition("@")[2] in (ztr.folder / ".github/workflows/ztr.yml").read_text()

    def test_whoever_breaks_it_off_leaves_nothing_behind(self, ztr: Ztr) -> None:
        ztr.plan(SMALL)
        code, told = on_terminal(ztr.folder, ("Plan", "\n"), ("Mode", "\x04"))
        assert (code, "Traceback" in told) == (130, False)
        assert sorted(path.name for path in ztr.folder.iterdir()) == ["tasks"]


# Ctrl-C reaches only a process whose terminal it is; and one that was started in the background was told to ignore it.
_WITH_ITS_TERMINAL = """\
import fcntl, runpy, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv[1:] = ["setup"]
runpy.run_module("automation", run_name="__main__")
"""


def on_terminal(folder: Path, *answers: tuple[str, str]) -> tuple[int, str]:
    """Run `ztr setup` on a terminal; each answer is typed once its question has come. Gives status and screen."""
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]), "TERM": "dumb"}
    argv = [sys.executable, "-c", _WITH_ITS_TERMINAL]
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen, seen, waiting = "", 0, list(answers)
    with suppress(OSError):  # how a terminal says that nobody is there any more
        while piece := os.read(ours, 4096):
            screen += piece.decode()
            if waiting and waiting[0][0] in screen[seen:]:
                seen = len(screen)
                os.write(ours, waiting.pop(0)[1].encode())
    os.close(ours)
    return process.wait(20), screen


def test_setup_says_what_the_plan_lacks_here(ztr: Ztr) -> None:
    plan = "id: small\ntitle: Small\nstart: 2025-09-08\nrequires: {commands: [no-such-program]}\n"
    ztr.plan({"01": NOTE.replace("${{ vars.reader }}", "you")}, plan=plan)
    told = ztr("setup", "--yes")
    assert (told.code, "no-such-program is not on PATH" in told.out) == (0, True)


@given(st.dictionaries(st.sampled_from(["ONE", "TWO_2"]), st.text(st.characters(blacklist_categories=["Cc", "Cs"]))))
def test_whatever_a_secret_holds_comes_back_as_it_was(values: dict[str, str]) -> None:
    from dotenv.parser import parse_stream

    text = dotenv_text(values, [Secret("ONE", "first", ""), Secret("TWO_2", "", "there")])
    found = {one.key: one.value for one in parse_stream(io.StringIO(text)) if one.key}
    assert {name: found[name] for name in values} == values
    assert set(found) == {known.name for known in KNOWN} | {"ONE", "TWO_2"}


def test_a_folder_that_cannot_be_written_is_named(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env.example.new").mkdir()
    told = ztr("setup", "--yes")
    assert (told.code, ".env.example: cannot be written" in told.err) == (2, True)


def test_a_setting_of_no_plan_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        parse(tmp_path)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
