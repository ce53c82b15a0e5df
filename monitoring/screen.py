"""The live display on a terminal, on rich: a bar with counts, and a line for each running task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from monitoring.render.escape import line
from monitoring.render.words import ICON, duration

ROWS = 8
PER_SECOND = 4


class Screen:
    """Holds the terminal from its making until `stop`. Elapsed times go on between updates."""

    def __init__(self, stream: TextIO, clock: Callable[[], float], total: int, colour: bool) -> None:
        self._clock = clock
        self._began = clock()
        self._total = total
        self._running: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._finished = 0
        self._console = Console(
            file=stream, force_terminal=True, no_color=not colour, highlight=False, emoji=False, markup=False
        )
        self._live = Live(
            console=self._console,
            get_renderable=self.picture,
            refresh_per_second=PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def update(self, running: Mapping[str, float], counts: Mapping[str, int], finished: int) -> None:
        """What is running now, each with the time at which it started; how many ended how."""
        self._running, self._counts, self._finished = dict(running), dict(counts), finished
        self._total = max(self._total, finished)

    def say(self, text: str) -> None:
        """A line that stays, above the display; it holds no control characters."""
        self._console.print(Text(text))

    def stop(self) -> None:
        """Take the display away and give the terminal back."""
        self._live.stop()

    def picture(self) -> Group:
        """The display at this moment."""
        now = self._clock()
        top = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=max(self._total, 1), completed=self._finished, width=30)
        top.add_row(bar, Text(f"{self._finished}/{self._total}"), Text(self._told(now)))
        names = sorted(self._running, key=self._running.__getitem__)
        rows = [Text(f"  ▶ {line(name)}  {duration(now - self._running[name])}") for name in names[:ROWS]]
        more = [Text(f"  and {len(names) - ROWS} more")] if len(names) > ROWS else []
        return Group(top, *rows, *more)

    def _told(self, now: float) -> str:
        counts = [f"{icon} {self._counts[status]}" for status, icon in ICON.items() if self._counts.get(status)]
        elapsed = now - self._began
        left = self._total - self._finished
        estimate = [f"about {duration(elapsed / self._finished * left)} left"] if self._finished and left > 0 else []
        return " · ".join([*counts, duration(elapsed), *estimate])
