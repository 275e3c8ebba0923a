"""What the classifier sees of a response: its folded words, after its question."""

from __future__ import annotations

from pipeline.text import fold_words

QUESTION_MARK = "question="


def feature_text(question: str, text: str) -> str:
    """Words parted by spaces, so that the vectoriser needs no code of ours.

    >>> feature_text("barriers", "Citrix's  log-in!")
    "question=barriers citrix's log in"
    """
    return " ".join((QUESTION_MARK + question.replace(" ", "_"), *fold_words(text)))
