"""`ztr github`: what the jobs of the workflows do, each subcommand imported when it is named."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "claim": "automation.cli.github_claim:claim",
    "pack": "automation.cli.github_pack:pack",
    "publish": "automation.cli.github_publish:publish",
    "control": "automation.cli.control:control",
}


class _Commands(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(
    cls=_Commands,
    short_help="What the jobs of the GitHub workflows do.",
    epilog="""Examples:

\b
  ztr github claim --mode auto
  ztr github pack --to ztr-report
  ztr github publish --from ztr-report""",
)
def github() -> None:
    """What the jobs of the GitHub workflows do: claim, run and pack, publish. They want GITHUB_TOKEN."""
