"""What the runner, the actions and the gates need of the world, as protocols; the effects that keep them stand
beside this file.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeAlias

from automation.engine.events import ErrorKind
from automation.plan import catalogue
from automation.plan.model import NO_TEXT, NOTHING, Bound, Effect, Json

Repeat = Literal["upsert", "keyed", "findable", "blind"]
"""What may be done about an external effect whose end was never seen: just again; again under the same key; look it
up; ask.
"""


class Stopped(Exception):
    """The run is being stopped (SIGINT, SIGTERM): unwind, keep everything, start nothing."""


class Clock(Protocol):
    """Time as a value: `now` is aware, `monotonic` in seconds is for durations."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None:
        """Wait; raises `Stopped` as soon as the run is being stopped."""


class ProcessResult(NamedTuple):
    """How a command ended. `exit` is the status, negative for a signal as in `subprocess`, None where it never started.

    `output` is what it printed on both streams, decoded with replacement, redacted, cut to the last `keep` bytes;
    `dropped` counts the bytes that are not in it. `error` says why it could not be started.
    """

    exit: int | None
    output: str = ""
    dropped: int = 0
    timed_out: bool = False
    error: str = ""


class Processes(Protocol):
    """Commands in process groups of their own, whose environment is exactly `env`."""

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        log: Path | None = None,
        keep: int = 65_536,
    ) -> ProcessResult:
        """Run to the end or to the time limit, when the whole group is killed.

        Raises `Stopped` when the run is being stopped.
        """


class PythonResult(NamedTuple):
    """What a callable gave: `outputs` when `error` is empty; `lost` tells that the worker died or was killed.

    `error_bases` are the built-in exceptions that the error is a kind of.
    """

    outputs: Mapping[str, Json]
    error: str = ""
    error_type: str = ""
    retry_after: float | None = None
    timed_out: bool = False
    lost: bool = False
    output: str = ""
    error_bases: tuple[str, ...] = ()


class Python(Protocol):
    """Python callables in a reusable worker process."""

    def call(
        self,
        function: str,
        arguments: Mapping[str, Json],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        log: Path | None = None,
    ) -> PythonResult:
        """Call `module:function` with keyword arguments; the worker's environment is `env` for the time of the call."""


class HttpRequest(NamedTuple):
    """One request. `private` allows addresses that are not public (loopback, link-local, private ranges)."""

    method: str
    url: str
    headers: Mapping[str, str] = NO_TEXT
    body: bytes = b""
    timeout: float = 30.0
    max_bytes: int = 1_000_000
    redirects: int = 0
    private: bool = False


class HttpResponse(NamedTuple):
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpFailed(Exception):
    """No usable answer. `sent` tells whether the request may have reached the server: 'no', 'maybe'."""

    def __init__(self, message: str, *, kind: Literal["transient", "permanent"], sent: Literal["no", "maybe"]) -> None:
        super().__init__(message)
        self.kind: Literal["transient", "permanent"] = kind
        self.sent: Literal["no", "maybe"] = sent


class Http(Protocol):
    def send(self, request: HttpRequest) -> HttpResponse:
        """Send and read the whole answer within the deadline. Raises `HttpFailed`; any status is an answer."""


