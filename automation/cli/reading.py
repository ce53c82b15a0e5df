"""Reading the saved state without the lock: nothing is mended, and whether a run is going on is told."""

from __future__ import annotations

import fcntl
import json
import os
import socket

import click

from automation.cli.session import Session
from automation.engine.store import Loaded, Store


def read_state(session: Session) -> tuple[Loaded, bool]:
    """The state, and whether a run is going on. What was found out on the way goes to standard error.

    Raises `StateError` for what is damaged or foreign.
    """
    going = is_going(session.store)
    loaded = session.store.load(mend=False)
    for note in loaded.notes:
        click.echo(f"ztr: {note}", err=True)
    return loaded, going


def is_going(store: Store) -> bool:
    """Whether some process holds the lock.

    Asking the kernel takes the lock for an instant, which could turn a run away that starts just then; so it is asked
    only when the process that took it last is still there.
    """
    try:
        descriptor = os.open(store.folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _is_alive(os.pread(descriptor, 1_000, 0)) and _is_held(descriptor)
    finally:
        os.close(descriptor)


def _is_alive(told: bytes) -> bool:
    try:
        holder = json.loads(told)
        pid, host = int(holder["pid"]), holder["host"]
    except (ValueError, KeyError, TypeError):
        return True
    if host != socket.gethostname():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
