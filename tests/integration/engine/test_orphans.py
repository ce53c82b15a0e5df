"""What a runner that leaves at once takes with it: its children with sessions of their own, and nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# In a process of its own, since every child of this process would be taken for a runner's.
LEAVING = """
import json, subprocess, sys
from automation.engine.orphans import kill_children

sleep = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
family = [sys.executable, "-S", "-c", f"import subprocess; subprocess.Popen({sleep!r}).wait()"]
commands = [subprocess.Popen(family, start_new_session=True) for _ in range(2)]
other = subprocess.Popen(sleep)
kill_children()
left = [command.wait(30) for command in commands]
print(json.dumps([left, other.poll()]))
other.kill()
other.wait()
"""


def test_children_in_sessions_of_their_own_are_killed_and_plain_ones_left_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVING], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [[-9, -9], None]
