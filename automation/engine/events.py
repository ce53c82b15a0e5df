"""What happened: the events of a run, from which state and report are folded.

Times are ISO 8601 with offset; durations seconds.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from automation.plan.model import NOTHING, Json

Mode = Literal["mock", "auto", "provision", "dry-run"]
StepStatus = Literal["done", "mocked", "failed", "skipped"]
TaskStatus = Literal[
    "pending", "running", "done", "mocked", "failed", "awaiting-approval", "blocked", "deferred", "skipped", "unknown"
]
ErrorKind = Literal["transient", "permanent", "dependency", "configuration"]
Approvals = Literal["auto", "manual"]
"""Who approves what the plan leaves to the engine: the engine, once the gates have passed, or a person every time."""
VerdictStatus = Literal["passed", "failed", "not-judged"]
RequestKind = Literal["approve", "reject", "retry", "skip", "reset", "run", "pause", "resume", "acknowledge"]


class Sent(NamedTuple):
    """One external effect: the request as it was, or in a mocked step would have been, sent; secrets are redacted.

    `key` is the effect's key (lineage, task, slot, step), `input_hash` the hash of `request`, `remote` the id that the
    service gave.
    """

    key: str
    target: str
    request: Json
    input_hash: str
    real: bool
    remote: str = ""


class Verdict(NamedTuple):
    """A gate's outcome.

    `measured` is the value, `bound` what it has to meet in words, `source` where the value came from.
    """

    gate: str
    kind: str
    status: VerdictStatus
    measured: Json = None
    bound: str = ""
    source: str = ""
    reason: str = ""


class Product(NamedTuple):
    """A file that a task produced: path relative to the work directory, content hash and size in bytes."""

    path: str
    sha256: str
    size: int


class Opened(NamedTuple):
    """The first line of every journal: whose it is, and its place in the order of all journals of the plan.

    `superseded` are tasks with their slots that somebody decided about while the run went on: what the journal tells of
    them is kept and no longer counts, except for the effects that did happen.
    """

    at: str
    id: str
    serial: int
    lineage: str
    plan: str
    schema: int = 1
    superseded: tuple[tuple[str, str], ...] = ()


class RunStarted(NamedTuple):
    at: str
    run: str
    digest: str
    requested: Mode
    mode: Mode
    day: int
    present: tuple[str, ...] = ()
    by: str = ""
    trigger: str = "manual"
    start: str = ""
    attempt: int = 1
    version: str = ""


class TaskStarted(NamedTuple):
    at: str
    task: str
    slot: str
    definition: str


class EffectStarted(NamedTuple):
    """The intent, durable before the call is made. Without an `EffectFinished` the effect is unknown."""

    at: str
    task: str
    slot: str
    step: str
    key: str
    input_hash: str
    target: str = ""


class EffectFinished(NamedTuple):
    """The call came back: `happened` tells whether the service took it; `outputs` are what a later run may adopt.

    `error`: it was taken, and the step failed all the same; then there is nothing to adopt. `found`: the service held
    it already, so that this run did not make it. `doubtful`: made after a request whose answer was never seen, so
    that a second one may yet turn up.
    """

    at: str
    task: str
    slot: str
    step: str
    key: str
    input_hash: str
    happened: bool
    outputs: Mapping[str, Json] = NOTHING
    remote: str = ""
    error: str = ""
    found: bool = False
    doubtful: bool = False


class EffectUndone(NamedTuple):
    """What an effect had made was removed again; `remote` is what it was known by."""

    at: str
    task: str
    slot: str
    step: str
    key: str
    remote: str = ""


class StepRetried(NamedTuple):
    """An attempt failed and another one follows after `wait` seconds."""

    at: str
    task: str
    slot: str
    step: str
    attempt: int
    wait: float
    error: str


class StepFinished(NamedTuple):
    """`missing` are the secrets that would make a mocked step real; `adopted` tells that a former attempt's effect
    was taken over.
    """

    at: str
    task: str
    slot: str
    step: str
    status: StepStatus
    attempts: int = 1
    seconds: float = 0.0
    outputs: Mapping[str, Json] = NOTHING
    missing: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    error: str = ""
    error_kind: ErrorKind | None = None
    log: str = ""
    adopted: bool = False


class GatesJudged(NamedTuple):
    at: str
    task: str
    slot: str
    verdicts: tuple[Verdict, ...]


class ProductsKept(NamedTuple):
    at: str
    task: str
    slot: str
    products: tuple[Product, ...]


class TaskFinished(NamedTuple):
    """The task's slot came to rest (`awaiting-approval` and `deferred` included: no runner waits for them).

    `unlock`, for a mocked task: the sets of missing secrets each of which would make a part of it real (the empty set:
    another mode).
    """

    at: str
    task: str
    slot: str
    status: TaskStatus
    reason: str = ""
    seconds: float = 0.0
    not_before: str = ""
    unlock: tuple[tuple[str, ...], ...] = ()


class Requested(NamedTuple):
    """Somebody asks for something; `decide` grants or refuses it.

    `task` empty: the whole plan. `definition` and `evidence`: what the person saw, of the task and of what it made.
    """

    at: str
    id: str
    kind: RequestKind
    task: str = ""
    slot: str = ""
    by: str = ""
    definition: str = ""
    reason: str = ""
    evidence: str = ""


class Answered(NamedTuple):
    """What became of a request, and why."""

    at: str
    id: str
    kind: RequestKind
    task: str
    slot: str
    granted: bool
    reason: str = ""
    by: str = ""


class RunFinished(NamedTuple):
    at: str
    run: str
    outcome: Literal["completed", "interrupted", "stopped"]
    seconds: float = 0.0


Event: TypeAlias = (
    Opened
    | RunStarted
    | TaskStarted
    | EffectStarted
    | EffectFinished
    | EffectUndone
    | StepRetried
    | StepFinished
    | GatesJudged
    | ProductsKept
    | TaskFinished
    | Requested
    | Answered
    | RunFinished
)
