"""What rules and classifier say of a held round, worked out anew where a rule was added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook, Rule, Theme
from pipeline.match import Matcher, match_responses
from pipeline.resolve import ACCEPTS
from pipeline.review.desk.material import Material
from pipeline.tokenise import number_sentences


def find_rules(
    responses: pa.Table, codebook: Codebook, themes: Sequence[Theme], *, facets: bool = False
) -> pa.Table:
    """The **codings** that the rules of some themes give by themselves."""
    alone = tuple(replace(theme, parent="") for theme in themes)
    kept = codebook.facets if facets else ()
    part = replace(codebook, entries=alone, facets=kept, exclusive=())
    return match_responses(responses, Matcher(part, number_sentences)).codings


def rules_meet(codebook: Codebook) -> bool:
    """Whether what one rule finds may depend on the others: quotes within longer ones of another
    theme, or slips, for a word that some term names is no slip of another.
    """
    return codebook.overlap == "longest" or any(rule.forms.fuzzy for rule in codebook.rules)


def find_ruled(material: Material, new: Codebook, theme: str, found: np.ndarray) -> np.ndarray:
    """Responses x themes: what the rules find when the last rule of a theme is new.

    `found` are the places where it fires by itself.
    """
    ruled = material.gathered.ruled.copy()
    if not rules_meet(new):
        ruled[found, material.columns[theme]] = True
        return ruled
    (changed,) = (one for one in new.themes if one.id == theme)
    rule = changed.rules[-1]
    anywhere = Rule(id=rule.id, any=rule.terms, pattern=rule.pattern, forms=rule.forms)
    reach = Theme(id=theme, label=theme, rules=(anywhere,))
    touched = np.unique(places_of(find_rules(material.responses, new, [reach]), material))
    some = material.responses.take(pa.array(touched))
    codings = match_responses(some, Matcher(new, number_sentences)).codings
    ruled[touched] = False
    mark_ruled(ruled, codings, material)
    return ruled


def mark_ruled(ruled: np.ndarray, codings: pa.Table, material: Material) -> None:
    """Mark what codings by rule say of each theme."""
    themes = codings["theme"].to_pylist()
    columns = np.array([material.columns[theme] for theme in themes], dtype=np.int64)
    ruled[places_of(codings, material), columns] = True


def places_of(codings: pa.Table, material: Material) -> np.ndarray:
    """The place of the response of each coding."""
    names = codings["response_id"].to_pylist()
    return np.array([material.places[name] for name in names], dtype=np.int64)


def find_modelled(material: Material) -> np.ndarray:
    """Responses x themes: what the classifier finds."""
    found = np.zeros_like(material.gathered.ruled)
    rows = np.flatnonzero(is_modelled(material.codings))
    if rows.size:
        places = np.searchsorted(material.starts, rows, side="right") - 1
        themes = material.codings["theme"].take(pa.array(rows)).to_pylist()
        found[places, [material.columns[theme] for theme in themes]] = True
    return found


def is_modelled(codings: pa.Table) -> np.ndarray:
    """For each coding whether it is the classifier's."""
    names = codings["coder"].unique().to_pylist()
    chosen = [name for name in names if name.startswith("classifier:")]
    mask = pc.is_in(codings["coder"].cast(pa.string()), value_set=pa.array(chosen, pa.string()))
    found: np.ndarray = mask.to_numpy()
    return found


def judge(ruled: np.ndarray, modelled: np.ndarray, codebook: Codebook) -> np.ndarray:
    """Responses x themes: the machine's verdicts, as `resolve` gives them without any decision."""
    machine = np.zeros_like(ruled)
    columns = {theme.id: column for column, theme in enumerate(codebook.themes)}
    for column, theme in enumerate(codebook.themes):
        accepts = ACCEPTS[theme.policy]
        for rule, model in ((True, True), (True, False), (False, True)):
            if accepts(rule, model):
                same = (ruled[:, column] == rule) & (modelled[:, column] == model)
                machine[:, column] |= same
    for group in codebook.exclusive:
        taken = np.zeros(len(machine), dtype=bool)
        for name in group:
            machine[:, columns[name]] &= ~taken
            taken |= machine[:, columns[name]]
    return machine
