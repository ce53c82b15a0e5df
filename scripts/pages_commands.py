"""The page about the command line, made from the verbs' own help texts and from the error classes (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click

from automation.errors import ZtrError
from scripts.pages import overview

_INTRODUCTION = """\
<!-- Written by scripts/generate.py from the help texts in automation/cli: change those. -->
# Command line

`ztr` and `python -m automation` are the same. `ztr VERB --help` shows what stands here.
"""
_SHARED = ("plan", "state", "now", "var")
_SHARED_INTRODUCTION = """\
## Shared options

Most verbs take these; their own options are listed with each verb.
"""


def commands_page(app: click.Group, errors: Iterable[type[ZtrError]]) -> str:
    """The page about all verbs of the command line, as Markdown."""
    with click.Context(app, info_name="ztr") as context:
        verbs = [(name, app.get_command(context, name)) for name in app.list_commands(context)]
        commands = [(f"ztr {name}", command) for name, command in verbs if command is not None]
        parts = [
            _INTRODUCTION,
            overview(("Verb", "What it does"), (_row(name, command) for name, command in commands)),
            _exit_codes(errors),
            _SHARED_INTRODUCTION,
            overview(("Option", "Meaning"), _options(commands[0][1], context, shared=True)),
            *(_verb(name, command, context) for name, command in commands),
        ]
        return "\n".join(parts)


def exit_codes(errors: Iterable[type[ZtrError]]) -> dict[int, list[str]]:
    """Every exit code of the command line with what ends with it."""
    found: dict[int, list[str]] = {0: ["Nothing failed; waiting for a person is not a failure."]}
    found[1] = ["A task failed, or is blocked by one that did; a request was refused."]
    for error in errors:
        found.setdefault(error.exit_code, []).append(cleandoc(error.__doc__ or "").splitlines()[0].split(";")[0])
    return {code: [told.rstrip(".") + "." for told in found[code]] for code in sorted(found)}


def _exit_codes(errors: Iterable[type[ZtrError]]) -> str:
    rows = ((f"`{code}`", " ".join(told)) for code, told in exit_codes(errors).items())
    return "## Exit codes\n\n" + overview(("Code", "When"), rows)


def _row(name: str, command: click.Command) -> tuple[str, str]:
    return f"[`{name}`](#{name.replace(' ', '-')})", _prose(command.help or "").split("\n")[0]


def _verb(name: str, command: click.Command, context: click.Context, level: str = "##") -> str:
    own = click.Context(command, info_name=name.rpartition(" ")[2], parent=context)
    usage = " ".join([name, *command.collect_usage_pieces(own)])
    parts = [f"{level} {name}\n", f"```text\n{usage}\n```\n", _prose(command.help or "") + "\n"]
    rows = list(_options(command, own, shared=False))
    shared = [option for option in command.params if _is_shared(option)]
    if rows:
        parts.append(overview(("Option", "Meaning"), rows))
    if len(shared) == len(_SHARED):
        parts.append("And the [shared options](#shared-options).\n")
    elif shared:
        parts.append(f"And, of the [shared options](#shared-options), {_names(shared)}.\n")
    parts.append(_examples(command))
    if isinstance(command, click.Group):
        found = ((sub, command.get_command(own, sub)) for sub in command.list_commands(own))
        parts += [_verb(f"{name} {sub}", verb, own, "###") for sub, verb in found if verb is not None]
    return "\n".join(part for part in parts if part)


def _is_shared(parameter: click.Parameter) -> bool:
    return parameter.name in _SHARED and isinstance(parameter, click.Option)


def _names(options: Iterable[click.Parameter]) -> str:
    return " and ".join(f"`{option.opts[0]}`" for option in options)


def _options(command: click.Command, context: click.Context, *, shared: bool) -> Iterator[tuple[str, str]]:
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None and _is_shared(option) == shared:
            yield f"`{record[0]}`", _prose(record[1])


def _prose(text: str) -> str:
    """The text with its paragraphs on one line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", cleandoc(text)))


def _examples(command: click.Command) -> str:
    text = (command.epilog or "").replace("Examples:", "").replace("\b", "")
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return "```sh\n" + "\n".join(lines) + "\n```\n" if lines else ""
