"""Retention, access, session conflicts, the design page, and marks of answers: pure rules."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.hal.memory import design
from automation.hal.memory.access import decide
from automation.hal.memory.records import Caller, MemoryRecord, Scope
from automation.hal.memory.retention import DEFAULT_POLICY, RetentionPolicy
from automation.hal.memory.sessions import SessionState, conflicts, merge, newer, session_from
from automation.hal.memory.sync_trial import try_conflicts
from automation.hal.memory.traits import held, wanted

AT = "2025-09-08T09:00:00+00:00"
ADA = Caller(tenant="north", user="ada", session="s1", projects=frozenset({"atlas"}))


def record(scope: Scope = "user", **fields: object) -> MemoryRecord:
    plain = MemoryRecord(
        tenant="north", id="r", scope=scope, user="ada", session="s1", project="atlas", text="x", created_at=AT,
        updated_at=AT,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]  # any field, whatever its type


@pytest.mark.parametrize(
    ("held_record", "expected"),
    [
        (record("session"), "2025-09-09T09:00:00+00:00"),
        (record("user"), "2026-09-08T09:00:00+00:00"),
        (record("global"), None),
        (record("user", kind="note"), "2025-10-08T09:00:00+00:00"),
        (record("session", kind="document"), None),
        (record("global", expires_at="2025-09-08T10:00:00+00:00"), "2025-09-08T10:00:00+00:00"),
    ],
)
def test_a_record_ends_by_its_own_date_then_its_kind_then_its_scope(
    held_record: MemoryRecord, expected: str | None
) -> None:
    assert DEFAULT_POLICY.expires_at(held_record) == expected


@pytest.mark.parametrize(
    ("by_scope", "by_kind", "complaint"),
    [
        ({}, {}, "names scopes"),
        (DEFAULT_POLICY.by_scope, {"poem": 3}, "unknown kinds: poem"),
        ({**DEFAULT_POLICY.by_scope, "user": 0}, {}, "keeps user for 0 days"),
    ],
)
def test_unusable_policies_are_refused(by_scope: dict[str, int], by_kind: dict[str, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RetentionPolicy(by_scope, by_kind)


@pytest.mark.parametrize(
    ("role", "caller", "action", "scope", "expected"),
    [
        ("owner", ADA, "delete", "tenant", None),
        ("owner", ADA, "write", "global", "owner may not write global records"),
        ("member", ADA, "delete", "project", "member may not delete project records"),
        ("auditor", ADA, "read", "user", "auditor may not read user records"),
        ("guest", ADA, "write", "session", None),
        ("king", ADA, "read", "global", "role king is unknown"),
        ("owner", ADA, "burn", "user", "action burn is unknown"),
        ("owner", replace(ADA, tenant="south"), "read", "tenant", "tenant record is out of reach"),
        ("owner", replace(ADA, tenant="south"), "read", "global", None),
        ("owner", replace(ADA, user="bo"), "read", "user", "user record is out of reach"),
        ("owner", replace(ADA, session="s2"), "read", "session", "session record is out of reach"),
        ("owner", replace(ADA, projects=frozenset()), "read", "project", "project record is out of reach"),
    ],
)
def test_access_is_allowed_by_a_rule_or_denied_with_the_reason(
    role: str, caller: Caller, action: str, scope: Scope, expected: str | None
) -> None:
    assert decide(role, caller, action, record(scope)) == expected


states = st.builds(
    SessionState,
    session=st.just("s"),
    tenant=st.just("north"),
    user=st.just("ada"),
    project=st.just("atlas"),
    updated_at=st.sampled_from([AT, "2025-09-08T09:00:01+00:00"]),
    version=st.integers(1, 2),
    summary=st.sampled_from(["", "a", "b"]),
    deleted=st.booleans(),
)
replicas = st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), states, max_size=3)


@settings(max_examples=25)
@given(replicas, replicas, replicas)
def test_a_merge_is_the_same_in_every_order_and_loses_no_session(
    one: dict[str, SessionState], two: dict[str, SessionState], three: dict[str, SessionState]
) -> None:
    merged = merge(one, two)
    assert merged == merge(two, one) == merge(merged, one) == merge(merged, merged)
    assert merge(merged, three) == merge(one, merge(two, three))
    assert merged.keys() == one.keys() | two.keys()
    assert all(state in (one.get(name), two.get(name)) for name, state in merged.items())


BASE = SessionState(session="s", tenant="north", user="ada", project="atlas", updated_at=AT)


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        (replace(BASE, version=2), replace(BASE, updated_at="2025-09-09T09:00:00+00:00")),
        (replace(BASE, updated_at="2025-09-09T09:00:00+00:00"), replace(BASE, deleted=True)),
        (replace(BASE, deleted=True), replace(BASE, summary="still here")),
    ],
)
def test_version_beats_time_and_time_beats_deletion_and_deletion_beats_text(
    winner: SessionState, loser: SessionState
) -> None:
    assert newer(winner, loser) == newer(loser, winner) == winner
    assert conflicts({"s": winner}, {"s": loser, "t": loser}) == ["s"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"colour": 1}, "a session has the fields"),
        ({"version": "1"}, "version of a session is '1', expected int"),
        ({"version": 0}, "below 1"),
        ({"updated_at": "2025-09-08T09:00:00+02:00"}, "not whole seconds in UTC"),
        ({"user": " "}, "user of a session is empty"),
        ({"summary": "\ud83d"}, "unpaired surrogate"),
    ],
)
def test_unusable_sessions_are_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        session_from({**BASE.to_json(), **change})


def test_conflicts_need_sessions_to_be_about() -> None:
    with pytest.raises(ValueError, match="store them first"):
        try_conflicts({}, 1, 1)


PRODUCTS: tuple[dict[str, object], ...] = (
    {
        "properties": {
            "scope": {"enum": ["user", "global"], "description": "who"}, "user": {"type": ["string", "null"]}, "x": 1,
        }
    },
    {"by_scope": {"user": 365, "global": None}, "by_kind": {"note": 30}},
    {"chosen": "exact", "rule": "simplest", "candidates": {"exact": {"recall": 1.0, "p95_ms": 2}, "odd": 3}},
    {"cases": 2500, "violations": 0},
)  # fmt: skip


def test_the_design_page_tells_every_figure() -> None:
    page = design.page(*PRODUCTS)
    for line in ("| scope | user or global | who |", "| user | string or null |  |", "| scope global | for ever |",
                 "| kind note | 30 |", "| exact | 1.0 | 2 |", "2500 generated cases, 0 violations."):  # fmt: skip
        assert line in page.splitlines()
    assert design.content_hash(page) == design.content_hash(design.page(*PRODUCTS))


@pytest.mark.parametrize("spoiled", range(4))
def test_a_product_without_its_figures_is_refused(spoiled: int) -> None:
    products = [({} if number == spoiled else product) for number, product in enumerate(PRODUCTS)]
    with pytest.raises(ValueError, match="run its task again"):
        design.page(*products)


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("When is it?", "on the 3rd of May", 0),
        ("How many are there?", "forty-two of them", 1),
        ("Who did it?", "it was Greta", 2),
        ("Where does it stand?", "it stands behind the shed", 3),
    ],
)
def test_a_question_wants_what_its_answer_holds(question: str, answer: str, kind: int) -> None:
    assert wanted(question)[kind] == held(answer)[kind] == 1
    assert held("hello there")[kind] == wanted("Hello!")[kind] == 0
