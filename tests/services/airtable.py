"""Airtable on 127.0.0.1: a base with tables, fields and records, answering in the shapes that pyairtable reads."""

from __future__ import annotations

import re
from typing import Any

from pyairtable.models.schema import BaseSchema, TableSchema

from tests.services.base import Asked, Reply, Service

KEY = "patFakeTokenForTests.0123456789abcdef"
BASE = "appFakeBase000001"
MOST = 10
PAGE = 100
_NEEDS_OPTIONS = {"number": {"precision"}, "checkbox": {"icon", "color"}, "date": {"dateFormat"}}
_PLAIN = frozenset({"singleLineText", "multilineText", "url", "email", "richText"})


class Refused(Exception):
    """The request is not one that Airtable takes: the error's type and what it says."""

    def __init__(self, kind: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.kind, self.status = kind, status


class Airtable(Service):
    """`tables` maps names to their fields (name to type), `records` names to records by id; `now` is its clock."""

    name = "airtable"

    def __init__(self, **tables: dict[str, str]) -> None:
        super().__init__()
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.ids: dict[str, str] = {}
        self.records: dict[str, dict[str, dict[str, Any]]] = {}
        self.scopes = {f"{what}:{level}" for what in ("data.records", "schema.bases") for level in ("read", "write")}
        self.now = "2026-03-04T09:00:00.000Z"
        self.times: dict[str, str] = {}
        self._number = 0
        for name, fields in tables.items():
            self.make(name, [{"name": field, "type": kind} for field, kind in fields.items()])

    def make(self, name: str, fields: list[dict[str, Any]]) -> str:
        """A table that is there from the start."""
        self.ids[name] = self._id("tbl")
        self.tables[name] = [{"id": self._id("fld"), **field} for field in fields]
        self.records[name] = {}
        return self.ids[name]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What the records hold, in the order in which they were made."""
        return [dict(fields) for fields in self.records[table].values()]

    def writes(self) -> list[Asked]:
        """What was carried out and changed something."""
        return [one for one in self.ledger if one.method != "GET"]

    def allows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def denied(self, asked: Asked) -> Reply:
        return Reply(401, {"error": {"type": "AUTHENTICATION_REQUIRED", "message": "Authentication required"}})

    def do(self, asked: Asked) -> Reply:
        _, version, *parts = asked.path.split("/")
        try:
            if version == "v0" and parts == ["meta", "whoami"]:
                return Reply(json={"id": "usrFake", "scopes": sorted(self.scopes)})
            if parts[:2] == ["meta", "bases"]:
                return Reply(json=self._meta(asked, *parts[2:]))
            base, table = parts
            self._same(base)
            return Reply(json=self._records(asked, self._table(table)))
        except Refused as error:
            return Reply(error.status, {"error": {"type": error.kind, "message": str(error)}})

    def _meta(self, asked: Asked, base: str, *rest: str) -> Any:
        self._same(base)
        if asked.method == "GET" and rest == ("tables",):
            told = {"tables": [self._schema(name) for name in self.tables]}
            BaseSchema.model_validate(told)
            return told
        if asked.method == "POST" and rest == ("tables",):
            name = asked.json["name"]
            if name in self.tables:
                raise Refused("DUPLICATE_TABLE_NAME", "Table names must be unique")
            self.make(name, [_field(field) for field in asked.json["fields"]])
            return self._checked(name)
        if asked.method == "POST" and len(rest) == 3 and rest[2] == "fields":
            table = self._table(rest[1])
            field = {"id": self._id("fld"), **_field(asked.json)}
            if field["name"] in self._names(table):
                raise Refused("DUPLICATE_OR_EMPTY_FIELD_NAME", "Field names must be unique")
            self.tables[table].append(field)
            self._checked(table)
            return field
        raise Refused("NOT_FOUND", "Not found", 404)

    def _records(self, asked: Asked, table: str) -> Any:
        if asked.method == "GET":
            return self._list(asked, table)
        if asked.method == "PATCH":
            return self._upsert(asked.json, table)
        if asked.method == "DELETE":
            return self._delete(asked.queries["records[]"], table)
        raise Refused("NOT_FOUND", "Not found", 404)

    def _list(self, asked: Asked, table: str) -> Any:
        formula = asked.query.get("filterByFormula", "")
        unknown = set(re.findall(r"\{([^}]+)\}", formula)) - self._names(table)
        if unknown:
            raise Refused("INVALID_FILTER_BY_FORMULA", f"Unknown field names: {', '.join(sorted(unknown))}")
        found = [(id_, fields) for id_, fields in self.records[table].items() if holds(formula, id_, fields)]
        start = int(asked.query.get("offset", "0"))
        told = {"records": [self._told(id_, fields) for id_, fields in found[start : start + PAGE]]}
        return {**told, "offset": str(start + PAGE)} if len(found) > start + PAGE else told

    def _upsert(self, body: Any, table: str) -> Any:
        keys, records = body["performUpsert"]["fieldsToMergeOn"], body["records"]
        if not 1 <= len(keys) <= 3 or not 1 <= len(records) <= MOST:
            raise Refused("INVALID_REQUEST_UNKNOWN", "Invalid request: parameter validation failed")
        unknown = {name for record in records for name in record["fields"]} - self._names(table)
        if unknown:
            raise Refused("UNKNOWN_FIELD_NAME", f'Unknown field name: "{sorted(unknown)[0]}"')
        matches = [self._match(table, keys, record["fields"]) for record in records]
        told: list[Any] = []
        created: list[str] = []
        updated: list[str] = []
        for record, found in zip(records, matches, strict=True):
            id_ = found or self._id("rec")
            (updated if found else created).append(id_)
            before = self.records[table].get(id_, {})
            self.records[table][id_] = {
                name: value for name, value in {**before, **record["fields"]}.items() if _is(value)
            }
            self.times.setdefault(id_, self.now)
            told.append(self._told(id_, self.records[table][id_]))
        return {"records": told, "createdRecords": created, "updatedRecords": updated}

    def _told(self, id_: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {"id": id_, "createdTime": self.times.get(id_, "2026-03-04T09:00:00.000Z"), "fields": fields}

    def _match(self, table: str, keys: list[str], fields: dict[str, Any]) -> str:
        if any(not _is(fields.get(key)) for key in keys):
            raise Refused("INVALID_REQUEST_UNKNOWN", "a record without a value in a field to merge on")
        wanted = [fields[key] for key in keys]
        found = [id_ for id_, row in self.records[table].items() if [row.get(key) for key in keys] == wanted]
        if len(found) > 1:
            raise Refused("INVALID_VALUE_FOR_COLUMN", "Cannot upsert: more than one record matches")
        return found[0] if found else ""

    def _delete(self, ids: list[str], table: str) -> Any:
        if len(ids) > MOST:
            raise Refused("INVALID_REQUEST_UNKNOWN", "Invalid request: parameter validation failed")
        if any(id_ not in self.records[table] for id_ in ids):
            raise Refused("NOT_FOUND", "Record not found", 404)
        for id_ in ids:
            del self.records[table][id_]
        return {"records": [{"id": id_, "deleted": True} for id_ in ids]}

    def _same(self, base: str) -> None:
        if base != BASE:
            raise Refused("NOT_FOUND", "Not found", 404)

    def _table(self, id_or_name: str) -> str:
        for name, id_ in self.ids.items():
            if id_or_name in (name, id_):
                return name
        raise Refused("INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "Invalid permissions, or the table was not found", 403)

    def _names(self, table: str) -> set[str]:
        return {field["name"] for field in self.tables[table]}

    def _schema(self, name: str) -> dict[str, Any]:
        fields = self.tables[name]
        return {"id": self.ids[name], "name": name, "primaryFieldId": fields[0]["id"], "fields": fields, "views": []}

    def _checked(self, name: str) -> dict[str, Any]:
        told = self._schema(name)
        TableSchema.model_validate(told)
        return told

    def _id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}{self._number:014d}"


def holds(formula: str, id_: str, fields: dict[str, Any]) -> bool:
    """Whether a formula of OR, AND, comparisons and RECORD_ID() is true of a record."""
    if not formula:
        return True
    found, rest = _value(formula.strip(), id_, fields)
    if rest:
        raise Refused("INVALID_FILTER_BY_FORMULA", f"The formula is invalid: {rest[:50]}")
    return bool(found)


def _value(text: str, id_: str, fields: dict[str, Any]) -> tuple[Any, str]:
    """The first operand or comparison of the text, and what follows."""
    left, rest = _operand(text, id_, fields)
    if rest.startswith("="):
        right, rest = _operand(rest[1:].lstrip(), id_, fields)
        return _is(left) == _is(right) and (not _is(left) or left == right), rest
    return left, rest


def _operand(text: str, id_: str, fields: dict[str, Any]) -> tuple[Any, str]:
    if match := re.match(r"(AND|OR)\(", text):
        values, rest = [], text[match.end() :]
        while not rest.startswith(")"):
            value, rest = _value(rest.lstrip(", "), id_, fields)
            values.append(value)
            rest = rest.lstrip()
        return (all if match[1] == "AND" else any)(values), rest[1:].lstrip()
    if text.startswith("RECORD_ID()"):
        return id_, text[len("RECORD_ID()") :].lstrip()
    if match := re.match(r"\{([^}]+)\}", text):
        return fields.get(match[1]), text[match.end() :].lstrip()
    if match := re.match(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", text):
        return re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2]), text[match.end() :].lstrip()
    if match := re.match(r"-?\d+(\.\d+)?", text):
        return float(match[0]), text[match.end() :].lstrip()
    raise Refused("INVALID_FILTER_BY_FORMULA", f"The formula is invalid: {text[:50]}")


def _field(given: dict[str, Any]) -> dict[str, Any]:
    kind = given["type"]
    lacking = _NEEDS_OPTIONS.get(kind, set()) - set(given.get("options", {}))
    if lacking or (kind in _PLAIN and "options" in given) or set(given) - {"name", "type", "description", "options"}:
        raise Refused("INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", f"Creating {kind} fields: wrong options")
    return dict(given)


def _is(value: Any) -> bool:
    """Airtable keeps no empty values."""
    return not (value is None or value is False or value in ("", []))
