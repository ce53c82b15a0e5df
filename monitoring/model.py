"""What a report holds: frozen values that `report` makes and the renderers read. Their names are keys of the JSON."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from automation.engine.events import Product, Sent, TaskStatus, Verdict
from automation.plan.model import Json

VERSION = 1
"""The version of `report.json`'s schema: it grows when a reader of an older one would stumble, over a key that is gone
or means something else. Keys are added without: a reader passes over those that it does not know.
"""

Status = Literal[TaskStatus, "interrupted"]
"""A task's status; `interrupted` is one that the state calls running while no run is going on."""

ORDER: tuple[Status, ...] = (
    "failed",
    "unknown",
    "awaiting-approval",
    "interrupted",
    "blocked",
    "deferred",
    "running",
    "pending",
    "mocked",
    "skipped",
    "done",
)
"""What wants attention first."""


class Unlockable(Protocol):
    """A smallest set of missing secrets, and the tasks that become real once all of them are there."""

    @property
    def secrets(self) -> Sequence[str]: ...

    @property
    def tasks(self) -> Sequence[str]: ...


class Environment(NamedTuple):
    """Where the report was made. `host` is local, actions or ci; `url` leads to the run's page."""

    version: str = ""
    python: str = ""
    platform: str = ""
    host: str = "local"
    url: str = ""


class PlanFacts(NamedTuple):
    """The plan. `start` is the one in effect, `day` today's working day (0 before it), `days` the last planned one."""

    id: str
    title: str
    digest: str
    lineage: str
    serial: int
    start: str
    target: str | None
    zone: str
    day: int
    days: int
    paused: bool


class RunFacts(NamedTuple):
    """The latest run; `tasks` is what it ran. `outcome`: completed, interrupted, stopped, killed, running."""

    run: str
    started: str
    seconds: float
    day: int
    requested: str
    mode: str
    trigger: str
    by: str
    attempt: int
    outcome: str
    tasks: tuple[str, ...]


class PastRun(NamedTuple):
    """A run in the history, with the number of tasks by the status in which it left them."""

    run: str
    started: str
    seconds: float
    day: int
    requested: str
    mode: str
    trigger: str
    by: str
    attempt: int
    outcome: str
    counts: Mapping[str, int]


class SecretFacts(NamedTuple):
    """A secret by name. `tasks` want it; `unlocks` are those that it makes real all by itself."""

    name: str
    present: bool
    description: str
    obtain: str
    tasks: tuple[str, ...]
    unlocks: tuple[str, ...]


class UnlockFacts(NamedTuple):
    """One line of the unlock map."""

    secrets: tuple[str, ...]
    tasks: tuple[str, ...]


class StepReport(NamedTuple):
    """A step's last outcome. `sent` are its effects, with the request as it was or, mocked, would have been sent."""

    id: str
    name: str
    uses: str
    status: str
    attempts: int
    seconds: float
    outputs: Mapping[str, Json]
    missing: tuple[str, ...]
    sent: tuple[Sent, ...]
    error: str
    error_kind: str | None
    log: str
    adopted: bool


class EffectReport(NamedTuple):
    """A real effect that was begun. `outcome`: happened, not-happened, unknown, or undone at the time `undone`.

    `remote` is the id of what was made (several, by commas), unless it was `found` there before.
    """

    step: str
    key: str
    target: str
    at: str
    outcome: str
    remote: str
    found: bool = False
    undone: str = ""


class SlotReport(NamedTuple):
    """A task in one slot. `runs` counts its starts since the last retry; `changed`: defined otherwise by now."""

    slot: str
    status: Status
    reason: str
    since: str
    started: str
    seconds: float
    runs: int
    run: str
    not_before: str
    waited: bool
    changed: bool
    unlock: tuple[tuple[str, ...], ...]
    steps: tuple[StepReport, ...]
    gates: tuple[Verdict, ...]
    products: tuple[Product, ...]
    effects: tuple[EffectReport, ...]
    approvals: tuple[str, ...]


class Question(NamedTuple):
    """An approval that is waited for. `evidence` stands for what the task made: an answer may be bound to it."""

    needed: int
    given: tuple[str, ...]
    exclude_initiator: bool
    expires: str | None
    evidence: str


class TaskReport(NamedTuple):
    """A task as it stands: its latest slot's status and reason, what to do next. `late` and `slack` in working days."""

    id: str
    title: str
    status: Status
    reason: str
    next_step: str
    day: int | None
    date: str | None
    late: int
    slack: int | None
    component: str
    owner: str
    criticality: str
    needs: tuple[str, ...]
    secrets: tuple[str, ...]
    unlock: tuple[tuple[str, ...], ...]
    ran: bool
    changed: bool
    file: str
    line: int
    approval: Question | None
    slots: tuple[SlotReport, ...]

    @property
    def latest(self) -> SlotReport | None:
        """The slot that the task's status is of, none while nothing has happened."""
        return self.slots[-1] if self.slots else None


class Share(NamedTuple):
    """Progress of a week or a component; `first` and `last` are the week's days, 0 for a component."""

    id: str
    title: str
    first: int
    last: int
    total: int
    finished: int
    failed: int


class ProgressFacts(NamedTuple):
    """`finished` is done, mocked or skipped; `planned` is what should be finished by the end of today."""

    total: int
    finished: int
    planned: int
    weeks: tuple[Share, ...]
    components: tuple[Share, ...]


class MetricReport(NamedTuple):
    """A success metric. `status`: met, missed, not-judged (the value was mocked) or not-measured."""

    id: str
    title: str
    status: str
    measured: Json
    bound: str
    unit: str
    day: int | None
    source: str


class Overdue(NamedTuple):
    """An unfinished task whose day is over, with its lateness in working days."""

    task: str
    day: int
    late: int


class PathFacts(NamedTuple):
    """The critical path: task ids in order, the working days it spans and the estimated seconds of work on it."""

    tasks: tuple[str, ...]
    days: int
    seconds: float


class Forecast(NamedTuple):
    """When the plan ends. `state`: finished, on-time, late or no-date; `late` counts working days after the target."""

    state: str
    date: str | None
    target: str | None
    late: int
    text: str


class Risk(NamedTuple):
    """Something that may keep the plan from its target. `level` is high, medium or low; `task` may be empty."""

    level: str
    kind: str
    task: str
    text: str


class Spent(NamedTuple):
    """What the latest run spent with services that charge, in US dollars as far as prices are known, and in tokens.

    `budget` is what the plan allows a run, none without a limit; `unpriced` are the steps whose price is not known.
    """

    usd: float = 0.0
    tokens: int = 0
    budget: float | None = None
    unpriced: tuple[str, ...] = ()


class Request(NamedTuple):
    """A request that nobody has answered yet."""

    id: str
    kind: str
    task: str
    slot: str
    by: str
    at: str


class Report(NamedTuple):
    """Everything there is to tell about a plan at one moment. `tasks` is in the plan's order."""

    generated: str
    headline: str
    plan: PlanFacts
    run: RunFacts | None
    counts: Mapping[str, int]
    tasks: tuple[TaskReport, ...]
    secrets: tuple[SecretFacts, ...]
    unlock: tuple[UnlockFacts, ...]
    progress: ProgressFacts
    metrics: tuple[MetricReport, ...]
    overdue: tuple[Overdue, ...]
    critical_path: PathFacts
    forecast: Forecast
    risks: tuple[Risk, ...]
    requests: tuple[Request, ...]
    history: tuple[PastRun, ...]
    environment: Environment
    spent: Spent = Spent()
    schema: int = VERSION
