"""An artifact comes from a job that ran other people's code: publish believes nothing that it has not checked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from automation.cli.session import Session, Where
from automation.engine.events import Requested
from tests.fake_github import Fault
from tests.integration.github.flow import READER, Flow, _inside
from tests.integration.github.forging import made, refused, seal


def _link(artifact: Path) -> None:
    (artifact / "logs").mkdir()
    (artifact / "logs/passwd").symlink_to("/etc/passwd")


def _fifo(artifact: Path) -> None:
    (artifact / "logs").mkdir()
    os.mkfifo(artifact / "logs/pipe")


def _stranger(artifact: Path) -> None:
    (artifact / ".github").mkdir()
    (artifact / ".github/evil.yml").write_text("on: push")
    seal(artifact)


def _huge(artifact: Path) -> None:
    (artifact / "logs").mkdir()
    with (artifact / "logs/bomb").open("wb") as file:
        file.truncate(60_000_000)


def _many(artifact: Path) -> None:
    (artifact / "logs").mkdir()
    for number in range(5_100):
        (artifact / f"logs/{number}").write_text("")


def _swapped(artifact: Path) -> None:
    product = next(path for path in (artifact / "objects").rglob("*") if path.is_file())
    product.write_text("something else")
    seal(artifact)


def _unlisted(artifact: Path) -> None:
    (artifact / "summary.md").write_text("changed")


def _no_manifest(artifact: Path) -> None:
    (artifact / "manifest.json").write_text("[" * 100_000)


def _denied(artifact: Path) -> None:
    manifest = json.loads((artifact / "manifest.json").read_text())
    (artifact / "manifest.json").write_text(json.dumps({**manifest, "ran": False}))


def _other_run(artifact: Path) -> None:
    manifest = json.loads((artifact / "manifest.json").read_text())
    (artifact / "manifest.json").write_text(json.dumps({**manifest, "run": "8-1"}))


def _endless(artifact: Path) -> None:
    manifest = json.loads((artifact / "manifest.json").read_text())
    manifest["files"]["journal.jsonl"]["size"] = float("inf")
    (artifact / "manifest.json").write_text(json.dumps(manifest))


def _deep(artifact: Path) -> None:
    body = b'{"type":"opened","at":' + b"[" * 100_000 + b"]" * 100_000
    (artifact / "journal.jsonl").write_bytes(b'%s,"crc":"%08x"}\n' % (body, crc32(body)))
    seal(artifact)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (_endless, "is no manifest of ours"),
        (_deep, "journal.jsonl:1: the journal is damaged"),
        (_link, "is no plain file"),
        (_fifo, "is no plain file"),
        (_stranger, "does not belong into it"),
        (_huge, "too large"),
        (_many, "too large"),
        (_swapped, "is not the place of a product"),
        (_unlisted, "is not what its manifest says"),
        (_no_manifest, "is no manifest of ours"),
        (_denied, "it denies its journal"),
        (_other_run, "its run is '8-1'"),
    ],
)
def test_a_hostile_folder_is_refused(flow: Flow, tmp_path: Path, harm: Callable[[Path], None], why: str) -> None:
    claimed = flow.claim()
    place = flow.run(claimed)[1]
    harm(place)
    before = flow.branch()
    checkout = flow.checkout()
    place.rename(checkout / "ztr-report")
    told = flow(checkout, "github", "publish")
    assert told.code == 4, told
    assert why in told.err
    assert flow.branch() == before


def test_publishing_twice_changes_nothing(flow: Flow) -> None:
    artifact = made(flow)
    assert flow.publish(artifact).code == 0
    before = flow.branch()
    again = flow.publish(artifact)
    assert again.code == 0
    assert "nothing new" in again.out
    assert flow.branch() == before


def test_publish_run_again_on_its_own_takes_what_the_first_attempt_left(flow: Flow) -> None:
    artifact = made(flow)
    told = flow.publish(artifact, attempt=2)
    assert told.code == 0, told
    assert flow.events() == ["1-1.jsonl"]
    assert state_of(flow)["slots"]["note"]["day-1"]["status"] == "done"
    assert json.loads(flow.branch()["plans/small/claim.json"])["released"]
    assert "nothing new" in flow.publish(artifact, attempt=3).out


def test_what_an_earlier_attempt_left_is_not_taken_for_a_later_ones(flow: Flow) -> None:
    artifact = made(flow)
    assert flow.publish(artifact).code == 0
    flow.options = ("--now", "2025-09-09T09:00")
    assert flow.claim(attempt=2).outputs["go"] == "true"
    told = flow.publish(artifact, attempt=2, result="failure")
    assert told.code == 0, told
    assert "attempt 1, and attempt 2 left none" in told.err
    assert json.loads(flow.branch()["plans/small/claim.json"])["released"]


def test_an_artifact_of_an_attempt_to_come_is_refused(flow: Flow) -> None:
    artifact = made(flow)
    manifest = json.loads((artifact / "manifest.json").read_text())
    (artifact / "manifest.json").write_text(json.dumps({**manifest, "run": "1-7"}))
    refused(flow, artifact, "its run is '1-7'")


@pytest.mark.parametrize("kind", ["drop-after", "after"])
def test_a_publish_whose_last_answer_is_lost_is_kept_once(flow: Flow, kind: Any) -> None:
    artifact = made(flow)
    flow.fake.fail(Fault(kind, "PATCH", "/git/refs", status=502))
    assert flow.publish(artifact).code == 0
    assert flow.events() == ["1-1.jsonl"]


def asked(flow: Flow, kind: Any, task: str, slot: str, name: str) -> None:
    """What a tick in the issue puts onto the branch."""
    from automation.cli.host import make_client
    from automation.cli.remote.ledger import Ledger
    from automation.engine.approvals import answer
    from automation.engine.due import Situation
    from automation.engine.state import evolve
    from automation.github.branch import Change, Tip, swap

    place = flow.checkout()
    names = {"GITHUB_REPOSITORY": "octo/work", "GITHUB_API_URL": flow.fake.url, "GITHUB_TOKEN": "token-of-publish"}
    with _inside(place, {**names, "ZTR_GITHUB_PAUSE": "0"}):
        session = Session(Where(now=flow.now[1]), os.environ)
        at = session.now().isoformat(timespec="milliseconds")
        request = Requested(at, f"{name}-1", kind, task, slot, "grace", session.plan.tasks[task].definition)
        client = make_client(os.environ)

        def decide(tip: Tip) -> Change | None:
            with Ledger(tip, session) as ledger:
                if name in ledger.names:
                    return None
                going = ledger.claim is not None and ledger.claim.lives(client.now())
                state = evolve(ledger.state, request)
                answers = () if going else answer(session.plan, state, Situation(session.now()))
                ledger.add(name, [request, *answers], at)
                return Change(ledger.changes(), "a tick")

        swap(client, decide)


def state_of(flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(flow.branch()["plans/small/state.json"])["state"]
    return found


def test_a_tick_while_a_run_goes_on_is_answered_by_publish(flow: Flow) -> None:
    artifact = made(flow)
    asked(flow, "skip", "count", "day-2", "tick")
    assert state_of(flow)["requests"]
    told = flow.publish(artifact)
    assert told.code == 0, told
    assert flow.events() == ["1-1-answers.jsonl", "1-1.jsonl", "tick.jsonl"]
    state = state_of(flow)
    assert state["requests"] == {}
    assert state["slots"]["note"]["day-1"]["status"] == "done"
    assert state["slots"]["count"]["day-2"]["status"] == "skipped"


def test_a_tick_between_publishs_reading_and_writing_survives(flow: Flow) -> None:
    artifact = made(flow)
    flow.fake.fail(Fault("before", "PATCH", "/git/refs", status=422, message="Update is not a fast forward"))
    asked_once: list[int] = []
    original = flow.fake.reply

    def with_a_tick(method: str, target: str, *rest: Any) -> Any:
        if method == "PATCH" and "/git/refs" in target and not asked_once:
            asked_once.append(1)
            flow.fake.reply = original  # type: ignore[method-assign]  # the tick's own requests go straight through
            flow.fake.faults.clear()
            asked(flow, "skip", "count", "day-2", "tick")
        return original(method, target, *rest)

    flow.fake.reply = with_a_tick  # type: ignore[method-assign,assignment]  # a tick at the worst moment
    told = flow.publish(artifact)
    assert told.code == 0, told
    assert flow.events() == ["1-1-answers.jsonl", "1-1.jsonl", "tick.jsonl"]
    assert state_of(flow)["slots"]["count"]["day-2"]["status"] == "skipped"


def test_a_persons_decision_wins_over_a_mock_run_that_is_published_later(flow: Flow) -> None:
    claimed = flow.claim("mock")
    _, artifact = flow.run(claimed)
    asked(flow, "skip", "note", "day-1", "tick")
    told = flow.publish(artifact)
    assert told.code == 0, told
    assert "decided meanwhile" in told.err
    assert state_of(flow)["slots"]["note"]["day-1"]["status"] == "skipped"
    kept = flow.branch()["plans/small/events/1-1.jsonl"].decode()
    assert '"superseded":[["note","day-1"]]' in kept
    assert '"task-finished"' in kept  # nothing of it is lost
    assert flow(flow.checkout(), "state", "pull").code == 0


def test_two_mock_runs_at_once_keep_what_was_found_first(flow: Flow) -> None:
    first, second = flow.claim("mock", run=1), flow.claim("mock", run=2)
    one, two = flow.run(first, run=1)[1], flow.run(second, run=2)[1]
    assert flow.publish(one, run=1).code == 0
    assert flow.publish(two, run=2).code == 0
    assert flow.events() == ["1-1.jsonl", "2-1.jsonl"]
    assert state_of(flow)["serial"] == 2


def test_a_secret_that_got_into_a_product_is_not_handed_over(flow: Flow) -> None:
    flow.secrets = {"SLACK_WEBHOOK_URL": "hello world"}
    artifact = made(flow)
    assert not (artifact / "objects").exists()
    assert b"hello world" not in b"".join(path.read_bytes() for path in artifact.rglob("*") if path.is_file())


def test_products_that_no_plan_knows_any_more_leave_the_branch(flow: Flow) -> None:
    flow.day(run=1)
    flow.fake.repository.git.put("ztr-state", {"objects/aa/" + "aa" * 32: "old"})
    flow.options = ("--now", "2025-09-09T09:00")
    flow.day(run=2)
    assert [path for path in flow.branch() if path.startswith("objects/aa")] == []
    assert sum(path.startswith("objects/") for path in flow.branch()) == 1


@pytest.mark.parametrize("snapshot", [None, "{}", "x"])
def test_no_product_goes_while_it_cannot_be_told_what_another_plan_needs(flow: Flow, snapshot: str | None) -> None:
    flow.day(run=1)
    files = {"plans/other/events/7-1.jsonl": "{}\n", "objects/aa/" + "aa" * 32: "theirs"}
    flow.fake.repository.git.put("ztr-state", files | ({"plans/other/state.json": snapshot} if snapshot else {}))
    flow.options = ("--now", "2025-09-09T09:00")
    assert flow.day(run=2).code == 0
    assert "objects/aa/" + "aa" * 32 in flow.branch()


def test_a_run_that_somebody_asked_for_is_theirs_and_not_the_bots(flow: Flow) -> None:
    flow.day(run=1)
    asked(flow, "run", "tell", "", "tick")
    flow.trigger, flow.actor, flow.options = "workflow_dispatch", "github-actions[bot]", ("--now", "2025-09-10T09:00")
    assert flow.day(run=2).code == 0
    assert [run["by"] for run in state_of(flow)["runs"]] == ["ada", "grace"]


def test_a_run_that_was_started_again_is_theirs_who_did(flow: Flow) -> None:
    claimed = flow.claim(GITHUB_TRIGGERING_ACTOR="linus")
    artifact = flow.run(claimed)[1]
    assert flow.publish(artifact).code == 0
    assert [run["by"] for run in state_of(flow)["runs"]] == ["linus"]


def test_a_dispatch_by_a_bot_that_nobody_asked_for_is_the_bots(flow: Flow) -> None:
    flow.trigger, flow.actor = "workflow_dispatch", "helper[bot]"
    assert flow.day(run=1).code == 0
    assert [run["by"] for run in state_of(flow)["runs"]] == ["helper[bot]"]


@pytest.mark.parametrize(
    ("mode", "token", "code", "why"),
    [
        ("mock", READER, 0, "contents: write"),
        ("mock", "revoked", 0, "the token is revoked"),
        ("auto", READER, 4, "contents: write"),
        ("auto", "revoked", 4, "the token is revoked"),
    ],
)
def test_a_state_that_cannot_be_kept_is_told_and_is_an_error_only_after_a_real_run(
    flow: Flow, mode: str, token: str, code: int, why: str
) -> None:
    artifact = flow.run(flow.claim(mode))[1]
    told = flow(artifact.parent, "github", "publish", *flow.now, token=token)
    assert (told.code, why in told.err, "Traceback" in told.err) == (code, True, False)
    assert flow.publish(artifact).code == 0  # nothing is lost
    assert flow.events() == ["1-1.jsonl"]
