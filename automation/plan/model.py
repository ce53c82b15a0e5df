"""What a plan is: frozen values that the loader makes and everybody else reads.

They are named tuples, not dataclasses: a class costs 0.1 ms instead of 0.65 ms at start-up and an instance 0.26 µs
instead of 0.64 µs, and both are paid for on every run of every user. For the same reason this module and the others
that hold many values do without `from __future__ import annotations`: `NamedTuple` would compile every annotation
anew, which is a third of what its classes cost. Times are seconds, slots and ids are plain strings.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

Effect = Literal["none", "workspace", "external"]
Criticality = Literal["critical", "high", "medium", "low"]
OnUnknown = Literal["ask", "retry", "skip"]

NOTHING: Mapping[str, Json] = MappingProxyType({})
NO_TEXT: Mapping[str, str] = MappingProxyType({})


class Place(NamedTuple):
    """Where something stands: a file as the user named it, line and column from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Retry(NamedTuple):
    """How often a step is tried in one run, and how long is waited in between: delay · factor^(n-1), at most
    max_delay.
    """

    attempts: int = 1
    delay: float = 2.0
    factor: float = 2.0
    max_delay: float = 60.0


class Reference(NamedTuple):
    """An output that an expression reads: of a step of the same task (`task` empty) or of a needed task's step."""

    task: str
    step: str
    output: str


class Step(NamedTuple):
    """One action with its inputs. `inputs` may hold `${{ … }}`; `reads` names the outputs that those read."""

    id: str
    uses: str
    inputs: Mapping[str, Json] = NOTHING
    name: str = ""
    secrets: tuple[str, ...] = ()
    env: Mapping[str, str] = NO_TEXT
    condition: str = ""
    continue_on_error: bool = False
    timeout: float | None = None
    retry: Retry | None = None
    effect: Effect | None = None
    outputs: Mapping[str, str] = NO_TEXT
    mock: Mapping[str, Json] = NOTHING
    on_unknown: OnUnknown = "ask"
    reads: tuple[Reference, ...] = ()
    line: int = 0


class Gate(NamedTuple):
    """One proof: `kind` is the gate's name in the catalogue, `inputs` its keys as written."""

    kind: str
    inputs: Mapping[str, Json]
    name: str = ""
    reads: tuple[Reference, ...] = ()
    line: int = 0


class Approval(NamedTuple):
    """A person's word, asked for after the gates. `expires` in seconds, none: never."""

    approvers: int = 1
    exclude_initiator: bool = False
    expires: float | None = None


class OnFailure(NamedTuple):
    """What is tried when a step or a gate has failed, and what the task becomes when that fails too."""

    steps: tuple[Step, ...]
    then: Literal["fail", "skip"] = "fail"


class Schedule(NamedTuple):
    """A recurring task: five-field cron in the plan's zone; `catch_up` says what happens to missed slots."""

    cron: str
    working_days: bool = False
    catch_up: Literal["latest", "all"] = "latest"


class Task(NamedTuple):
    """One micro-task.

    Exactly one of `day`, `schedule`, `events` is set, or none: then it is due when its needs are met.
    """

    id: str
    title: str
    steps: tuple[Step, ...]
    day: int | None = None
    schedule: Schedule | None = None
    events: tuple[str, ...] = ()
    component: str = ""
    owner: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    criticality: Criticality = "medium"
    timeout: float = 3600.0
    retry: Retry = Retry()
    condition: str = ""
    after_failure: bool = False
    env: Mapping[str, str] = NO_TEXT
    produces: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    approval: Approval | None = None
    on_failure: OnFailure | None = None
    definition: str = ""
    place: Place = Place("")

    def step(self, step_id: str) -> Step | None:
        """The step (or on-failure step) of that id."""
        return next((step for step in all_steps(self) if step.id == step_id), None)


def all_steps(task: Task) -> tuple[Step, ...]:
    """The task's steps and those that are tried when it fails."""
    return (*task.steps, *task.on_failure.steps) if task.on_failure else task.steps


class Week(NamedTuple):
    """A stretch of working days with a title; weeks may be of unequal length."""

    title: str
    first: int
    last: int


class Component(NamedTuple):
    """A part of what is built, for the progress by component."""

    id: str
    title: str


class Bound(NamedTuple):
    """A threshold: `kind` is above, at-least, below, at-most, equals or between; `high` only for between."""

    kind: str
    value: Json
    high: float | None = None

    def __str__(self) -> str:
        signs = {"above": ">", "at-least": "≥", "below": "<", "at-most": "≤", "equals": "="}
        return f"{self.value} … {self.high}" if self.kind == "between" else f"{signs[self.kind]} {self.value}"


class Metric(NamedTuple):
    """A success metric of the plan: an output of a task's step, with the bound it has to meet."""

    id: str
    title: str
    reads: Reference
    bound: Bound
    unit: str = ""
    day: int | None = None


class Secret(NamedTuple):
    """A secret that the plan knows: what it is for, and where a maintainer gets it."""

    name: str
    description: str = ""
    obtain: str = ""


class Calendar(NamedTuple):
    """The working calendar: `week` holds ISO weekdays (Monday is 1), `holidays` the days off in the plan's years."""

    start: date
    zone: str = "UTC"
    week: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    holidays: frozenset[date] = frozenset()


class Limits(NamedTuple):
    """How often a failing task is run before it waits for `retry`, how many missed tasks a scheduled run catches up,
    and the US dollars that a run may spend with services that charge (None: as many as it takes).
    """

    runs_per_task: int = 3
    catch_up: int = 20
    budget_usd: float | None = None


class Requires(NamedTuple):
    """What has to be there before anything is run. Each of `checks` has the callable under `call`, then its inputs."""

    commands: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    checks: tuple[Mapping[str, Json], ...] = ()


class Plan(NamedTuple):
    """A whole plan. `tasks` is in the order of the file names; `folder` is where it was read from."""

    id: str
    title: str
    calendar: Calendar
    tasks: Mapping[str, Task]
    description: str = ""
    target: date | None = None
    weeks: tuple[Week, ...] = ()
    components: tuple[Component, ...] = ()
    metrics: tuple[Metric, ...] = ()
    secrets: tuple[Secret, ...] = ()
    vars: Mapping[str, Json] = NOTHING
    limits: Limits = Limits()
    notifications: Mapping[str, Json] = NOTHING
    escalation: tuple[Mapping[str, Json], ...] = ()
    folder: str = ""
    digest: str = ""
    requires: Requires = Requires()

    @property
    def days(self) -> int:
        """The last working day that any task or week names."""
        return max((*(task.day or 0 for task in self.tasks.values()), *(week.last for week in self.weeks)), default=0)
