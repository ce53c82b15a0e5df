"""Plans and states for the tests of monitoring: a small plan, and a story that folds events into its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from automation.engine.events import (
    EffectFinished,
    EffectStarted,
    Event,
    GatesJudged,
    Mode,
    Opened,
    Product,
    ProductsKept,
    RunFinished,
    RunStarted,
    Sent,
    StepFinished,
    TaskFinished,
    TaskStarted,
    TaskStatus,
    Verdict,
)
from automation.engine.state import State, fold
from automation.plan.model import (
    Bound,
    Calendar,
    Component,
    Gate,
    Json,
    Metric,
    Place,
    Plan,
    Reference,
    Secret,
    Step,
    Task,
    Week,
)

ZONE = ZoneInfo("Asia/Dubai")
MONDAY = datetime(2025, 9, 8, 6, 17, tzinfo=ZONE)


def a_task(name: str, day: int | None = None, *needs: str, secrets: tuple[str, ...] = (), **fields: object) -> Task:
    """A task with one step `work`, which is external when it wants secrets."""
    step = Step("work", "slack" if secrets else "python", secrets=secrets, outputs={"accuracy": "number"})
    task = Task(name, name.replace("-", " ").capitalize(), (step,), day=day, needs=needs, definition=f"def-{name}")
    return task._replace(place=Place(f"tasks/demo/{name}.yaml", 1, 1))._replace(**fields)  # type: ignore[arg-type]  # a builder


def a_plan(*tasks: Task, **fields: object) -> Plan:
    """A plan from Monday 2025-09-08 on, Monday to Friday, in Dubai."""
    calendar = Calendar(date(2025, 9, 8), "Asia/Dubai")
    plan = Plan("demo", "Demo plan", calendar, {task.id: task for task in tasks}, digest="d1", target=date(2025, 9, 10))
    return plan._replace(**fields)  # type: ignore[arg-type]  # a builder


def small_plan() -> Plan:
    """Four tasks over three days: schema → search (a metric and a gate) → announce (a secret), and tidy."""
    return a_plan(
        a_task("schema", 1, component="memory"),
        a_task(
            "search",
            2,
            "schema",
            component="memory",
            criticality="high",
            gates=(Gate("metric", {"metric": "steps.work.outputs.accuracy", "above": 0.9}, "search accuracy"),),
        ),
        a_task("announce", 2, "schema", secrets=("SLACK_WEBHOOK_URL",), component="news"),
        a_task("tidy", 3, "search", component="memory"),
        weeks=(Week("Foundation", 1, 2), Week("Finish", 3, 3)),
        components=(Component("memory", "Memory"), Component("news", "News")),
        metrics=(
            Metric("accuracy", "search accuracy", Reference("search", "work", "accuracy"), Bound("above", 0.9), day=2),
        ),
        secrets=(Secret("SLACK_WEBHOOK_URL", "where news go", "https://api.slack.com/apps"),),
    )


class Story:
    """Events told one after another; time passes a second an event."""

    def __init__(self, plan: Plan, at: datetime = MONDAY) -> None:
        self.plan = plan
        self.now = at
        self.events: list[Event] = []
        self._serial = 0
        self._run = ""

    @property
    def state(self) -> State:
        return fold(self.events)

    def at(self) -> str:
        self.now += timedelta(seconds=1)
        return self.now.isoformat(timespec="seconds")

    def tell(self, event: Event) -> Story:
        self.events.append(event)
        return self

    def run(self, day: int, mode: Mode = "mock", **fields: object) -> Story:
        self._serial += 1
        self._run = f"r{self._serial}"
        self.tell(Opened(self.at(), f"j{self._serial}", self._serial, "acme/demo#demo", self.plan.id))
        started = RunStarted(self.at(), self._run, self.plan.digest, mode, mode, day)
        return self.tell(started._replace(**fields))  # type: ignore[arg-type]  # a builder

    def started(self, task: str, slot: str = "") -> Story:
        return self.tell(TaskStarted(self.at(), task, slot or self.slot(task), self.plan.tasks[task].definition))

    def step(self, task: str, outputs: Mapping[str, Json] | None = None, **fields: object) -> Story:
        event = StepFinished(self.at(), task, self.slot(task), "work", "done", 1, 0.2, outputs or {})
        return self.tell(event._replace(**fields))  # type: ignore[arg-type]  # a builder

    def finished(self, task: str, status: TaskStatus = "done", reason: str = "", **fields: object) -> Story:
        event = TaskFinished(self.at(), task, self.slot(task), status, reason, 0.5)
        return self.tell(event._replace(**fields))  # type: ignore[arg-type]  # a builder

    def done(self, task: str, outputs: Mapping[str, Json] | None = None) -> Story:
        return self.started(task).step(task, outputs).finished(task)

    def judged(self, task: str, *verdicts: Verdict) -> Story:
        return self.tell(GatesJudged(self.at(), task, self.slot(task), verdicts))

    def produced(self, task: str, *products: Product) -> Story:
        return self.tell(ProductsKept(self.at(), task, self.slot(task), products))

    def effect(self, task: str, happened: bool | None, remote: str = "") -> Story:
        key = f"key-{task}"
        self.tell(EffectStarted(self.at(), task, self.slot(task), "work", key, "in", "POST https://api.example"))
        if happened is None:
            return self
        return self.tell(
            EffectFinished(self.at(), task, self.slot(task), "work", key, "in", happened, {"id": remote}, remote)
        )

    def mocked(self, task: str, *missing: str) -> Story:
        request: Json = {"method": "POST", "url": "${SLACK_WEBHOOK_URL}", "json": {"text": "hello"}}
        sent = (Sent(f"key-{task}", "POST ${SLACK_WEBHOOK_URL}", request, "in", False),)
        self.started(task).step(task, status="mocked", missing=missing, sent=sent)
        return self.finished(task, "mocked", unlock=(tuple(missing),))

    def end(self, outcome: str = "completed", seconds: float = 3.0) -> Story:
        return self.tell(RunFinished(self.at(), self._run, outcome, seconds))  # type: ignore[arg-type]  # a builder

    def slot(self, task: str) -> str:
        day = self.plan.tasks[task].day
        return f"day-{day}" if day is not None else "once"