class Purse(Protocol):
    """What the run may spend with services that charge, in US dollars; one for all job slots."""

    def reserve(self, dollars: float) -> str:
        """Set so much aside; why that cannot be, or an empty text."""

    def settle(self, reserved: float, spent: float) -> None:
        """What was set aside is free again, and `spent` is gone."""

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all: then what has no known price cannot be bought."""


class Unlimited:
    """A purse of a plan without a budget."""

    limited = False

    def reserve(self, dollars: float) -> str:  # noqa: ARG002 - whatever it costs
        return ""

    def settle(self, reserved: float, spent: float) -> None:
        """Nobody counts."""


class Tools(NamedTuple):
    """The ports that an action or a gate is handed; `close` ends what they keep running."""

    clock: Clock
    processes: Processes
    python: Python
    http: Http
    close: Callable[[], None] = lambda: None
    purse: Purse = Unlimited()


class Call(NamedTuple):
    """One attempt of a step. `inputs` are resolved and checked; `secrets` are the step's own and only in a real step.

    `env` is the whole environment of whatever is started. `key` is the effect's key. `timeout` is what is left, in
    seconds.
    `outputs` are the outputs that the step declares, name to type. Files are below `workdir`. `history` is the run so
    far. `existing` is the id of what a service already holds under the key of a findable effect: bring that up to date.
    `since`: when the run announced the effect, in real time; what the service has under its key since then, it made.
    """

    inputs: Mapping[str, Json]
    workdir: Path
    plan_folder: Path
    tools: Tools
    timeout: float
    key: str = ""
    env: Mapping[str, str] = NO_TEXT
    secrets: Mapping[str, str] = NO_TEXT
    outputs: Mapping[str, str] = NO_TEXT
    log: Callable[[], Path | None] = lambda: None
    history: Callable[[], Json] = lambda: None
    existing: str = ""
    since: str = ""


class Draft(NamedTuple):
    """A request as it would be sent: `target` in words (`POST https://…`), `request` as JSON.

    Secrets appear as `${NAME}`.
    """

    target: str
    request: Json


class Done(NamedTuple):
    """The action did it. `remote` is the id that the service gave to what was made."""

    outputs: Mapping[str, Json] = NOTHING
    remote: str = ""


class Failed(NamedTuple):
    """The action did not do it. `happened` None: nobody knows whether the service took the request."""

    kind: ErrorKind
    message: str
    retry_after: float | None = None
    happened: bool | None = False


Outcome: TypeAlias = Done | Failed


class Found(NamedTuple):
    """One thing that a service holds under an effect's key: its id there, and the outputs that a step adopts.

    Not `complete`: it is not what the step would make (a part is missing, or it is an older one).
    """

    remote: str
    outputs: Mapping[str, Json] = NOTHING
    complete: bool = True


class Change(NamedTuple):
    """What a step would do to one thing in a service: `what` names it, `before` and `after` hold what differs.

    `send` is a message or an event, which a service does not keep under a key.
    """

    change: Literal["create", "update", "unchanged", "send"]
    what: str
    before: Json = None
    after: Json = None


Finds = Callable[[Call], tuple[Found, ...] | Failed]
"""Looks up what a service holds under the call's key, the one to keep first."""

Inspects = Callable[[Call], tuple[Change, ...] | Failed]
"""Reads the service and tells what `perform` would change; changes nothing."""

Undoes = Callable[[Call, str], Outcome]
"""Removes what was made, by its remote id: a duplicate, or all of a run's when it is torn down."""


class BadInput(ValueError):
    """An input that the schema lets through and the action cannot work with: what is wrong and how to mend it."""


class ActionLike(catalogue.ActionLike, Protocol):
    """What the engine asks of an action, beside its declaration; `automation.actions.base.Action` is one."""

    @property
    def prepare(self) -> Callable[[Call], tuple[Draft, ...]]: ...

    @property
    def perform(self) -> Callable[[Call], Outcome]: ...

    @property
    def mock(self) -> Mapping[str, Json]: ...

    @property
    def repeat(self) -> Repeat: ...

    @property
    def repeat_of(self) -> Callable[[Mapping[str, Json]], Repeat] | None: ...

    @property
    def find(self) -> Finds | None: ...

    @property
    def inspect(self) -> Inspects | None: ...

    @property
    def undo(self) -> Undoes | None: ...


class Look(NamedTuple):
    """One measurement to be made: `inputs` are the gate's keys, resolved; files are below `workdir`, schemas below
    `plan_folder`.
    """

    inputs: Mapping[str, Json]
    workdir: Path
    plan_folder: Path
    tools: Tools
    timeout: float = 60.0
    env: Mapping[str, str] = NO_TEXT


class Measured(NamedTuple):
    """The value, what it has to meet, where it came from, and a note that explains a miss (first schema error,
    failing tests).
    """

    value: Json
    bound: Bound
    source: str
    note: str = ""


class Unmeasurable(NamedTuple):
    """The gate cannot be evaluated, and so fails, for this reason."""

    reason: str
    source: str = ""


Measurement: TypeAlias = Measured | Unmeasurable


class GateLike(catalogue.GateLike, Protocol):
    """What the engine asks of a gate kind; `automation.gates.base.GateKind` is one."""

    @property
    def effect(self) -> Effect: ...

    @property
    def measure(self) -> Callable[[Look], Measurement]: ...
