"""The command `ztr`: its verbs, each imported when it is called, and the one boundary that turns errors into lines."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path

import click

from automation import __version__
from automation.cli.dotenv import read_dotenv
from automation.errors import Interrupted, ZtrError

VERBS = {
    "run": "automation.cli.run:run",
    "plan": "automation.cli.plan:plan",
    "validate": "automation.cli.validate:validate",
    "status": "automation.cli.status:status",
    "report": "automation.cli.report:report",
    "simulate": "automation.cli.simulate:simulate",
    "graph": "automation.cli.graph:graph",
    "secrets": "automation.cli.secrets:secrets",
    "retry": "automation.cli.requests:retry",
    "skip": "automation.cli.requests:skip",
    "reset": "automation.cli.requests:reset",
    "approve": "automation.cli.requests:approve",
    "reject": "automation.cli.requests:reject",
    "pause": "automation.cli.requests:pause",
    "teardown": "automation.cli.teardown:teardown",
    "state": "automation.cli.state:state",
    "github": "automation.cli.github:github",
    "doctor": "automation.cli.doctor:doctor",
    "init": "automation.cli.init:init",
    "setup": "automation.cli.setup:setup",
    "completion": "automation.cli.completion:completion",
}


class _Verbs(click.Group):
    """A group whose commands are imported when they are named."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(VERBS)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], VERBS, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            context.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(context, args)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        module, _, attribute = VERBS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""Examples:

\b
  ztr init
  ztr run --mode mock
  ztr status

`ztr VERB --help` tells more about a verb.""",
)
@click.version_option(__version__, prog_name="ztr", message="%(prog)s %(version)s")
def app() -> None:
    """Work written as YAML micro-tasks: run what is due, prove that it is done, tell people in one report."""


def run_app(arguments: Sequence[str]) -> int:
    """Run a command line; every error becomes a line or two on standard error. The exit code is DESIGN's."""
    try:
        read_dotenv(Path.cwd(), os.environ)
        code = app.main(args=list(arguments), prog_name="ztr", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        _show(error)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return Interrupted.exit_code
    except ZtrError as error:
        _tell(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - a traceback never reaches a user
        return _crashed(error)
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None and error.message == context.get_help():  # nothing but `ztr` or `ztr state` was typed
        click.echo(error.message, err=True)
        return
    if context is not None:
        click.echo(context.get_usage() + "\n" + f"Try '{context.command_path} --help' for help.\n", err=True)
    click.echo(harmless(f"Error: {error.format_message()}"), err=True)


def _tell(error: ZtrError) -> None:
    from automation.cli.annotations import annotate

    annotate(error, os.environ)
    click.echo(harmless(f"ztr: {error.message}"), err=True)
    if error.remedy:
        click.echo(harmless(f"     {error.remedy}"), err=True)


def harmless(text: str) -> str:
    """What somebody wrote is quoted in errors: there it is no command for the runner that reads the log."""
    from automation.engine.neutral import neutralise

    return neutralise(text)


def _crashed(error: Exception) -> int:
    from automation.cli.crash import write_crash_file

    try:
        where = f"details are in {write_crash_file(error)}"
    except OSError as refused:
        where = f"details could not be written: {refused.strerror}"
    click.echo(f"ztr: internal error ({type(error).__name__}); {where}", err=True)
    return 1
