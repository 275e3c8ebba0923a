"""Counting a million codings: 20 themes, 10 group columns, seconds and memory.

    python benchmarks/count.py [--codings 1000000] [--themes 20] [--groups 10]

The responses are made up, a seeded draw of numbers; nothing is matched. What is timed is from
responses and verdicts (Arrow tables) to counts, bases, crossings, tests, people and pairs.
"""

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.count import account_bases, add_bases, add_counts, count_tally, tally_responses
from pipeline.count.crossed import count_crossed
from pipeline.round import Question, Round, Source
from pipeline.tables import RESPONSES, VERDICTS

BATCH = 10_000
EACH = 2.0


def make_round(columns: int) -> Round:
    """A round of two questions and some group columns."""
    asked = tuple(Question(id=q, label=q, column=q) for q in ("barriers", "improve"))
    groups = tuple(f"group{n}" for n in range(columns))
    source = Source(path=Path("s.csv"), respondent="id", questions=asked, groups=groups)
    return Round(path=Path("r"), name="r", title="", note="", codebook=Path("c"), source=source)


def make_codebook(themes: int) -> Codebook:
    """Themes and two nets of them."""
    entries = [Theme(id=f"t{n}", label=f"Theme {n}") for n in range(themes)]
    entries += [
        Theme(id="low", label="Low", net=tuple(t.id for t in entries[: themes // 2])),
        Theme(id="high", label="High", net=tuple(t.id for t in entries[themes // 2 :])),
    ]
    return Codebook(
        name="c", version=1, language="en", path=Path(), entries=tuple(entries), content=""
    )


def make_batch(start: int, size: int, columns: int) -> pa.Table:
    """Responses with groups of 5 values."""
    rng = np.random.default_rng(start)
    number = np.arange(start, start + size)
    names = [f"group{n}" for n in range(columns)]
    values = rng.integers(0, 5, (size, columns))
    groups = pa.MapArray.from_arrays(
        pa.array(np.arange(size + 1) * columns, pa.int32()),
        pa.array(names * size),
        pa.array([f"value {v}" for v in values.ravel()]),
    )
    question = np.where(number % 2, "barriers", "improve")
    empty = pa.array([""] * size)
    return pa.table(
        {
            "response_id": pa.array(
                [f"R{n // 2}/{q}" for n, q in zip(number, question, strict=True)]
            ),
            "respondent": pa.array([f"R{n // 2}" for n in number]),
            "question": pa.array(question.tolist()),
            "text": empty,
            "row": pa.array(number),
            "groups": groups,
            "weight": pa.nulls(size, pa.float64()),
            "status": pa.array(["substantive"] * size),
            "reason": empty,
            "campaign": empty,
        }
    ).cast(RESPONSES.schema)


def make_verdicts(responses: pa.Table, each: float, themes: int) -> pa.Table:
    """So many themes a response, at random, the first ones more often."""
    rng = np.random.default_rng(len(responses))
    pairs = np.unique(
        np.column_stack(
            (
                rng.integers(0, len(responses), int(each * len(responses) * 1.1)),
                (themes * rng.random(int(each * len(responses) * 1.1)) ** 1.5).astype(int),
            )
        ),
        axis=0,
    )[: int(each * len(responses))]
    count = len(pairs)
    row = pa.array(pairs[:, 0])
    by = np.where(rng.random(count) < 0.8, "codebook", "classifier")
    return pa.table(
        {
            "response_id": responses["response_id"].take(row),
            "question": responses["question"].take(row),
            "theme": pa.array([f"t{n}" for n in pairs[:, 1]]),
            "facet": pa.array([""] * count),
            "present": pa.array([True] * count),
            "by": pa.array(by.tolist()),
            "codebook": pa.array((by == "codebook").tolist()),
            "classifier": pa.array((by == "classifier").tolist()),
            "human": pa.array([""] * count),
        }
    ).cast(VERDICTS.schema)


def make_codings(verdicts: pa.Table) -> pa.Table:
    """A quote for each verdict."""
    number = pa.array(np.arange(len(verdicts)))
    named = {n: verdicts[n].combine_chunks().dictionary_encode() for n in ("theme", "facet")}
    spans = {"start": number, "end": pa.array(np.arange(len(verdicts)) + 6)}
    return pa.table({"response_id": verdicts["response_id"], **named, **spans})


def count(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of each part, and what came of them."""
    the_round, codebook = make_round(options.groups), make_codebook(options.themes)
    bases, counts, tallies, seconds = [], [], [], 0.0
    for start in range(0, int(options.codings / EACH), BATCH):
        responses = make_batch(start, BATCH, options.groups)
        verdicts = make_verdicts(responses, EACH, options.themes)
        codings = make_codings(verdicts)
        began = time.perf_counter()
        bases.append(account_bases(responses, verdicts, the_round))
        tallies.append(tally_responses(responses, verdicts, codebook, the_round, codings))
        counts.append(count_tally(tallies[-1], bases[-1], codebook))
        seconds += time.perf_counter() - began
    began = time.perf_counter()
    add_bases(bases)
    total = add_counts(counts)
    added = time.perf_counter() - began
    began = time.perf_counter()
    crossed = count_crossed(tallies, codebook, the_round)
    whole = time.perf_counter() - began
    cited = zip(total["cited"].to_pylist(), total["net"].to_pylist(), strict=True)
    return {
        "codings": sum(number for number, net in cited if not net),
        "batches": seconds,
        "added": added,
        "whole": whole,
        "crossings": len(crossed.crossings),
        "tests": len(crossed.comparisons),
    }


def main() -> None:
    """Make, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--codings", type=int, default=1_000_000)
    parser.add_argument("--themes", type=int, default=20)
    parser.add_argument("--groups", type=int, default=10)
    found = count(parser.parse_args())
    seconds = found["batches"] + found["added"] + found["whole"]
    print({name: round(number, 2) for name, number in found.items()})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.2f} s, peak memory {memory:.0f} MB, the input in it")


if __name__ == "__main__":
    main()
