"""A folder of YAML files → a `Plan`, or every mistake of every file at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, cast

from automation.plan.build import Checked, build_task, digest, with_defaults
from automation.plan.catalogue import ActionLike, GateLike, Quick
from automation.plan.generated import CHECKS
from automation.plan.model import Json, Place, Plan, Task
from automation.plan.plan_build import build_plan
from automation.plan.plan_checks import Whole, check_metrics, check_names, check_whole
from automation.plan.problems import PlanInvalid, Problem, Problems, Source, shown
from automation.plan.reference_checks import Known, check_references, reads_own_outputs_only
from automation.plan.schedule import cron_problem
from automation.plan.task_checks import Rules, check_task
from automation.plan.yaml_subset import BadYaml, Document, parse

PLAN_FILE: Final = "plan.yaml"
_SUFFIXES: Final = (".yaml", ".yml")
_NO_DOCUMENT: Final = Document(None, {})


class _Loaded(NamedTuple):
    """A task that was read, with what is needed to look at its expressions once all tasks are known (None:

    It has none).
    """

    task: Task
    source: Source
    expressions: Checked | None


def load(
    folder: Path,
    actions: Mapping[str, ActionLike],
    gates: Mapping[str, GateLike],
    quick: Quick = Quick(),  # noqa: B008 - an immutable value
) -> Plan:
    """Read `plan.yaml` and all task files beside it, in the order of their names.

    `quick` are the fast checks of inputs (`CHECKS` of the generated modules); without them jsonschema does it, 200 µs
    a step. Raises `PlanInvalid` with all mistakes of all files.
    """
    with _no_collection():
        return _Loader(folder, actions, gates, quick).load()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing that is loaded is garbage; looking for it would take a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Loader:
    def __init__(
        self, folder: Path, actions: Mapping[str, ActionLike], gates: Mapping[str, GateLike], quick: Quick
    ) -> None:
        self.folder = folder
        self.actions = actions
        self.gates = gates
        self.quick = quick
        self.kinds = frozenset(gates)
        self.problems = Problems()
        self.loaded: dict[str, _Loaded] = {}
        self.broken: set[str] = set()
        self.malformed: list[tuple[Source, Mapping[str, Json]]] = []
        self.defaults: Checked = {}

    def load(self) -> Plan:
        plan_file, task_files = self.files()
        source = Source(plan_file)
        plan = self.read_plan(source)
        rules = self.rules(plan)
        for file in task_files:
            self.read_task(Source(file), rules)
        tasks = {task_id: loaded.task for task_id, loaded in self.loaded.items()}
        self.check_together(tasks, plan, source)
        if plan is None or self.problems.found:
            raise PlanInvalid(self.problems.sorted())
        return plan._replace(tasks=tasks, digest=self.digest_of(plan, tasks))

    def files(self) -> tuple[str, list[str]]:
        """plan.yaml and the task files; raises at once when there is nothing that could be looked at."""
        try:
            names = sorted(entry.name for entry in self.folder.iterdir() if entry.name.endswith(_SUFFIXES))
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            raise _hopeless(
                str(self.folder), f"no plan here: {reason}", "Name a folder that holds a plan.yaml."
            ) from None
        if PLAN_FILE not in names:
            hint = "Rename plan.yml to plan.yaml." if "plan.yml" in names else "Add it, or start one with `ztr init`."
            raise _hopeless(str(self.folder), f"the folder has no {PLAN_FILE}", hint)
        tasks = [str(self.folder / name) for name in names if name != PLAN_FILE and not name.startswith(".")]
        if not tasks:
            raise _hopeless(str(self.folder), "the plan has no tasks", "Add a file for each task beside plan.yaml.")
        return str(self.folder / PLAN_FILE), tasks

    def read_plan(self, source: Source) -> Plan | None:
        value = self.document(source, "plan")[0].value
        if value is None:
            return None
        document = cast(Checked, value)
        self.defaults = document.get("defaults", {})
        plan = build_plan(document, str(self.folder), source, self.problems)
        component = self.defaults.get("component", "")
        if component and component not in document.get("components", {}):
            message = f"no component {shown(component)} is declared"
            self.problems.add(source, ("defaults", "component"), message, "Add it under `components:`.")
        return plan

    def rules(self, plan: Plan | None) -> Rules | None:
        """What tasks are checked against; None when plan.yaml is damaged: then every secret would be unknown."""
        if plan is None:
            return None
        secrets = [secret.name for secret in plan.secrets]
        components = [component.id for component in plan.components]
        return Rules(self.actions, self.gates, self.quick, secrets, components)

    def read_task(self, source: Source, rules: Rules | None) -> None:
        (value, lines), raw = self.document(source, "task")
        if value is None:
            return
        document = with_defaults(cast(Checked, value), self.defaults)
        if document is not value:
            lines = {**lines, id(document): lines[id(value)]}
        templates = b"${{" in raw or "env" in self.defaults
        task = build_task(document, lines, source.file, self.kinds, templates=templates)
        if task.id in self.loaded:
            first = self.loaded[task.id].task.place.file
            self.problems.add(
                source, ("id",), f"{first} has the id {shown(task.id)}, too", "Give one of them another id."
            )
            return
        if task.schedule and (fault := cron_problem(task.schedule.cron)):
            self.problems.add(source, ("schedule",), fault, "Write minute, hour, day, month, weekday: `0 9 * * 1-5`.")
        if rules is not None:
            check_task(task, cast(Checked, value), source, rules, self.problems, templates=templates)
        plain = not templates and reads_own_outputs_only(task, self.actions)
        self.loaded[task.id] = _Loaded(task, source, None if plain else document)

    def document(self, source: Source, kind: str) -> tuple[Document, bytes]:
        """The file's document if it fits its schema, else one without a value: then its mistakes have been noted."""
        try:
            raw = source.read()
            parsed = parse(raw)
        except OSError as error:
            reason = error.strerror or "unknown reason"
            self.problems.found.append(
                Problem(Place(source.file), "", f"cannot be read: {reason}", "Mend its permissions.")
            )
            return _NO_DOCUMENT, b""
        except BadYaml as error:
            place = Place(source.file, error.line, error.column)
            self.problems.found.append(Problem(place, "", error.message, error.remedy))
            self.broken.add(Path(source.file).stem.lstrip("0123456789-"))
            return _NO_DOCUMENT, b""
        if CHECKS[kind](parsed.value):
            return parsed, raw
        from automation.plan.explain import explain, shipped_schema

        for fault in explain(parsed.value, shipped_schema(kind)):
            self.problems.add(source, fault.path, fault.message, fault.remedy, key=fault.key)
        if isinstance(parsed.value, dict) and kind == "task":
            self.malformed.append((source, parsed.value))
            if isinstance(name := parsed.value.get("id"), str):
                self.broken.add(name)
        return _NO_DOCUMENT, raw

    def check_together(self, tasks: Mapping[str, Task], plan: Plan | None, plan_source: Source) -> None:
        sources = {task_id: loaded.source for task_id, loaded in self.loaded.items()}
        whole = Whole(tasks, sources, frozenset(self.broken), plan_source, plan.weeks if plan else ())
        check_whole(whole, self.problems)
        for source, document in self.malformed:
            check_names(document, source, whole, self.actions, self.problems)
        if plan is None:
            return
        check_metrics(plan.metrics, whole, self.actions, self.problems)
        known = Known(tasks, whole.broken, self.actions, plan.vars)
        for loaded in self.loaded.values():
            if loaded.expressions is not None:
                check_references(loaded.task, loaded.expressions, loaded.source, known, self.problems)

    def digest_of(self, plan: Plan, tasks: Mapping[str, Task]) -> str:
        parts = [
            str(part)
            for part in plan._replace(
                tasks={}, folder="", calendar=plan.calendar._replace(week=frozenset(), holidays=frozenset())
            )
        ]
        days = [sorted(plan.calendar.week), sorted(map(str, plan.calendar.holidays))]
        return digest([parts, days, [[task_id, task.definition] for task_id, task in tasks.items()]])


def _hopeless(file: str, message: str, remedy: str) -> PlanInvalid:
    return PlanInvalid([Problem(Place(file), "", message, remedy)])
