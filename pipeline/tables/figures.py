"""The tables of figures: counts and their bases, by group, of people, together, weighted."""

from __future__ import annotations

import pyarrow as pa

from pipeline.tables.evidence import STATUSES
from pipeline.tables.kinds import Column, Table, name, number, share, text

COUNTS = Table(
    "counts",
    ("question", "theme", "facet"),
    (
        text("question", "the question's id"),
        text("theme", "the theme's or the net's id; a parent's count holds what is under it"),
        text("facet", "the facet that the count is of; empty for the theme itself"),
        text("label", "the theme's label, in the rows of its facets too"),
        Column("net", pa.bool_(), "whether the theme is a net of others"),
        number("cited", "distinct responses that cite the theme, with this facet"),
        number("of", "the base: the responses the figure is out of"),
        Column("share", pa.float64(), "cited / of; null when the base is 0", optional=True),
        share("low", "lower end of the 95% sampling interval (Wilson); null in a census"),
        share("high", "upper end"),
        number("codebook", "of those cited: on the codebook's word"),
        number("classifier", "of those cited: on the classifier's word"),
        number("human", "of those cited: on a person's word"),
        number("campaign", "of those cited: copies of a text that several people sent"),
        number("mentions", "places that cite it: quotes, and 1 for a response without one"),
    ),
)

ESTIMATES = Table(
    "estimates",
    ("question", "theme"),
    (
        text("question", "the question's id"),
        text("theme", "the theme's or the net's id; a parent's count holds what is under it"),
        number("machine", "responses on the machine's word, before any person's"),
        number("resolved", "`cited` of the counts: people's word first"),
        number("of", "the base"),
        share("estimate", "of the true count, from the audit; null where it gives none"),
        number("low", "lower end of the 95% interval of the true count", optional=True),
        number("high", "upper end", optional=True),
        number("exact_low", "lower end by the bounds of each stratum alone", optional=True),
        number("exact_high", "upper end", optional=True),
        text("method", "how low and high came about: joint; empty where there are none"),
        number("audited_tagged", "audited responses that the machine had tagged at the draw"),
        number("audited_untagged", "audited responses that it had not"),
        number("known", "responses with the theme that people had read before the draw"),
        number("unknown", "responses that could not be drawn and of which it is not known"),
        number("left_open", "audited responses that are unsure or disputed"),
        text("sample", "the audit sample; empty for none"),
        text("why", "why there is no interval, or what widens it; else empty"),
    ),
)

CROSSINGS = Table(
    "crossings",
    ("question", "theme", "facet", "column", "value"),
    (
        name("question", "the question's id"),
        name("theme", "the theme's or the net's id"),
        name("facet", "the facet that the count is of; empty for the theme itself"),
        name("column", "the group column"),
        name("value", "the group"),
        number("cited", "distinct responses of the group that cite the theme"),
        number("of", "the base: the responses of the group"),
        share("share", "cited / of"),
        number("rest_cited", "of the responses of all other groups of the column: those that cite"),
        number("rest_of", "the responses of all other groups"),
        share("difference", "share less the share of the rest"),
        share("low", "lower end of its 95% interval (Newcombe 1998)"),
        share("high", "upper end"),
    ),
)

COMPARISONS = Table(
    "comparisons",
    ("question", "column", "theme", "value"),
    (
        name("question", "the question's id"),
        name("column", "the group column"),
        name("theme", "the theme's id; empty for all themes together"),
        name("value", "the group, where groups overlap and each is held against the rest"),
        number("of", "the responses compared"),
        number("groups", "the groups compared"),
        share("effect", "Cramer's V, corrected for bias; null for all themes together"),
        share("statistic", "Pearson's; of all themes together Rao-Scott's of the second order"),
        share("df", "its degrees of freedom"),
        share("p", "its p-value"),
        share("holm", "p adjusted over the themes of the question and column (Holm 1979)"),
        share("bh", "p adjusted for the false discovery rate (Benjamini & Hochberg 1995)"),
        text("note", "what limits the test; else empty"),
    ),
)

PEOPLE = Table(
    "people",
    ("theme", "facet"),
    (
        text("theme", "the theme's or the net's id"),
        text("facet", "the facet that the count is of; empty for the theme itself"),
        number("cited", "distinct respondents who cite it in any question"),
        number("of", "distinct respondents with a response in a base that it is looked for in"),
        share("share", "cited / of; null when of is 0"),
    ),
)

TOGETHER = Table(
    "together",
    ("question", "theme", "other"),
    (
        name("question", "the question's id"),
        name("theme", "a theme"),
        name("other", "another, later in the codebook"),
        number("both", "responses that cite both"),
        number("cited", "responses that cite the first"),
        number("other_cited", "responses that cite the second"),
        number("of", "the base"),
        share("lift", "both x of / (cited x other_cited): 1 where they are independent"),
    ),
)

WEIGHTED = Table(
    "weighted",
    ("question", "theme", "facet", "column", "value"),
    (
        name("question", "the question's id"),
        name("theme", "the theme's or the net's id"),
        name("facet", "the facet that the count is of; empty for the theme itself"),
        name("column", "the group column; empty for all"),
        name("value", "the group; empty for all"),
        number("cited", "distinct responses that cite the theme, unweighted"),
        number("of", "the base, unweighted"),
        share("share", "the weighted share; null where all weights are 0"),
        share("error", "its linearised standard error; null for fewer than two responses"),
        share("low", "lower end of its 95% interval"),
        share("high", "upper end"),
        share("design_effect", "its variance over that of a simple random sample as large"),
    ),
)

CLOSED = Table(
    "closed",
    ("item", "measure", "value", "group", "group_value"),
    (
        text("item", "the closed question's id"),
        text("battery", "the items that it is shown with; empty by default"),
        text("label", "the item's wording"),
        text("kind", "scale, choice, multiple or number"),
        text("measure", "option, part (agree, neutral, disagree of a scale) or number"),
        text("value", "the option or the part; empty for a number"),
        text("group", "the group column; empty for the whole"),
        text("group_value", "the group; empty for the whole and for those in none"),
        number("cited", "respondents who gave the answer; of a number, who gave one"),
        number("of", "the base: respondents who answered the item"),
        share("share", "cited / of; null when the base is 0"),
        *(
            share(name, f"{name} of the numbers given; null without one")
            for name in ("mean", "median", "min", "max")
        ),
    ),
)

BASES = Table(
    "bases",
    ("question",),
    (
        text("question", "the question's id"),
        text("label", "the question's wording"),
        number("asked", "blank + filler + duplicate + excluded + unprocessed + substantive"),
        *(number(status, f"responses with status {status}") for status in STATUSES),
        number("with_theme", "substantive responses with at least one theme"),
        number("no_theme", "substantive responses with none"),
        number("campaign", "of the substantive: copies of a text that several people sent"),
        text("base", "substantive, answered or respondents: which statuses are in `of`"),
        number("of", "the base of every figure of this question"),
    ),
)
