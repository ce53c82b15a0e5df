"""The generated pages about the command line, the plan format and a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import click

from automation.errors import Locked, StateError, UsageError
from automation.plan.model import (
    Bound,
    Calendar,
    Component,
    Gate,
    Json,
    Metric,
    Plan,
    Reference,
    Secret,
    Step,
    Task,
    Week,
)
from scripts.pages_commands import commands_page, exit_codes
from scripts.pages_format import format_page
from scripts.pages_plan import plan_page


@click.group()
def bell() -> None:
    """A bell."""


@bell.command(epilog="Examples:\n\n\b\n  ztr ring\n  ztr ring --loud | cat")
@click.option("--plan", metavar="DIR", help="The plan.")
@click.option("--loud", is_flag=True, help="Louder | than\n  that.")
@click.argument("plan_name", required=False)
def ring(plan: str, loud: bool, plan_name: str) -> None:
    """Ring it,
    and stop.

    Then leave.
    """


@bell.group()
def clapper() -> None:
    """What strikes."""


@clapper.command()
def swing() -> None:
    """Swing."""


RING = """\
## ztr ring

```text
ztr ring [OPTIONS] [PLAN_NAME]
```

Ring it, and stop.

Then leave.

| Option | Meaning |
| --- | --- |
| `--loud` | Louder \\| than that. |

And, of the [shared options](#shared-options), `--plan`.

```sh
ztr ring
ztr ring --loud | cat
```
"""


def test_a_verb_is_shown_with_its_own_options_and_its_examples() -> None:
    assert RING in commands_page(bell, ())


CLAPPER = """\
## ztr clapper

```text
ztr clapper [OPTIONS] COMMAND [ARGS]...
```

What strikes.

### ztr clapper swing

```text
ztr clapper swing [OPTIONS]
```

Swing.
"""


def test_verbs_below_a_verb_are_shown_below_it() -> None:
    assert CLAPPER in commands_page(bell, ())


def test_exit_codes_are_gathered_from_the_errors() -> None:
    assert exit_codes((UsageError, StateError, Locked)) == {
        0: ["Nothing failed; waiting for a person is not a failure."],
        1: ["A task failed, or is blocked by one that did; a request was refused."],
        2: ["The command was called in a way that it cannot follow."],
        4: ["The saved state is unreadable, foreign or rewound.", "Another run is going on in the same state folder."],
    }


PLAN_SCHEMA: Mapping[str, Json] = {
    "description": "A plan.",
    "properties": {
        "id": {"$ref": "#/$defs/id", "description": "Its name.", "examples": ["one"]},
        "start": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "off": {
            "anyOf": [
                {"type": "array", "items": {"enum": ["sat", "sun"]}},
                {"type": "object", "description": "A country's.", "properties": {"country": {"type": "string"}}},
            ],
        },
        "secrets": {"additionalProperties": {"properties": {"for": {"type": ["string", "null"]}}}},
    },
    "required": ["id"],
    "$defs": {"id": {"type": "string"}},
}
TASK_SCHEMA: Mapping[str, Json] = {
    "description": "A task.",
    "properties": {
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "try": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "tags": {"type": "array"},
    },
    "$defs": {
        "step": {
            "description": "A step.",
            "properties": {"times": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3}, "loud": {}},
            "oneOf": [{"required": ["times"]}, {"required": ["loud"]}],
        }
    },
}
HEADER = "| Key (* required) | Type | Default | Meaning | Example |\n| --- | --- | --- | --- | --- |\n"
FORMAT = f"""\
## plan.yaml

A plan.

{HEADER}\
| `id` * | [id](#words) |  | Its name. | `one` |
| `start` | date |  |  |  |
| `off` | list of `sat`, `sun` or mapping |  |  |  |
| `secrets` | any |  |  |  |

### `off`

A country's.

{HEADER}\
| `country` | string |  |  |  |

### `secrets.NAME`

{HEADER}\
| `for` | string or nothing |  |  |  |

## Task files

A task.

{HEADER}\
| `steps` | list of any |  |  |  |
| `try` | list of any |  |  |  |
| `tags` | list |  |  |  |

### `steps[]`

A step.

{HEADER}\
| `times` | integer ≥ 1, ≤ 9 | `3` |  |  |
| `loud` | any |  |  |  |

Exactly one of `times`, `loud`.

## Words
"""


def test_every_key_is_shown_where_it_stands_and_shared_mappings_once() -> None:
    page = format_page(PLAN_SCHEMA, TASK_SCHEMA)
    assert page[page.index("## plan.yaml") :].startswith(FORMAT)


def a_plan() -> Plan:
    dig = Task("dig", "Dig", (Step("s", "run"),), day=1, component="garden", produces=("hole.txt",))
    call = Task(
        "call",
        "Call",
        (Step("s", "slack", secrets=("KEY",)), Step("t", "slack", secrets=("KEY",))),
        day=2,
        needs=("dig",),
        gates=(
            Gate("file", {"file": "a.txt"}),
            Gate("json", {"json": "b.json"}, name="b is valid"),
            Gate("metric", {"metric": "1", "at-least": 0.9}, name="rate"),
            Gate("metric", {"metric": "1", "between": [1, 2]}, name="depth"),
        ),
    )
    return Plan(
        id="one",
        title="One",
        calendar=Calendar(date(2026, 1, 5)),
        tasks={"dig": dig, "call": call},
        description="About it.\n",
        weeks=(Week("Start", 1, 1), Week("End", 2, 2)),
        components=(Component("garden", "Garden"),),
        metrics=(Metric("depth", "Depth", Reference("dig", "s", "depth"), Bound("above", 2), "m", 1),),
        secrets=(Secret("KEY", "Calls", "there"),),
    )


PLAN = """\
# One

About it.

2 tasks in 2 working days, from 2026-01-05 to 2026-01-06 (UTC); the files are in [`tasks/one`](../tasks/one). \
Without any secret 1 of them can end `done`; 1 has an outside step and ends `mocked`.

## Success metrics

| Metric | Wanted | By day | Measured by |
| --- | --- | --- | --- |
| Depth | > 2 m | 1 | `dig` |

## Secrets

| Secret | What for | Tasks |
| --- | --- | --- |
| `KEY` | Calls | `call` |

## Week 1: Start (days 1 to 1)

What needs what within the week:

```mermaid
flowchart LR
  subgraph c1["Garden"]
    t1["Dig"]
  end
```

### Day 1, Monday 05 January 2026

| # | Task | Needs | Gates | Secrets | Products |
| --- | --- | --- | --- | --- | --- |
| 1 | [`dig`](../tasks/one/): Dig | - |  | - | `hole.txt` |

## Week 2: End (days 2 to 2)

What needs what within the week:

```mermaid
flowchart LR
  t1["Call"]
```

### Day 2, Tuesday 06 January 2026

| # | Task | Needs | Gates | Secrets | Products |
| --- | --- | --- | --- | --- | --- |
| 2 | [`call`](../tasks/one/): Call | `dig` | file a.txt; b is valid; rate ≥ 0.9; depth 1 … 2 | `KEY` | - |
"""


def test_a_plan_is_shown_by_week_and_day() -> None:
    page = plan_page(a_plan(), "tasks/one")
    assert page.partition("\n")[2] == PLAN
