"""What tasks 34 to 37 call, on small inputs and with stand-ins for process and network."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from automation.hal.detection import steps, trial
from automation.hal.detection.drill import Probe
from automation.hal.detection.receiver import Inbox
from automation.hal.detection.streams import load_specification


def test_drifts_are_counted_and_every_verdict_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(load_specification("dev"), stable=2, drifting=6)
    monkeypatch.setattr(steps, "load_specification", lambda _: small)
    monkeypatch.setattr(trial, "weak_drifts", lambda _: {"1.0": 0.4})
    result = steps.find_drifts(split="dev", report=tmp_path / "drift.json")
    assert (result["found"], result["missed"], result["false_alarms"], result["stable"]) == (6, 0, 0, 2)
    assert 0 < result["longest_delay_hours"] <= 24
    assert len(json.loads((tmp_path / "drift.json").read_text(encoding="utf-8"))["verdicts"]) == 8


def test_planted_spikes_are_found(tmp_path: Path) -> None:
    result = steps.find_spikes(series=1, seed=5, report=tmp_path / "spikes.json")
    assert (result["planted"], result["found"], result["found_share"]) == (4, 4, 1.0)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    assert steps.write_rules(target=tmp_path / "rules.json") == {"rules": 8}
    return tmp_path / "rules.json"


def test_shipped_rules_behave_and_broken_ones_are_refused(rules: Path, tmp_path: Path) -> None:
    result = steps.try_rules(rules=rules, report=tmp_path / "trial.json")
    assert result["broken"] > 100
    assert (result["fired"], result["not_fired"], result["fired_wrongly"], result["broken_accepted"]) == (8, 0, 0, 0)


def test_a_rule_without_fixtures_counts_on_both_sides(rules: Path, tmp_path: Path) -> None:
    document = json.loads(rules.read_text(encoding="utf-8"))
    rules.write_text(json.dumps([document[0] | {"id": "new-rule"}]), encoding="utf-8")
    result = steps.try_rules(rules=rules, report=tmp_path / "trial.json")
    assert (result["not_fired"], result["fired_wrongly"]) == (1, 1)


def test_a_rule_that_is_too_eager_is_noticed(rules: Path, tmp_path: Path) -> None:
    document = json.loads(rules.read_text(encoding="utf-8"))
    rules.write_text(json.dumps([document[0] | {"above": 100}]), encoding="utf-8")
    assert steps.try_rules(rules=rules, report=tmp_path / "trial.json")["fired_wrongly"] == 1


def test_the_queue_leaves_repetitions_out_and_its_digest_is_one_object(rules: Path, tmp_path: Path) -> None:
    result = steps.build_queue(rules=rules, target=tmp_path / "q.json", digest=tmp_path / "d.json")
    assert (result["alerts"], result["left_out"], result["worst"]) == (8, 8, "critical")
    assert json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["headline"] == result["headline"]


class Direct:
    """A line into the inbox without a network: forgetting is a lost answer."""

    inbox: Inbox

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, body: dict[str, object]) -> int | None:
        return {"accept": 204, "refuse": 503, "forget": None}[self.inbox.take(str(body["key"]))]


def test_alerts_arrive_once_and_in_order_although_answers_are_lost(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def no_server(inbox: Inbox) -> Iterator[int]:
        Direct.inbox = inbox
        yield 0

    monkeypatch.setattr(steps, "receiver", no_server)
    monkeypatch.setattr(steps, "LocalPost", Direct)
    steps.build_queue(rules=rules, target=tmp_path / "q.json", digest=tmp_path / "d.json")
    result = steps.prove_delivery(source=tmp_path / "q.json", report=tmp_path / "p.json")
    assert result == {
        "kept": 8,
        "missing": 0,
        "out_of_order": 0,
        "repeated": 2,
        "needless_repeats": 0,
        "attempts": 12,
    }


ALERT = {"rule": "r", "metric": "m", "severity": "high", "summary": "s", "minute": 1, "value": 2}


@pytest.mark.parametrize(
    "entry", [1, {}, ALERT | {"minute": "soon"}, ALERT | {"severity": "dire"}, ALERT | {"rule": None}]
)
def test_a_queue_of_something_else_is_refused(tmp_path: Path, entry: object) -> None:
    (tmp_path / "q.json").write_text(json.dumps([entry]), encoding="utf-8")
    with pytest.raises(ValueError, match="is not an alert; build the queue again"):
        steps.prove_delivery(source=tmp_path / "q.json", report=tmp_path / "p.json")


class Healthy:
    """A service that no fault can harm."""

    def __enter__(self) -> "Healthy":
        return self

    def __exit__(self, *_: object) -> None:
        self.plant("")

    def probe(self) -> Probe:
        return Probe(200, 0.0)

    def plant(self, fault: str) -> None:
        self.fault = fault

    def restart(self) -> None:
        self.fault = ""


def test_a_drill_in_which_nothing_was_noticed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LocalService", Healthy)
    result = steps.run_drill(report=tmp_path / "d.json")
    assert result == {"planted": 3, "found": 0, "healed": 0, "false_alarms": 0, "most_probes": 6}


def test_simulated_incidents_escalate_as_planned_and_a_changed_ladder_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps.simulate_escalation(report=tmp_path / "e.json") == {"simulated": 7, "wrong": 0}
    monkeypatch.setattr(steps, "describe", lambda _: "5:1")
    assert steps.simulate_escalation(report=tmp_path / "e.json")["wrong"] == 5
