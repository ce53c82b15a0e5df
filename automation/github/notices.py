"""Notices: a comment below the summary issue for what newly waits for somebody, because GitHub mails comments and not
edits.
"""

from __future__ import annotations

from collections.abc import Mapping

from automation.errors import HostError
from automation.github.client import Client
from automation.github.issue import Told
from automation.github.issues import create_comment
from automation.github.refusals import Unsure

MOST = 20
"""Lines of one notice; the issue itself lists all."""


def give_notice(client: Client, told: Told, waiting: Mapping[str, str], head: str) -> Told:
    """Comment once on each thing that waits: `waiting` is a short key of it to its line in Markdown.

    What has been noticed is kept in `known.noticed`, as long as it waits. Never fails: what went wrong is a note.
    """
    before = set(told.known.noticed.split())
    new = [line for key, line in waiting.items() if key not in before]
    kept = told.known._replace(noticed=" ".join(sorted(waiting)))
    if not told.known.number or not new:
        return told._replace(known=kept) if told.known.number else told
    more = [f"- and {len(new) - MOST:,} more in the issue above"] if len(new) > MOST else []
    try:
        create_comment(client, told.known.number, "\n".join([head, "", *new[:MOST], *more]))
    except Unsure:
        pass  # it may be there: a notice less is better than one twice
    except HostError as error:
        return told._replace(notes=(*told.notes, f"nobody could be told of what waits: {error.message}"))
    return told._replace(known=kept)
