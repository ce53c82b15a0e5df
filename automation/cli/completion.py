"""`ztr completion`: what a shell needs to complete verbs, options, plans and task ids."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from automation.cli.paper import say

VARIABLE = "_ZTR_COMPLETE"
_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(
    short_help="Print the completion script of a shell.",
    epilog="""Examples:

\b
  ztr completion bash > ~/.local/share/bash-completion/completions/ztr
  ztr completion zsh > ~/.zfunc/_ztr
  ztr completion fish > ~/.config/fish/completions/ztr.fish""",
)
@click.argument("shell", type=click.Choice(list(_SHELLS)))
def completion(shell: str) -> int:
    """Print the completion script of a shell; it completes plans and task ids, too."""
    from automation.cli.app import app

    complete = _SHELLS[shell](app, {}, "ztr", VARIABLE)
    say((complete.source_template % complete.source_vars()).rstrip("\n"))
    return 0
