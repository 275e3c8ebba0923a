"""The tables of the store, and what makes them append-only."""

from __future__ import annotations

APPLICATION_ID = 0x76627264
FORMAT = 1
_HASH = "TEXT NOT NULL CHECK (length({0}) = 64)"

TABLES = {
    "samples": f"""
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE CHECK (id <> ''),
        digest {_HASH.format("digest")},
        purpose TEXT NOT NULL CHECK (purpose IN ('learning', 'audit', 'double')),
        seed INTEGER NOT NULL,
        drawn TEXT NOT NULL,
        settings TEXT NOT NULL""",
    "sample_members": f"""
        sample INTEGER NOT NULL REFERENCES samples (number),
        place INTEGER NOT NULL,
        response_id TEXT NOT NULL CHECK (response_id <> ''),
        question TEXT NOT NULL,
        stratum TEXT NOT NULL,
        probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),
        text_hash {_HASH.format("text_hash")},
        machine TEXT NOT NULL,
        PRIMARY KEY (sample, place),
        UNIQUE (sample, response_id)""",
    "readings": f"""
        number INTEGER PRIMARY KEY,
        digest {_HASH.format("digest")} UNIQUE,
        content {_HASH.format("content")},
        response_id TEXT NOT NULL CHECK (response_id <> ''),
        question TEXT NOT NULL,
        coder TEXT NOT NULL CHECK (coder GLOB 'human:?*' OR coder GLOB 'import:?*'),
        time TEXT NOT NULL,
        sample TEXT NOT NULL,
        text_hash {_HASH.format("text_hash")},
        memo TEXT NOT NULL""",
    "decisions": f"""
        reading INTEGER NOT NULL REFERENCES readings (number),
        place INTEGER NOT NULL,
        theme TEXT NOT NULL CHECK (theme <> ''),
        facet TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('present', 'absent', 'unsure')),
        memo TEXT NOT NULL,
        theme_hash {_HASH.format("theme_hash")},
        PRIMARY KEY (reading, place),
        UNIQUE (reading, theme, facet)""",
}


def statements() -> list[str]:
    """The SQL that makes an empty store."""
    made = [f"CREATE TABLE {name} ({columns})" for name, columns in TABLES.items()]
    # INSERT OR REPLACE deletes without firing a trigger of DELETE unless triggers recurse, so that
    # a row that is there is refused before it is inserted.
    for name in TABLES:
        for change in ("UPDATE", "DELETE"):
            made.append(
                f"CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
            )
    for name, same in _KEYS.items():
        made.append(
            f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} "
            f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
        )
    made.append("CREATE INDEX readings_of ON readings (response_id, coder)")
    made.append("CREATE INDEX members_of ON sample_members (response_id)")
    return [*made, f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}"]


_KEYS = {
    "samples": "number = NEW.number OR id = NEW.id",
    "sample_members": "sample = NEW.sample AND (place = NEW.place "
    "OR response_id = NEW.response_id)",
    "readings": "number = NEW.number OR digest = NEW.digest",
    "decisions": "reading = NEW.reading AND (place = NEW.place "
    "OR (theme = NEW.theme AND facet = NEW.facet))",
}
"""The row that a new one would replace."""
