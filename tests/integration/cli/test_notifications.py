"""Who is told of a run: one message, kept up to date where that can be, never twice, and never in the run's way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.cli.app import run_app
from automation.cli.execute import Wish, execute
from automation.cli.notify import Notifier
from automation.cli.session import Session, Where
from automation.engine.events import Event, RunStarted
from automation.engine.state import State
from tests.services.base import Fault, serving
from tests.services.slack import CHANNEL, TOKEN, Slack
from tests.services.zapier import Zapier

TASKS = {
    "good": "steps: [{run: 'true'}]\n",
    "bad": "retry: {attempts: 1, delay: 1s}\nsteps: [{run: 'echo <!channel> & more; false'}]\n",
    "asks": "steps: [{run: 'true'}]\napproval: {manual: {approvers: 1}}\n",
}


class Place:
    """A plan with notifications and the services that they go to."""

    def __init__(self, folder: Path, slack: Slack, zapier: Zapier) -> None:
        self.folder, self.slack, self.zapier = folder, slack, zapier
        self.secrets = {
            "SLACK_WEBHOOK_URL": slack.webhook,
            "SLACK_BOT_TOKEN": TOKEN,
            "ZAPIER_WEBHOOK_URL": zapier.webhook,
        }

    def write(self, notifications: str, *names: str) -> None:
        plan = self.folder / "tasks" / "p"
        plan.mkdir(parents=True, exist_ok=True)
        declared = "".join(f"  {name}: {{description: one}}\n" for name in self.secrets)
        text = notifications.replace("CHANNEL", CHANNEL).replace("SLACK", self.slack.address)
        (plan / "plan.yaml").write_text(
            f"id: p\ntitle: The <plan>\nstart: 2025-09-08\nsecrets:\n{declared}notifications: {text}\n"
        )
        for name in names or TASKS:
            (plan / f"{name}.yaml").write_text(f"id: {name}\ntitle: {name}\n{TASKS[name]}")

    def session(self) -> Session:
        return Session(Where("tasks/p", None, None, (), self.folder), self.secrets)

    def run(self, session: Session | None = None, mode: Any = "auto") -> list[str]:
        """One run; what could not be told."""
        session = session or self.session()
        told = Notifier(session, mode)
        execute(session, Wish(mode=mode), [told])
        told.close()
        return told.problems

    def book(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / ".ztr" / "p" / "notices.json").read_text())
        return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    slack, zapier = Slack(), Zapier()
    with serving(slack, zapier):
        yield Place(tmp_path, slack, zapier)


def shown(message: Any) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def test_a_webhook_gets_one_message_at_the_end_with_all_that_wants_somebody(place: Place) -> None:
    place.write("{slack: {on: [failed, awaiting-approval]}}")
    assert place.run() == []
    (message,) = place.slack.posted
    assert message["text"].startswith("The <plan>: ")
    assert message["blocks"][0]["text"]["text"] == "The <plan>: finished"
    assert "*Failed*\\n• bad: " in shown(message)
    assert "*Waiting for approval*\\n• asks" in shown(message)
    assert "<!channel>" not in shown(message)


def test_who_wants_only_bad_news_hears_nothing_of_a_good_run(place: Place) -> None:
    place.write("{slack: {on: [failed]}, zapier: {on: [overdue, failed]}}", "good")
    assert place.run() == []
    assert (place.slack.posted, place.zapier.events) == ([], [])


def test_what_failed_or_waits_since_an_earlier_run_is_not_told_again(place: Place) -> None:
    place.write("{slack: {on: [finished]}}", "good", "asks")
    place.run()
    place.write("{slack: {on: [finished]}}", "good", "asks", "bad")
    place.run()
    first, second = place.slack.posted
    assert "asks" in shown(first)
    assert "asks" not in shown(second)
    assert "bad" in shown(second)


def test_a_bot_keeps_one_message_up_to_date(place: Place) -> None:
    place.write("{slack: {on: [always], channel: CHANNEL, base-url: 'SLACK'}}")
    assert place.run() == []
    (message,) = place.slack.messages.values()
    assert message["blocks"][0]["text"]["text"] == "The <plan>: finished"
    assert "bad" in shown(message)
    kinds = [asked.path.rpartition("/")[2] for asked in place.slack.ledger]
    assert kinds[:2] == ["conversations.history", "chat.postMessage"]
    assert kinds.count("chat.postMessage") == 1
    assert kinds[-1] == "chat.update"


def test_a_zap_gets_the_facts_and_the_message_s_key(place: Place) -> None:
    place.write("{zapier: {on: [finished]}}")
    place.run()
    (event,) = place.zapier.events
    assert (event["event"], len(event["key"])) == ("ztr.run", 32)
    assert event["data"]["plan"] == "The <plan>"
    assert [line.partition(":")[0] for line in event["data"]["failed"]] == ["bad"]


@pytest.mark.parametrize("mode", ["mock", "auto"])
def test_mock_mode_and_a_missing_secret_send_nothing_and_keep_what_they_would_have_sent(
    place: Place, mode: str
) -> None:
    place.write("{slack: {on: [finished]}, zapier: {on: [finished]}}", "good")
    if mode == "auto":
        place.secrets = dict.fromkeys(place.secrets, "")
    assert place.run(mode=mode) == []
    assert place.slack.ledger + place.zapier.ledger == []
    (kept,) = place.book().values()
    assert {name: one["real"] for name, one in kept["messages"].items()} == {"Slack": False, "Zapier": False}
    assert kept["messages"]["Slack"]["request"][0]["url"] == "${SLACK_WEBHOOK_URL}"


class Killed(Exception):
    """The run ends here, as if it were killed."""


class Kill:
    """An observer that is no observer: it ends the run at its first event after the start."""

    def __init__(self, told: Notifier) -> None:
        self.told = told

    def on_event(self, event: Event, state: State) -> None:
        if isinstance(event, RunStarted):
            self.told.on_event(event, state)


@pytest.mark.parametrize("channel", ["", ", channel: CHANNEL, base-url: 'SLACK'"])
def test_a_run_that_goes_on_after_a_kill_tells_its_news_once_and_in_the_same_message(
    place: Place, channel: str
) -> None:
    place.write(f"{{slack: {{on: [always]{channel}}}}}")
    session = place.session()
    told = Notifier(session, "auto")
    execute(session, Wish(), [Kill(told)])  # this run's news: bad and asks, of which nobody is told any more
    told.close()
    place.write(f"{{slack: {{on: [always]{channel}}}}}", "good", "bad", "asks")
    place.run()
    messages = list(place.slack.messages.values()) if channel else place.slack.posted
    assert len(messages) == 1
    assert "bad" in shown(messages[0])
    assert "asks" in shown(messages[0])
    assert [one["open"] for one in place.book().values()] == [False, False]


@pytest.mark.parametrize("ended", [True, False])
def test_on_a_fresh_machine_the_news_of_a_run_that_never_ended_is_told_by_the_next(place: Place, ended: bool) -> None:
    place.write("{slack: {on: [finished]}}", "good", "asks")
    execute(place.session(), Wish())
    folder = place.folder / ".ztr" / "p"
    (journal,) = (folder / "journal").glob("*.jsonl")
    if not ended:
        lines = journal.read_text().splitlines(keepends=True)
        assert '"run-finished"' in lines[-1]
        journal.write_text("".join(lines[:-1]))
        (folder / "state.json").unlink()
    place.write("{slack: {on: [finished]}}", "good", "asks", "bad")
    place.run()
    (message,) = place.slack.posted
    assert ("asks" in shown(message)) is not ended


@pytest.mark.parametrize("kind", ["down", "error-before", "rubbish", "revoked", "lost"])
def test_a_service_that_fails_changes_nothing_for_the_run(place: Place, kind: Any) -> None:
    place.write("{slack: {on: [finished]}, zapier: {on: [finished]}}", "good")
    place.slack.goes_wrong(Fault(kind))
    session = place.session()
    told = Notifier(session, "auto")
    ended = execute(session, Wish(), [told])
    told.close()
    assert {slot.status for slot in ended.state.slots["good"].values()} == {"done"}
    (problem,) = told.problems
    assert problem.startswith("Slack was not told: Slack ")
    assert place.slack.webhook not in problem
    assert len(place.zapier.events) == 1


def test_a_short_trouble_is_tried_over_and_what_may_have_arrived_is_not_sent_again(place: Place) -> None:
    place.write("{slack: {on: [finished]}}", "good")
    place.slack.goes_wrong(Fault("limited", times=1, retry_after="0"))
    assert place.run() == []
    assert len(place.slack.posted) == 1
    place.write("{slack: {on: [finished]}}", "good", "asks")
    place.slack.goes_wrong(Fault("lost", times=1))
    assert len(place.run()) == 1
    assert len(place.slack.posted) == 2


def test_the_command_line_tells_who_could_not_be_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place.write("{slack: {on: [finished]}}", "good")
    place.slack.goes_wrong(Fault("revoked"))
    monkeypatch.setenv("SLACK_WEBHOOK_URL", place.slack.webhook)
    assert run_app(["run", "--quiet"]) == 0
    assert "ztr: Slack was not told: Slack answered 404" in capsys.readouterr().err


def test_a_book_that_cannot_be_read_is_begun_anew(place: Place) -> None:
    place.write("{slack: {on: [finished]}}", "good")
    folder = place.folder / ".ztr" / "p"
    folder.mkdir(parents=True)
    (folder / "notices.json").write_text("[")
    place.run()
    assert len(place.book()) == len(place.slack.posted) == 1


def broken(*_: object, **__: object) -> object:
    """A report that cannot be made."""
    raise AttributeError


def test_whoever_tells_and_breaks_leaves_the_run_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("{slack: {on: [finished]}}", "good")
    session = place.session()
    monkeypatch.setattr("automation.cli.notify.make_report", broken)
    told = Notifier(session, "auto")
    ended = execute(session, Wish(), [told])
    told.close()
    assert {slot.status for slot in ended.state.slots["good"].values()} == {"done"}
    assert told.problems == ["not all were told of this run: AttributeError"]
    mocked = Notifier(session, "mock")
    place.write("{slack: {on: [finished]}}", "good", "asks")
    execute(place.session(), Wish(mode="mock"), [mocked])
    mocked.close()
    assert mocked.problems == ["not all were told of this run: AttributeError"]


def test_an_address_that_cannot_be_used_is_told_without_being_shown(place: Place) -> None:
    place.write("{slack: {on: [finished], channel: CHANNEL, base-url: 'http://slack.example'}}", "good")
    (problem,) = place.run()
    assert "use https" in problem
    place.secrets["SLACK_WEBHOOK_URL"] = "ftp://hooks.example/secret-path"
    place.write("{slack: {on: [finished]}}", "good", "asks")
    (problem,) = place.run()
    assert "SLACK_WEBHOOK_URL" in problem
    assert "secret-path" not in problem


def test_a_bot_that_cannot_look_back_does_not_post_blindly(place: Place) -> None:
    place.write("{slack: {on: [finished], channel: CHANNEL, base-url: 'SLACK'}}", "good")
    place.slack.scopes.discard("channels:history")
    (problem,) = place.run()
    assert "channels:history" in problem
    assert place.slack.messages == {}


def test_a_plan_without_channels_tells_nobody(place: Place) -> None:
    place.write("{issue: {on: [always]}}", "good")
    assert place.run() == []
    assert not (place.folder / ".ztr" / "p" / "notices.json").exists()
