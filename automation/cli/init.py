"""`ztr init`: a small plan that runs at once, to change into one's own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from automation.cli.locate import PLANS, plans_below
from automation.cli.paper import say
from automation.cli.session import STATE
from automation.errors import UsageError

STARTER = Path(__file__).parent / "starter"
FIRST = f"{PLANS}/first-plan"
_SATURDAY = 6


@click.command(
    short_help="Make a small plan that runs at once.",
    epilog="""Examples:

\b
  ztr init
  ztr init tasks/website && ztr run --plan tasks/website""",
)
@click.argument("folder", default=FIRST, metavar="[FOLDER]")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def init(folder: str, quiet: bool) -> int:
    """Make a small plan in FOLDER (tasks/first-plan by default): four tasks that run at once, without any secret.

    Existing files are never overwritten. The state folder is added to .gitignore.
    """
    target = Path(folder)
    written = write_starter(target, datetime.now(UTC).date())
    ignored = ignore(Path(".gitignore"), f"{STATE}/")
    if not quiet:
        for path in [*written, *([Path(".gitignore")] if ignored else [])]:
            say(f"wrote {path}")
        plan = "" if plans_below(Path()) == [target] else f" --plan {target}"
        say(f"Next: `ztr run{plan}` runs it, `ztr plan{plan}` only shows what it would do.")
    return 0


def write_starter(folder: Path, today: date) -> list[Path]:
    """Write plan.yaml and its tasks, due today. Raises `UsageError`, before anything is written, unless it is empty."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "name a folder that is new or empty")
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    if there:
        raise UsageError(f"{folder} is not empty: {there[0].name} is there; nothing was written", "name a new folder")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())[:64].strip("-") or "first-plan"
    start = today - timedelta(days=max(0, today.isoweekday() - _SATURDAY + 1))
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(STARTER.glob("*.yaml")):
            text = source.read_text(encoding="utf-8")
            if source.name == "plan.yaml":
                text = text.replace("2000-01-03", start.isoformat()).replace("id: first-plan", f"id: {name}")
            with (folder / source.name).open("x", encoding="utf-8") as file:
                file.write(text)
            written.append(folder / source.name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}", "name another folder") from error
    return written


def ignore(path: Path, name: str) -> bool:
    """Add a name to .gitignore unless it is there; whether that was needed. Raises `UsageError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if any(line.strip().strip("/") == name.strip("/") for line in lines):
            return False
        path.write_text("".join(f"{line}\n" for line in [*lines, name]), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: cannot be changed: {error}", f"add the line {name} to it, so that it is not committed"
        ) from error
    return True
