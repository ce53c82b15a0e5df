"""The least that does the same: YAML files → checked → ordered → a no-op and a WAL commit each → one JSON report.

Takes the plan's folder and a folder for state and report.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import fastjsonschema
import yaml

SCHEMA = Path(__file__).resolve().parents[2] / "automation" / "plan" / "schema" / "task.json"


def main() -> None:
    plan, state = Path(sys.argv[1]), Path(sys.argv[2])
    check = fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")))
    tasks = {}
    for path in sorted(plan.glob("[0-9]*.yaml")):
        with path.open(encoding="utf-8") as file:
            task = yaml.load(file, Loader=yaml.CSafeLoader)
        check(task)
        tasks[task["id"]] = task
    database = sqlite3.connect(state / "state.db", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.execute("create table done (id text primary key, status text)")
    for name in TopologicalSorter({name: task["needs"] for name, task in tasks.items()}).static_order():
        database.execute("insert into done values (?, 'done')", (name,))
    done = dict(database.execute("select id, status from done"))
    report = {"tasks": [{**task, "status": done[name]} for name, task in tasks.items()]}
    (state / "report.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
