"""The words of a picture: what is said above it, and names cut to the room that they have."""

from __future__ import annotations

import textwrap

from pipeline.evaluate.assess import Assessment

EM = 0.067
"""Inches that a letter of the picture's size takes, capitals allowed for."""


def clean(text: str) -> str:
    """Words on one line, without what cannot be shown.

    >>> clean(f" Wi-fi{chr(10)}is{chr(27)} slow")
    'Wi-fi is slow'
    """
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def fit(text: str, width: float) -> str:
    """A name in so many inches; of one that is too long the middle is left out.

    >>> fit("Website and online services", 1.2)
    'Website …services'
    """
    name, most = clean(text), int(width / EM)
    if len(name) <= most:
        return name
    half = (most - 1) // 2
    return f"{name[: most - 1 - half]}…{name[-half:]}"


def wrap(text: str, width: float, lines: int) -> str:
    """A wording over at most so many lines of so many inches."""
    letters = int(width / EM)
    words = [fit(word, width) for word in clean(text).split()]
    return "\n".join(textwrap.wrap(" ".join(words), letters, max_lines=lines, placeholder=" …"))


def describe(found: Assessment, letters: int) -> list[str]:
    """What was done and how to read it, in lines of so many letters."""
    sentences = [
        *([clean(found.note)] if found.note else []),
        f"{found.responses} coded responses in {found.groups} groups of people and like texts, "
        "each coded by what was learnt from the other groups: "
        f"{len(found.learnt_from)} folds, seed {found.seed}.",
        "Lines are 95% intervals over people.",
        *_agreement(found),
    ]
    if found.ruled:
        sentences.append(
            "The codebook may have been written from these answers, which flatters it, and so both."
        )
    return textwrap.wrap(" ".join(sentences), letters)


def _agreement(found: Assessment) -> list[str]:
    coders, texts = found.ceiling
    said = []
    if coders:
        number = coders.responses
        said.append(f"Two coders of one response agree at F1 {coders.f1:.2f} ({number} responses).")
    if texts:
        said.append(f"Codings of like texts agree at F1 {texts.f1:.2f} ({texts.pairs} pairs).")
    return said
