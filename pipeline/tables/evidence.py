"""The tables of evidence: responses, codings, decisions, verdicts, problems."""

from __future__ import annotations

import pyarrow as pa

from pipeline.tables.kinds import NAME, Column, Table, name, number, share, text

STATUSES = ("blank", "filler", "duplicate", "excluded", "unprocessed", "substantive")
MACHINE_CODERS = ("codebook", "classifier")
CODERS = (*MACHINE_CODERS, "human")
ADJUDICATOR = "human:adjudicator:"
"""Begins the name of a coder whose word beats everybody's."""
IN_BASE = {
    "substantive": ("substantive",),
    "answered": ("filler", "unprocessed", "substantive"),
    "respondents": ("blank", "filler", "unprocessed", "substantive"),
}
"""The statuses that are in the base, by the round's `base`."""


_TERM = pa.struct([pa.field("term", NAME), pa.field("weight", pa.float64())])

RESPONSES = Table(
    "responses",
    ("response_id", "row"),
    (
        text("response_id", "the named column of a long source, else RESPONDENT/QUESTION"),
        text("respondent", "who answered; empty where the source names nobody"),
        text("question", "the question's id in the round"),
        text("text", "the answer, untouched"),
        number("row", "row of the source, the header being row 1; in JSON Lines the line"),
        Column("groups", pa.map_(pa.string(), pa.string()), "the round's group columns and values"),
        share("weight", "the survey weight; null where the round has none"),
        text("status", f"one of {', '.join(STATUSES)}; empty before screening"),
        text("reason", "why a response is not substantive, in words; else empty"),
        text("campaign", "shared by responses with the same long text; else empty"),
    ),
)

CODINGS = Table(
    "codings",
    ("response_id", "theme", "facet", "coder", "rule", "start", "end"),
    (
        text("response_id", "the response coded"),
        name("question", "its question"),
        name("theme", "the theme's id"),
        name("facet", "a second reading of the theme; empty by default"),
        name("coder", "codebook:NAME@VERSION+hash8 or classifier:hash8"),
        name("rule", "the rule that fired, THEME/NUMBER; empty for the classifier"),
        number("start", "where the quote starts, in code points of the text", optional=True),
        number("end", "where the quote ends (not included)", optional=True),
        text("quote", "text[start:end]; empty for the classifier"),
        Column("score", pa.float64(), "the classifier's probability", optional=True),
        Column(
            "terms",
            pa.list_(_TERM),
            "the terms that fired, or those that carried the score with their weights",
        ),
    ),
)

DECISIONS = Table(
    "decisions",
    ("reading", "response_id", "theme", "facet"),
    (
        number("reading", "the reading's number, in the order of the file"),
        text("response_id", "the response read"),
        text("theme", "a theme that was in view"),
        text("facet", "a second reading of the theme; empty by default"),
        text("coder", "human:NAME, human:adjudicator:NAME or import:NAME"),
        text("decision", "present, absent or unsure"),
        text("memo", "the coder's note; empty by default"),
        number(
            "start",
            "where the words that the coder marked start, in code points of the text",
            optional=True,
        ),
        number("end", "where they end (not included)", optional=True),
    ),
)

VERDICTS = Table(
    "verdicts",
    ("response_id", "theme", "facet"),
    (
        text("response_id", "the response"),
        text("question", "its question"),
        text("theme", "the theme's id"),
        text("facet", "a second reading of the theme; empty by default"),
        Column("present", pa.bool_(), "whether the response counts for the theme"),
        text("by", "whose word it is: human, codebook or classifier; empty if nobody found it"),
        Column("codebook", pa.bool_(), "whether a rule found the theme"),
        Column("classifier", pa.bool_(), "whether the classifier found the theme"),
        text("human", "what people said: present, absent, disputed; empty if nobody read it"),
    ),
)

ANSWERS = Table(
    "answers",
    ("respondent", "item", "value"),
    (
        text("respondent", "who answered; ROW/number where the source names nobody"),
        name("item", "the closed question's id in the round"),
        text("value", "the option chosen, a row each; of a number the text as it stands"),
        share("number", "the answer to a question of kind number"),
        number("row", "row of the source where the answer stands first"),
        Column("groups", pa.map_(pa.string(), pa.string()), "the round's group columns and values"),
    ),
)

PROBLEMS = Table(
    "problems",
    ("response_id", "rule"),
    (
        text("response_id", "the response that a rule could not be tried on"),
        text("rule", "the rule"),
        text("reason", "why"),
    ),
)
