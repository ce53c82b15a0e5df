"""The generated page about actions and gates."""

from __future__ import annotations

from pathlib import Path

from automation.actions.base import Action, Done
from automation.actions.catalogue import ACTIONS
from automation.gates.base import GateKind, Unmeasurable
from automation.gates.catalogue import GATES
from scripts.pages import actions_page

ROOT = Path(__file__).resolve().parents[3]

ACTION = Action(
    name="ring",
    summary="Ring a bell.",
    description="Rings it.\n",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "times": {"type": "integer", "default": 1, "description": "How often."},
            "tone": {"enum": ["high", "low"], "description": "High | low."},
            "loud": {"type": ["boolean", "number"], "default": False},
            "any": {},
        },
        "required": ["times"],
        "oneOf": [{"required": ["tone"]}, {"required": ["loud"]}],
    },
    perform=lambda _: Done(),
    example="- uses: ring\n",
    outputs={"rung": "integer"},
    open_outputs=True,
    secrets=("BELL",),
    repeat="upsert",
)
QUIET = ACTION._replace(
    name="hush", effect="none", inputs={"properties": {}}, outputs={}, open_outputs=False, secrets=()
)
GATE = GateKind("still", "It is still.", "Listens.", {"properties": {}}, lambda _: Unmeasurable(""), "- {still: 1}\n")

EXPECTED = """\
## Actions

| Action | What it does | Effect |
| --- | --- | --- |
| [`ring`](#ring) | Ring a bell. | external |
| [`hush`](#hush) | Ring a bell. | none |

### ring

Rings it.

- Effect: `external` (reaches outside; in mock mode the request is recorded and not sent).
- After a crash in the middle: may be repeated at will.
- Secrets: `BELL`.

| Key (* required) | Type | Meaning |
| --- | --- | --- |
| `times` * | integer | How often. Default: `1`. |
| `tone` | `high`, `low` | High \\| low. |
| `loud` | boolean or number |  Default: `false`. |
| `any` | any |  |

Exactly one of `tone`, `loud`.

Outputs: `rung` (integer) and those that the step declares.

```yaml
- uses: ring
```

### hush

Rings it.

- Effect: `none` (changes nothing; runs for real in mock mode).

| Key (* required) | Type | Meaning |
| --- | --- | --- |


```yaml
- uses: ring
```

## Gates

| Gate | What it proves | Effect |
| --- | --- | --- |
| [`still`](#still-gate) | It is still. | none |

### still gate

Listens.

- Effect: `none`.

| Key (* required) | Type | Meaning |
| --- | --- | --- |

```yaml
- {still: 1}
```
"""


def test_the_page_shows_declarations_and_nothing_else() -> None:
    page = actions_page({"ring": ACTION, "hush": QUIET}, {"still": GATE})
    assert page[page.index("## Actions") :] == EXPECTED


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert (ROOT / "docs" / "actions.md").read_text("utf-8") == actions_page(ACTIONS, GATES)
