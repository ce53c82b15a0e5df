"""The graph of tasks: order, neighbours, circles and drawings."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.graph import ancestors, cycles, dependents, dot, mermaid, needs_transitively, order
from automation.plan.model import Calendar, Component, Plan, Task


def tasks(**needs: str) -> dict[str, Task]:
    return {name: Task(name, name.upper(), (), needs=tuple(wanted.split())) for name, wanted in needs.items()}


def test_the_order_keeps_to_the_files_where_needs_allow_it() -> None:
    assert order(tasks(a="", b="", c="")) == ("a", "b", "c")
    assert order(tasks(a="c", b="", c="", d="a")) == ("b", "c", "a", "d")
    assert order({}) == ()


def test_an_order_of_a_circle_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="a → b → a"):
        order(tasks(a="b", b="a", c=""))


def test_neighbours() -> None:
    graph = tasks(a="", b="a", c="a b", d="c gone")
    assert dependents(graph) == {"a": ("b", "c"), "b": ("c",), "c": ("d",), "d": ()}
    assert ancestors(graph, "d") == {"a", "b", "c"}
    assert ancestors(graph, "a") == frozenset()
    assert needs_transitively(graph, "d", "a")
    assert not needs_transitively(graph, "a", "d")


def test_circles_are_named_in_full_from_their_first_task() -> None:
    graph = tasks(x="", b="d", c="b x", d="c", e="e", f="b")
    assert cycles(graph) == (("b", "d", "c", "b"), ("e", "e"))
    assert cycles(tasks(a="", b="a")) == ()


def test_at_most_twenty_circles_are_named() -> None:
    graph = {f"t{n}": Task(f"t{n}", "T", (), needs=(f"t{n}",)) for n in range(30)}
    assert len(cycles(graph)) == 20


def test_a_chain_of_100000_tasks_needs_no_recursion() -> None:
    size = 100_000
    chain = {f"t{n}": Task(f"t{n}", "T", (), needs=(f"t{n - 1}",) if n else ()) for n in range(size)}
    assert order(chain)[-1] == f"t{size - 1}"
    assert len(ancestors(chain, f"t{size - 1}")) == size - 1
    chain["t0"] = chain["t0"]._replace(needs=(f"t{size - 1}",))
    (circle,) = cycles(chain)
    assert len(circle) == size + 1


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_an_order_respects_every_need_and_exists_where_there_is_no_circle(edges: list[tuple[int, int]]) -> None:
    graph = {
        f"t{n}": Task(f"t{n}", "T", (), needs=tuple(dict.fromkeys(f"t{b}" for a, b in edges if a == n)))
        for n in range(13)
    }
    circles = cycles(graph)
    for circle in circles:
        assert circle[0] == circle[-1]
        assert all(after in graph[task].needs for task, after in pairwise(circle))
    if circles:
        with pytest.raises(ValueError, match="→"):
            order(graph)
        return
    found = order(graph)
    place = {task: index for index, task in enumerate(found)}
    assert sorted(found) == sorted(graph)
    assert all(place[need] < place[task.id] for task in graph.values() for need in task.needs)


PLAN = Plan(
    "demo",
    "Demo",
    Calendar(date(2025, 9, 8)),
    {
        "a": Task("a", 'Say "hi" <b> & `x`; [1] \\', (), component="core"),
        "b": Task("b", "Then\nthat", (), component="core", needs=("a",)),
        "c": Task("c", "Last", (), needs=("a", "b")),
    },
    components=(Component("core", "The core #1"), Component("idle", "Nothing")),
)


def test_the_mermaid_drawing_is_escaped_grouped_and_coloured() -> None:
    assert mermaid(PLAN, {"a": "done", "b": "awaiting-approval", "c": "odd"}) == (
        "flowchart LR\n"
        '  subgraph c1["The core #35;1"]\n'
        '    t1["Say #34;hi#34; #60;b#62; #38; #96;x#96;#59; #91;1#93; #92;"]\n'
        '    t2["Then that"]\n'
        "  end\n"
        '  t3["Last"]\n'
        "  t1 --> t2\n"
        "  t1 --> t3\n"
        "  t2 --> t3\n"
        "  classDef done fill:#2da44e,color:#fff\n"
        "  classDef awaiting_approval fill:#e16f24,color:#fff\n"
        "  class t1 done\n"
        "  class t2 awaiting_approval\n"
    )


def test_without_statuses_the_mermaid_drawing_has_no_colours() -> None:
    assert "class" not in mermaid(PLAN)


def test_the_dot_drawing_is_escaped_grouped_and_coloured() -> None:
    assert dot(PLAN, {"a": "done"}) == (
        'digraph "demo" {\n'
        "  rankdir=LR;\n"
        '  node [shape=box, style="rounded,filled", fillcolor=white];\n'
        "  subgraph cluster_0 {\n"
        '    label="The core #1";\n'
        '    "a" [label="Say \\"hi\\" <b> & `x`; [1] \\\\", fillcolor="#2da44e", fontcolor=white];\n'
        '    "b" [label="Then that"];\n'
        "  }\n"
        '  "c" [label="Last"];\n'
        '  "a" -> "b";\n'
        '  "a" -> "c";\n'
        '  "b" -> "c";\n'
        "}\n"
    )
