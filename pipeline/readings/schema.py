"""The tables of the store, and what makes them append-only."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

APPLICATION_ID = 0x76627264
FORMAT = 3
"""3 has spans and signatures; 2 is without; 1 is a SQLite file without a chain."""

_METADATA = MetaData()
_NUMBER = Integer().with_variant(BigInteger(), "postgresql")


def _key(name: str) -> Column[int]:
    return Column(name, _NUMBER, primary_key=True, autoincrement=False)


def _of(name: str, other: str) -> Column[int]:
    key = ForeignKey(f"{other}.number")
    return Column(name, _NUMBER, key, primary_key=True, autoincrement=False)


def _integer(name: str) -> Column[int]:
    return Column(name, _NUMBER, nullable=False)


def _text(name: str, check: str = "") -> Column[str]:
    checks = [CheckConstraint(check)] if check else []
    return Column(name, Text, *checks, nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, _NUMBER, CheckConstraint(f"{name} >= 0"), nullable=False)


def _named(name: str) -> Column[str]:
    return _text(name, f"{name} <> ''")


def _hash(name: str) -> Column[str]:
    return _text(name, f"length({name}) = 64")


SPAN_CHECK = (
    '("start" IS NULL) = ("end" IS NULL) AND ("start" IS NULL '
    """OR (0 <= "start" AND "start" < "end" AND decision = 'present'))"""
)
KIND_CHECK = "kind IN ('reading', 'sample', 'signature')"

SAMPLES = Table(
    "samples",
    _METADATA,
    _key("number"),
    _named("id"),
    _hash("digest"),
    _text("purpose", "purpose IN ('learning', 'audit', 'double')"),
    _integer("seed"),
    _text("drawn"),
    _text("settings"),
    UniqueConstraint("id"),
)
MEMBERS = Table(
    "sample_members",
    _METADATA,
    _of("sample", "samples"),
    _key("place"),
    _named("response_id"),
    _text("question"),
    _text("stratum"),
    Column(
        "probability",
        Double,
        CheckConstraint("probability > 0 AND probability <= 1"),
        nullable=False,
    ),
    _hash("text_hash"),
    _text("machine"),
    UniqueConstraint("sample", "response_id"),
    Index("members_of", "response_id"),
)
READINGS = Table(
    "readings",
    _METADATA,
    _key("number"),
    _hash("digest"),
    _hash("content"),
    _named("response_id"),
    _text("question"),
    _text(
        "coder",
        "(substr(coder, 1, 6) = 'human:' AND length(coder) > 6) "
        "OR (substr(coder, 1, 7) = 'import:' AND length(coder) > 7)",
    ),
    _text("time"),
    _text("sample"),
    _hash("text_hash"),
    _text("memo"),
    UniqueConstraint("digest"),
    Index("readings_of", "response_id", "coder"),
)
DECISIONS = Table(
    "decisions",
    _METADATA,
    _of("reading", "readings"),
    _key("place"),
    _named("theme"),
    _text("facet"),
    _text("decision", "decision IN ('present', 'absent', 'unsure')"),
    _text("memo"),
    _hash("theme_hash"),
    Column("start", _NUMBER),
    Column("end", _NUMBER, CheckConstraint(SPAN_CHECK)),
    UniqueConstraint("reading", "theme", "facet"),
)
SIGNATURES = Table(
    "signatures",
    _METADATA,
    _key("number"),
    _hash("digest"),
    _text("question"),
    _named("theme"),
    _text("by", "\"by\" <> ''"),
    _text("time"),
    _count("cited"),
    _integer("of"),
    _hash("base"),
    _hash("verdicts"),
    _hash("meaning"),
    _text("memo"),
    UniqueConstraint("digest"),
)
CHAIN = Table(
    "chain",
    _METADATA,
    _key("number"),
    _text("kind", KIND_CHECK),
    _integer("entry"),
    _hash("leaf"),
    _hash("previous"),
    _hash("head"),
    UniqueConstraint("kind", "entry"),
    UniqueConstraint("previous"),
    UniqueConstraint("head"),
)
TABLES = {table.name: table for table in (SAMPLES, MEMBERS, READINGS, DECISIONS, SIGNATURES, CHAIN)}

_SAME = {
    "samples": "number = NEW.number OR id = NEW.id",
    "sample_members": "sample = NEW.sample AND (place = NEW.place "
    "OR response_id = NEW.response_id)",
    "readings": "number = NEW.number OR digest = NEW.digest",
    "decisions": "reading = NEW.reading AND (place = NEW.place "
    "OR (theme = NEW.theme AND facet = NEW.facet))",
    "signatures": "number = NEW.number OR digest = NEW.digest",
    "chain": "number = NEW.number OR (kind = NEW.kind AND entry = NEW.entry) "
    "OR previous = NEW.previous OR head = NEW.head",
}
"""The row that a new one would replace."""


def sqlite_guards(name: str) -> dict[str, str]:
    """The triggers of a table in SQLite, by name."""
    # INSERT OR REPLACE deletes without firing a trigger of DELETE unless triggers recurse, so that
    # a row that is there is refused before it is inserted.
    when = {
        "no_update": f"BEFORE UPDATE ON {name}",
        "no_delete": f"BEFORE DELETE ON {name}",
        "no_replace": f"BEFORE INSERT ON {name} "
        f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {_SAME[name]})",
    }
    refusal = "BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
    return {
        f"{name}_{what}": f"CREATE TRIGGER {name}_{what} {moment} {refusal}"
        for what, moment in when.items()
    }


POSTGRES_REFUSAL = """\
CREATE FUNCTION verbatims_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the store is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$"""


def postgres_guards(name: str) -> dict[str, str]:
    """The trigger of a table in PostgreSQL, by name; it fires for ON CONFLICT DO UPDATE too."""
    return {
        f"{name}_is_kept": f"CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {name} FOR EACH STATEMENT EXECUTE FUNCTION verbatims_refuse()"
    }
