"""`ztr setup`: a checked configuration for a repository, asked for on a terminal, taken from options elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import which

import click

from automation.cli.caller import PLACE, caller_text, is_action
from automation.cli.dotenv import KNOWN, NAME, parse
from automation.cli.init import FIRST, ignore, write_starter
from automation.cli.locate import find_plan, plans_below
from automation.cli.paper import say
from automation.cli.requirements import check_requirements
from automation.cli.session import STATE, Session, Where
from automation.errors import UsageError, ZtrError
from automation.plan.model import Secret

EXAMPLE = f"{NAME}.example"
_HEAD = "# Settings and secrets of this checkout, read by ztr where it is started. Never commit {name}.\n"


@click.command(
    short_help="Write a checked configuration for this repository.",
    epilog="""Examples:

\b
  ztr setup
  ztr setup --plan tasks/first-plan --mode auto --approvals manual --yes
  ztr setup --workflow OWNER/ztr@0123456789abcdef0123456789abcdef01234567
  ztr setup --force""",
)
@click.option("--plan", metavar="DIR", default=None, help="The plan to run; a new folder gets a small plan.")
@click.option("--mode", type=click.Choice(("mock", "auto", "provision")), default=None, help="The mode of a run.")
@click.option("--approvals", type=click.Choice(("auto", "manual")), default=None, help="Who approves.")
@click.option(
    "--workflow",
    metavar="OWNER/NAME@COMMIT",
    default=None,
    help=f"Write {PLACE} as well, which calls ZTR's workflow at this commit.",
)
@click.option("--force", is_flag=True, help=f"Replace a {NAME} that is there; its secrets are kept.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is given, and the defaults.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def setup(
    *,
    plan: str | None,
    mode: str | None,
    approvals: str | None,
    workflow: str | None,
    force: bool,
    yes: bool,
    quiet: bool,
) -> int:
    """Write .env and .env.example for a plan, keep .env out of git, and check that the plan can run.

    On a terminal it asks what no option says, secrets without showing them. Secrets are taken by no option: what stands
    on a command line can be read by others. Nothing that is there is overwritten without --force.
    """
    here = Path()
    if (here / NAME).exists() and not force:
        raise UsageError(f"{NAME} is there already; nothing was written", "--force replaces it and keeps its secrets")
    _check_workflow(workflow, here, force=force)
    before = parse(here / NAME) if (here / NAME).exists() else {}
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    folder = _plan(plan, here, asks=asks)
    chosen = {
        "ZTR_PLAN": str(folder),
        "ZTR_MODE": mode or _choice("Mode", ("auto", "mock", "provision"), asks=asks),
        "ZTR_APPROVALS": approvals or _choice("Approvals", ("auto", "manual"), asks=asks),
    }
    if workflow is None and asks and not (here / PLACE).exists():
        workflow = _reference()
    session = Session(Where(str(folder), here=here), {**os.environ, **before})
    secrets = {secret.name: before.get(secret.name, "") for secret in session.plan.secrets}
    if asks:
        secrets |= _secrets(secret for secret in session.plan.secrets if not secrets[secret.name])
    _write(here / EXAMPLE, dotenv_text({}, session.plan.secrets, name=EXAMPLE), mode=0o644)
    added = [name for name in (NAME, f"{STATE}/") if ignore(here / ".gitignore", name)]
    _check_ignored(here)
    _write(here / NAME, dotenv_text({**before, **chosen, **secrets}, session.plan.secrets), mode=0o600)
    called = _write_caller(here, workflow, session, chosen) if workflow else []
    _conclude(session, [EXAMPLE, NAME, *([".gitignore"] if added else []), *called], quiet=quiet)
    return 0


def dotenv_text(values: Mapping[str, str], secrets: Iterable[Secret], *, name: str = NAME) -> str:
    """The text of a .env: every setting that ztr reads, then the plan's secrets, each with what it is for."""
    lines = [_HEAD.format(name=NAME), "# Settings\n"]
    for known in KNOWN:
        value = values.get(known.name, known.default if name == EXAMPLE else "")
        lines.append(f"# {known.about}\n{known.name}={_quoted(value)}\n")
    listed = list(secrets)
    if listed:
        lines.append("# Secrets: what has none is mocked\n")
    for secret in listed:
        about = "".join(f"# {line}\n" for line in (secret.description, secret.obtain) if line)
        lines.append(f"{about}{secret.name}={_quoted(values.get(secret.name, ''))}\n")
    others = {*values} - {known.name for known in KNOWN} - {secret.name for secret in listed}
    if others:
        lines.append("# Others\n" + "".join(f"{other}={_quoted(values[other])}\n" for other in sorted(others)))
    return "\n".join(lines)


