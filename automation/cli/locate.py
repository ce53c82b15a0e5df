"""Which plan is meant: the one that is named, the one of pyproject.toml, or the only one below tasks/."""

from __future__ import annotations

import re
from pathlib import Path

from automation.errors import UsageError

PLANS = "tasks"
_ID = re.compile(r"""^\{?\s*id:\s*["']?([\w.-]+)""", re.MULTILINE)


def find_plan(named: str | None, here: Path) -> Path:
    """The plan's folder. Raises `UsageError`, which names the plans that are there."""
    if named:
        return _named(named, here)
    configured = _configured(here)
    if configured:
        return _named(configured, here)
    found = plans_below(here)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"there is no plan here: {PLANS}/ has no folder with a plan.yaml", "`ztr init` makes one that runs at once"
        )
    raise UsageError(
        f"there are {len(found)} plans: {', '.join(map(str, found))}",
        'name one with --plan, or for good in pyproject.toml: [tool.ztr] plan = "…"',
    )


def plans_below(here: Path) -> list[Path]:
    """The folders below tasks/ that hold a plan.yaml, relative to where ztr was started."""
    return sorted(path.parent.relative_to(here) for path in (here / PLANS).glob("*/plan.yaml"))


def plan_with_id(plan_id: str, here: Path) -> Path | None:
    """The folder below tasks/ of the plan with that id."""
    return next((one for one in plans_below(here) if _id_in(here / one / "plan.yaml") == plan_id), None)


def twin_of(plan_id: str, folder: Path, here: Path) -> Path | None:
    """Another plan below tasks/ with the same id, and so with the same state: a copy whose id was left as it was."""
    own = (here / folder).resolve()
    for other in plans_below(here):
        if (here / other).resolve() != own and _id_in(here / other / "plan.yaml") == plan_id:
            return other
    return None


def _id_in(path: Path) -> str:
    """The id as a glance finds it; the loader tells what is wrong with a file that hides it."""
    try:
        found = _ID.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def _named(name: str, here: Path) -> Path:
    place = Path(name).parent if Path(name).name == "plan.yaml" else Path(name)
    for candidate in (place, Path(PLANS) / place):
        if (here / candidate / "plan.yaml").is_file():
            return candidate
    from difflib import get_close_matches

    plans = [str(path) for path in plans_below(here)]
    close = get_close_matches(name, [*plans, *(Path(plan).name for plan in plans)], 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise UsageError(f"{name}: there is no plan.yaml in it", f"{hint}the plans here: {', '.join(plans) or 'none'}")


def _configured(here: Path) -> str | None:
    path = here / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if "[tool.ztr]" not in text:
        return None
    import tomllib

    try:
        found = tomllib.loads(text).get("tool", {}).get("ztr", {}).get("plan")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} cannot be read: {error}", "mend it, or name the plan with --plan") from error
    return found if isinstance(found, str) else None
