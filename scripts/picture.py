"""Draws docs/summary.svg: what `ztr run` says at the end, from the state of a real run.

python scripts/picture.py [--state DIR] [--plan DIR]

Run by hand, after a run; the same state at the same `--now` gives the same picture.
"""

from __future__ import annotations

import argparse
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from automation.cli.reading import read_state  # noqa: E402 - found through the path above
from automation.cli.session import Session, Where  # noqa: E402 - found through the path above
from automation.cli.told import make_report  # noqa: E402 - found through the path above
from monitoring.render import console  # noqa: E402 - found through the path above

WIDTH = 100
_COLOURS = [(13, 17, 23), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255)]
_THEME = TerminalTheme((13, 17, 23), (230, 237, 243), [*_COLOURS, (57, 197, 207), (177, 186, 196)])
# rich's own frame would load a font from the network, which a picture on GitHub may not.
_FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
  <style>
    .{unique_id}-matrix {{
      font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
      font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
    }}
    .{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
    </clipPath>
{lines}
  </defs>
  {chrome}
  <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
    <g class="{unique_id}-matrix">
{matrix}
    </g>
  </g>
</svg>
"""


def main() -> int:
    """Write the picture and say where it is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--state", default=".ztr", help="the state folder of the run [.ztr]")
    arguments.add_argument("--plan", default="tasks/hal-phase3", help="the plan's folder [tasks/hal-phase3]")
    arguments.add_argument("--now", help="the time at which the state is looked at [now]")
    arguments.add_argument("-o", "--output", default=str(ROOT / "docs" / "summary.svg"))
    chosen = arguments.parse_args()
    session = Session(Where(chosen.plan, chosen.state, chosen.now, (), ROOT), {})
    loaded, _ = read_state(session)
    told = make_report(session, loaded.state)
    Path(chosen.output).write_text(picture(console.render(told, colour=True, width=WIDTH)), "utf-8")
    sys.stdout.write(f"wrote {chosen.output}\n")
    return 0


def picture(text: str) -> str:
    """The text, with its ANSI colours, as a picture of a terminal (SVG)."""
    paper = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="standard")
    paper.print(Text.from_ansi(text), soft_wrap=True)
    return paper.export_svg(title="The summary of a run", theme=_THEME, code_format=_FRAME, unique_id="ztr")


if __name__ == "__main__":
    raise SystemExit(main())
