"""Audit samples + decisions -> **estimates**: the machine's count, and what an audit says of it."""

from pipeline.estimate.cells import Audited, Cell, Standing, find_audit, find_words
from pipeline.estimate.estimates import estimate_counts
from pipeline.estimate.frozen import FrameHash, freeze_codebook
from pipeline.estimate.trained import Trained, read_trained, trained_of, write_trained
from pipeline.estimate.watch import Watch

__all__ = [
    "Audited",
    "Cell",
    "FrameHash",
    "Standing",
    "Trained",
    "Watch",
    "estimate_counts",
    "find_audit",
    "find_words",
    "freeze_codebook",
    "read_trained",
    "trained_of",
    "write_trained",
]
