"""Airtable through its client: paced, and each answer a value or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from automation.actions import libraries
from automation.actions.airtable_records import Fields, Row
from automation.actions.base import BadInput, Call, Failed
from automation.actions.clients import Wire, base_url, secret

if TYPE_CHECKING:
    from pyairtable import Api, Base, Table

API_KEY, BASE_ID = "AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"
PAUSE = 0.21  # Airtable allows five requests a second and base
_KEYS_AT_ONCE = 50  # records that are looked up in one request
_REFUSED = 422
Answer = TypeVar("Answer")


class Shape(NamedTuple):
    """A table that is there: its id and the names of its fields."""

    id: str
    fields: frozenset[str]


class Airtable:
    """One base."""

    def __init__(self, call: Call) -> None:
        self._token = secret(call, "Airtable", API_KEY)
        self._base_id = str(call.inputs.get("base") or secret(call, "Airtable", BASE_ID))
        self._address = base_url(call, libraries.AIRTABLE)
        self._clock = call.tools.clock
        self._wire = Wire(call, "Airtable", (API_KEY, BASE_ID), max_bytes=10_000_000)
        self._api: Api | None = None

    def ask(self, do: Callable[[Base], Answer], *, reads: bool = False) -> Answer | Failed:
        """One request, or what the client makes of one."""
        if self._api is not None:
            self._clock.sleep(PAUSE)
        return self._wire.ask(lambda: do(self._base()), reads=reads)

    def shape(self, table: str) -> Shape | Failed | None:
        """The table of that name or id, None where there is none."""
        schema = self.ask(lambda base: base.schema(force=True), reads=True)
        if isinstance(schema, Failed):
            return schema
        for one in schema.tables:
            if table in (one.id, one.name):
                return Shape(one.id, frozenset(field.name for field in one.fields))
        return None

    def make_table(self, table: str, fields: Sequence[Fields]) -> Failed | None:
        """Make it; that it is there by now is no failure."""
        made = self.ask(lambda base: base.create_table(table, [dict(field) for field in fields]))
        return self._unless_there(made, "DUPLICATE_TABLE_NAME")

    def make_field(self, table: Shape, field: Fields) -> Failed | None:
        """The same of a field."""
        options = cast("dict[str, Any] | None", field.get("options"))
        name, kind = str(field["name"]), str(field["type"])
        made = self.ask(lambda base: base.table(table.id).create_field(name, kind, options=options))
        return self._unless_there(made, "DUPLICATE_OR_EMPTY_FIELD_NAME")

    def rows(self, table: str, keys: Sequence[str], records: Sequence[Fields]) -> list[Row] | Failed:
        """The records that have the key fields of one of these."""
        found: list[Row] = []
        for at in range(0, len(records), _KEYS_AT_ONCE):
            part = [{key: record[key] for key in keys} for record in records[at : at + _KEYS_AT_ONCE]]
            some = self._matching(table, part)
            if isinstance(some, Failed):
                return some
            found += some
        return found

    def there(self, table: str, ids: Sequence[str]) -> list[str] | Failed:
        """Which of these records there still are."""
        found: list[str] = []
        for at in range(0, len(ids), _KEYS_AT_ONCE):
            either = ",".join(f"RECORD_ID()='{one}'" for one in ids[at : at + _KEYS_AT_ONCE])
            some = self._listed(table, f"OR({either})")
            if isinstance(some, Failed):
                return some
            found += [row.id for row in some]
        return found

    def upsert(
        self, table: str, keys: Sequence[str], records: Sequence[Fields]
    ) -> tuple[list[str], list[str]] | Failed:
        """At most ten records; the ids of all, and of those that were made."""
        sent = [{"fields": dict(record)} for record in records]
        answer = self.ask(lambda base: base.table(table).batch_upsert(sent, list(keys)))
        if isinstance(answer, Failed):
            return answer
        return [str(one["id"]) for one in answer["records"]], [str(one) for one in answer["createdRecords"]]

    def delete(self, table: str, ids: Sequence[str]) -> Failed | None:
        """At most ten records."""
        answer = self.ask(lambda base: base.table(table).batch_delete(ids))
        return answer if isinstance(answer, Failed) else None

    def _matching(self, table: str, part: Iterable[Fields]) -> list[Row] | Failed:
        from pyairtable.formulas import OR, match

        return self._listed(table, str(OR(*(match(dict(one)) for one in part))))

    def _listed(self, table: str, formula: str) -> list[Row] | Failed:
        found: list[Row] = []
        pages = self.ask(lambda base: base.table(table).iterate(formula=formula), reads=True)
        while not isinstance(pages, Failed):
            page = self._next(pages)
            if isinstance(page, Failed):
                return page
            if page is None:
                return found
            found += [Row(str(one["id"]), cast(Fields, one["fields"]), str(one.get("createdTime", ""))) for one in page]
        return pages

    def _next(self, pages: Any) -> Any:
        return self.ask(lambda _base: next(pages, None), reads=True)

    def _base(self) -> Base:
        if self._api is None:
            self._api = libraries.airtable(self._wire, self._token, self._address)
        return self._api.base(self._base_id)

    def _unless_there(self, made: Table | object | Failed, code: str) -> Failed | None:
        if not isinstance(made, Failed):
            return None
        answer = self._wire.answer
        there = answer is not None and answer.status == _REFUSED and code.encode() in answer.body
        return None if there else made


def base_in_words(call: Call) -> str:
    """The base's id, or its secret's name: what a recorded request shows. Raises `BadInput`."""
    given = call.inputs.get("base")
    if given is not None and "/" in str(given):
        raise BadInput(f"airtable: base {given!r} is no id of a base")
    return str(given) if given is not None else f"${{{BASE_ID}}}"
