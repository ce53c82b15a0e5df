"""Writes the labelled conversations from hand-made templates: same seed, same bytes.

Every sentence in ``data/conversation_templates.json`` was written by hand for this project. The generator only
chooses keys and values, spreads the facts over sessions, and mixes in sentences about the same things that do *not*
hold the answer (``near``) and small talk. The dev and the test split share neither query wordings, nor the keys
(people, places, things) that are asked about, nor the values that answer.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

Split = Literal["dev", "test"]

CONVERSATIONS = 8
SESSIONS = 6
_NEAR_SHARE, _LEAD_SHARE, _ACKNOWLEDGED_SHARE = 0.45, 0.6, 0.7
SEEDS: dict[Split, int] = {"dev": 20250908, "test": 20251001}


class Family(TypedDict):
    """One kind of fact: how it is said, led in, skirted round, and asked for."""

    id: str
    scope: str
    key: list[str]
    value: list[str]
    say: list[str]
    lead: list[str]
    near: list[str]
    dev: list[str]
    test: list[str]


class Templates(TypedDict):
    """The hand-made material."""

    families: list[Family]
    chatter: list[list[str]]
    acknowledgements: list[str]


class TurnRow(TypedDict):
    """One turn of a conversation, as it stands in ``conversations-*.jsonl``."""

    id: str
    conversation: str
    tenant: str
    user: str
    project: str
    scope: str
    session: int
    at: str
    speaker: str
    text: str


class QueryRow(TypedDict):
    """One labelled query: ``evidence`` holds the ids of the turns that answer it."""

    id: str
    conversation: str
    family: str
    kind: str
    scope: str
    query: str
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class _Fact:
    family: Family
    stated_key: str
    asked_key: str
    value: str


def generate(split: Split, templates: Templates) -> tuple[list[TurnRow], list[QueryRow]]:
    """All turns and queries of one split. Deterministic for the same templates."""
    rng = random.Random(SEEDS[split])
    turns: list[TurnRow] = []
    queries: list[QueryRow] = []
    project_keys: dict[tuple[str, str], list[str]] = {}
    for number in range(1, CONVERSATIONS + 1):
        conversation = f"{split}{number:02d}"
        project = f"{split}-project-{(number + 1) // 2}"
        facts = _choose_facts(split, project, templates, project_keys, rng)
        stated = _write_sessions(conversation, project, facts, templates, rng, turns)
        queries.extend(_ask(split, conversation, facts, stated, rng))
    return turns, queries


def to_jsonl(rows: list[TurnRow] | list[QueryRow]) -> str:
    """One JSON object a line, keys in their written order."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def _choose_facts(
    split: Split, project: str, templates: Templates, project_keys: dict[tuple[str, str], list[str]], rng: random.Random
) -> list[_Fact]:
    """Each family once, every third a second time with another key: the same sentence about another thing.

    Colleagues share a project, so keys of project facts are drawn without replacement per project.
    """
    parity = 0 if split == "dev" else 1
    facts = []
    for family in templates["families"]:
        own = family["key"][parity::2]
        pool = (
            project_keys.setdefault((project, family["id"]), list(own)) if family["scope"] == "project" else list(own)
        )
        wanted = 2 if rng.random() < 1 / 3 else 1
        values = rng.sample(family["value"][parity::2], wanted)
        for value in values[: len(pool)]:
            stated_key, _, asked_key = pool.pop(rng.randrange(len(pool))).partition("|")
            facts.append(_Fact(family, stated_key, asked_key or stated_key, value))
    rng.shuffle(facts)
    return facts


def _write_sessions(
    conversation: str, project: str, facts: list[_Fact], templates: Templates, rng: random.Random, turns: list[TurnRow]
) -> dict[int, str]:
    """Appends the turns of all sessions; returns the id of the turn that states each fact."""
    blocks: list[list[list[tuple[str, str, str, int | None]]]] = [[] for _ in range(SESSIONS)]
    for index, fact in enumerate(facts):
        blocks[index % SESSIONS].append(list(_fact_block(index, fact, templates, rng)))
        for near in fact.family["near"]:
            if rng.random() < _NEAR_SHARE:
                text = _capital(near.format(key=fact.stated_key))
                rng.choice(blocks).append([("user", fact.family["scope"], text, None)])
    for said, answered in rng.sample(templates["chatter"], 30):
        rng.choice(blocks).append([("user", "user", said, None), ("assistant", "user", answered, None)])
    stated: dict[int, str] = {}
    start = datetime(2025, 3, 3, 9, 0, tzinfo=UTC) + timedelta(days=rng.randrange(30))
    for session, session_blocks in enumerate(blocks, 1):
        rng.shuffle(session_blocks)
        moment = start + timedelta(days=9 * session + rng.randrange(6), minutes=rng.randrange(500))
        for number, (speaker, scope, text, fact_index) in enumerate(
            (line for block in session_blocks for line in block), 1
        ):
            turn_id = f"{conversation}-s{session}-t{number:02d}"
            if fact_index is not None:
                stated[fact_index] = turn_id
            at = (moment + timedelta(seconds=40 * number)).isoformat()
            turns.append(_turn(turn_id, conversation, project, scope, session, at, speaker, text))
    return stated


def _fact_block(
    index: int, fact: _Fact, templates: Templates, rng: random.Random
) -> Iterator[tuple[str, str, str, int | None]]:
    scope = fact.family["scope"]
    if rng.random() < _LEAD_SHARE:
        yield "assistant", scope, rng.choice(fact.family["lead"]), None
    text = rng.choice(fact.family["say"]).format(key=fact.stated_key, value=fact.value)
    yield "user", scope, _capital(text), index
    if rng.random() < _ACKNOWLEDGED_SHARE:
        yield "assistant", scope, rng.choice(templates["acknowledgements"]), None


def _ask(
    split: Split, conversation: str, facts: list[_Fact], stated: dict[int, str], rng: random.Random
) -> Iterator[QueryRow]:
    """One query a fact, and one that needs both turns where a family was used twice."""
    first_of: dict[str, int] = {}
    for index, fact in enumerate(facts):
        family = fact.family
        query = rng.choice(family[split]).format(key=fact.asked_key)
        yield _query(conversation, index, fact, "single", _capital(query), [stated[index]])
        other = first_of.setdefault(family["id"], index)
        if other != index:
            tail = " And for {}?" if split == "dev" else " The same about {}, please."
            both = _capital(query) + tail.format(facts[other].asked_key)
            yield _query(conversation, index, fact, "multi", both, [stated[index], stated[other]])


def _query(conversation: str, index: int, fact: _Fact, kind: str, query: str, evidence: list[str]) -> QueryRow:
    return {
        "id": f"{conversation}-q{index:02d}-{kind}",
        "conversation": conversation,
        "family": fact.family["id"],
        "kind": kind,
        "scope": fact.family["scope"],
        "query": query,
        "evidence": evidence,
    }


def _turn(
    turn_id: str, conversation: str, project: str, scope: str, session: int, at: str, speaker: str, text: str
) -> TurnRow:
    tenant = "north" if int(conversation[-2:]) <= CONVERSATIONS // 2 else "south"
    return {
        "id": turn_id,
        "conversation": conversation,
        "tenant": tenant,
        "user": f"{conversation}-user",
        "project": project,
        "scope": scope,
        "session": session,
        "at": at,
        "speaker": speaker,
        "text": text,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