def _check_ignored(here: Path) -> None:
    """Raises `UsageError` where git would commit the secrets all the same; without git there is nothing to fear."""
    git = which("git")
    asked = [git or "", "check-ignore", "--quiet", NAME]
    if git and subprocess.run(asked, cwd=here, capture_output=True, check=False).returncode == 1:
        raise UsageError(
            f"git does not ignore {NAME}: it is committed, or a .gitignore takes it in; no secret was written",
            f"`git rm --cached {NAME}`, or take the line `!{NAME}` out, then run again",
        )


def _check_workflow(reference: str | None, here: Path, *, force: bool) -> None:
    """Raises `UsageError` for what is no commit of a repository, or a file that is there; nothing is written yet."""
    if not reference:
        return
    if not is_action(reference):
        raise UsageError(f"--workflow {reference}: not OWNER/NAME@COMMIT", "a commit has 40 digits; a tag can be moved")
    if (here / PLACE).exists() and not force:
        raise UsageError(f"{PLACE} is there already; nothing was written", "--force replaces it")


def _reference() -> str:
    """Asked for until it is one, or left out."""
    while True:
        title = f"ZTR's repository for {PLACE}, as OWNER/NAME@COMMIT (Enter leaves it out)"
        given = str(click.prompt(title, default="", show_default=False)).strip()
        if not given or is_action(given):
            return given
        click.echo("A commit has 40 digits; a tag can be moved.")


def _write_caller(here: Path, reference: str, session: Session, chosen: Mapping[str, str]) -> list[str]:
    """Write the workflow that calls ZTR's. Raises `UsageError`."""
    settings = [("plan", chosen["ZTR_PLAN"])] if len(plans_below(here)) > 1 else []
    settings += [("approvals", "manual")] if chosen["ZTR_APPROVALS"] == "manual" else []
    settings += [("packages", "all")] if session.plan.requires.modules else []
    secrets = [secret.name for secret in session.plan.secrets]
    path = here / PLACE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path.parent}: cannot be made: {error.strerror}", "make the folder writable") from error
    _write(path, caller_text(reference, mode=chosen["ZTR_MODE"], settings=settings, secrets=secrets), mode=0o644)
    return [PLACE]


def _quoted(value: str) -> str:
    """As the reader of .env files takes it back, whatever is in it."""
    if value and all(letter.isalnum() or letter in "-_./:@%+=," for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'" if value else ""


def _plan(named: str | None, here: Path, *, asks: bool) -> Path:
    """The plan's folder; a new one gets a small plan. Raises `UsageError`."""
    from datetime import UTC, datetime

    known = plans_below(here)
    if named is None and asks:
        default = str(known[0]) if known else FIRST
        named = click.prompt("Plan (a new folder gets a small plan)", default=default)
    if named is None and known:
        return find_plan(None, here) if len(known) == 1 else find_plan(_configured_or_first(known, here), here)
    target = Path(named or FIRST)
    if target in known or (target / "plan.yaml").exists() or Path("tasks", target) in known:
        return find_plan(str(target), here)
    write_starter(target, datetime.now(UTC).date())
    return target


def _configured_or_first(known: list[Path], here: Path) -> str | None:
    try:
        find_plan(None, here)
    except UsageError:
        return str(known[0])
    return None


def _choice(title: str, choices: tuple[str, ...], *, asks: bool) -> str:
    if not asks:
        return choices[0]
    return str(click.prompt(title, type=click.Choice(choices), default=choices[0]))


def _secrets(missing: Iterable[Secret]) -> dict[str, str]:
    found = {}
    for secret in missing:
        about = f"{secret.name}: {secret.obtain or secret.description} (Enter leaves it out)"
        found[secret.name] = str(click.prompt(about, default="", hide_input=True, show_default=False)).strip()
    return found


def _write(path: Path, text: str, *, mode: int) -> None:
    """Replace the file in one stroke, readable by its owner only from the start where it holds secrets."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}", "make the folder writable") from error


def _conclude(session: Session, written: list[str], *, quiet: bool) -> None:
    """Say what was written, and whether the plan can run here."""
    try:
        check_requirements(session)
        verdict = f"{session.plan.title}: {len(session.plan.tasks)} tasks, ready. Next: `ztr run`"
    except ZtrError as error:
        verdict = f"{error.message}\n{error.remedy}"
    if quiet:
        return
    for name in written:
        say(f"wrote {name}")
    say(verdict)
