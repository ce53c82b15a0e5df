"""The fake GitHub as a process, for what has a network of its own.

``python -m tests.fake_github`` prints its address, then does what each line of its input says: ``set`` and a pickled
:class:`~tests.fake_github.remote.World` makes that what GitHub holds, and ``get`` prints what it has become. It ends
with its input.
"""

from __future__ import annotations

import sys

from .remote import World, decoded, encoded, place
from .server import FakeGitHub


def main() -> int:
    fake = FakeGitHub()
    print(fake.start(), flush=True)
    for line in sys.stdin:
        order, _, text = line.strip().partition(" ")
        if order == "set":
            place(fake, decoded(text))
            print("done", flush=True)
        else:
            print(encoded(World.of(fake)), flush=True)
    fake.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
