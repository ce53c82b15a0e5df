"""The workflow file by which a repository calls ZTR; `docs/github.md` shows the same text. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

PLACE = ".github/workflows/ztr.yml"
HANDED_ON = (
    "SLACK_WEBHOOK_URL",
    "OPENAI_API_KEY",
    "AIRTABLE_API_KEY",
    "AIRTABLE_BASE_ID",
    "NOTION_API_KEY",
    "ZAPIER_WEBHOOK_URL",
)
"""The secrets that `ztr.yml` takes by name; it takes all others inside of one."""
OTHERS = "ZTR_SECRETS"

_ACTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}@[0-9a-f]{40}")
_TEXT = """\
name: ZTR
on:
  schedule:
    - cron: "17 5 * * *" # UTC, off the full hour
  workflow_dispatch:
    inputs:
      mode: {{type: choice, options: [auto, mock, provision], default: {mode}, description: What to do for real}}
  issues: {{types: [edited]}} # ticks in the summary issue
  issue_comment: {{types: [created]}} # /ztr in a comment # zizmor: ignore[dangerous-triggers]
permissions: {{}}
jobs:
  ztr:
    name: ZTR
    permissions:
      contents: write # the state branch
      issues: write # the summary issue
      actions: write # run now, and what an approval lets through
    uses: {owner}/.github/workflows/ztr.yml@{commit}{version}
    with:
      mode: ${{{{ inputs.mode || '{mode}' }}}}
"""


def is_action(reference: str) -> bool:
    """Whether this is OWNER/NAME@COMMIT with all 40 digits: a tag or a branch can be moved to other code."""
    return _ACTION.fullmatch(reference) is not None


def caller_text(
    reference: str,
    *,
    version: str = "",
    mode: str = "auto",
    settings: Sequence[tuple[str, str]] = (),
    secrets: Sequence[str] = (),
) -> str:
    """The file, for `reference`, OWNER/NAME@COMMIT.

    `settings` are further inputs of `ztr.yml`, `secrets` the names of those that the plan wants.
    """
    owner, _, commit = reference.partition("@")
    text = _TEXT.format(owner=owner, commit=commit, version=f" # {version}" if version else "", mode=mode)
    text += "".join(f"      {name}: {_plain(value)}\n" for name, value in settings)
    named = [name for name in HANDED_ON if name in secrets]
    named += [OTHERS] if any(name not in HANDED_ON for name in secrets) else []
    if named:
        text += "    secrets:\n" + "".join(f"      {name}: ${{{{ secrets.{name} }}}}\n" for name in named)
    return text


def _plain(value: str) -> str:
    """The value as YAML reads it back."""
    return value if re.fullmatch(r"[A-Za-z][\w./-]*", value) else json.dumps(value)
