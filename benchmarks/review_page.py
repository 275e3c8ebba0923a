"""How fast the review page is: python benchmarks/review_page.py [RESPONSES]

A round of so many responses (100,000) with ten codings each, made up; requests straight to the
app, without a socket or a browser; each reading is stored with synchronous=FULL, and before each
another program on the same store adds one of the same response by somebody else.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from pipeline.codebook.edit import add_rule
from pipeline.readings.records import Decision, StoredReading, hash_text, hash_theme, now
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.effect import try_rule
from pipeline.review.desk.material import Material
from pipeline.review.desk.rehold import rehold
from tests.reviewpage import Answer, Reader, hold

THEMES, HITS, DOUBLE = 20, 10, 2000


def write_round(folder: Path, responses: int) -> None:
    draw = random.Random(1)
    with (folder / "responses.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "text"])
        for number in range(responses):
            named = [f"word{t}" for t in draw.sample(range(THEMES), HITS)]
            filler = [f"plain{draw.randrange(5000)}" for _ in range(20)]
            rows.writerow(
                [f"R{number}", " ".join(draw.sample(named + filler, len(named + filler)))]
            )
    themes = "".join(
        f"  t{t}: {{label: Theme {t}, definition: About word {t}., rules: [word{t}]}}\n"
        for t in range(THEMES)
    )
    (folder / "codebook.yaml").write_text(f"codebook: made-up\nthemes:\n{themes}")
    (folder / "round.yaml").write_text(
        "round: made-up\ncodebook: codebook.yaml\nsource:\n  file: responses.csv\n"
        "  respondent: id\n  questions:\n    q: {column: text}\n"
    )


def timed(reader: Reader, address: str, body: object = None) -> tuple[float, Answer]:
    started = time.perf_counter()
    answer = reader.get(address) if body is None else reader.post(address, body)
    return (time.perf_counter() - started) * 1000, answer


def main() -> None:
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_round(folder, responses)
        started = time.perf_counter()
        material = hold(folder)
        print(
            f"{len(material):,} responses, {material.codings.num_rows:,} codings held in "
            f"{time.perf_counter() - started:.1f} s"
        )
        measure_rules(material)
        path = folder / "decisions.db"
        with open_store(path, create=True) as store, open_store(path) as other:
            measure(Reader(Desk(material, store)), other)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def measure_rules(material: Material) -> None:
    """A rule that fires in half of the responses, and one that fires in a few."""
    path, hidden = material.codebook.path, np.zeros(len(material), dtype=bool)
    for term in ("word4", "plain77"):
        started = time.perf_counter()
        rule = {"any": [term], "with": ["word*"], "unless": ["plain78"]}
        new = add_rule(path, path.read_text(), "t3", rule).codebook
        effect = try_rule(material, new, "t3", hidden)
        tried = time.perf_counter() - started
        started = time.perf_counter()
        rehold(material, new)
        again = time.perf_counter() - started
        print(
            f"rule that fires in {effect.found:,}: its effect in {tried:.2f} s, "
            f"held anew in {again:.2f} s"
        )


def readings_by(coder: str, places: range, reader: Reader) -> list[StoredReading]:
    """What somebody else says of these responses in another program."""
    draw, material = random.Random(coder), reader.desk.material
    known = material.gathered
    return [
        StoredReading(
            response_id=known.ids[place],
            question=known.questions[place],
            coder=coder,
            time=now(),
            text_hash=hash_text(known.texts[place]),
            decisions=tuple(
                Decision(
                    theme=theme.id,
                    decision="present" if draw.random() < 0.5 else "absent",
                    theme_hash=hash_theme(theme),
                )
                for theme in material.codebook.themes
            ),
        )
        for place in places
    ]


def measure_many(reader: Reader, other: Store) -> None:
    """What another program adds at once, and what people then differ on."""
    for coder in ("human:ben", "human:cara", "human:dan"):
        other.add_readings(readings_by(coder, range(1000, 1000 + DOUBLE), reader))
    what = f"{3 * DOUBLE:,} readings of another program taken in"
    print(f"{what}: {timed(reader, '/read?queue=all&place=9')[0]:.0f} ms")
    for again in ("", ", again"):
        took, page = timed(reader, "/?all")
        weight = f"{len(page.body) / 1000:.0f} kB"
        print(f"list of queues with agreement{again}: {took:.0f} ms, {weight}")
    other.add_readings(readings_by("human:ben", range(1000, 1001), reader))
    started = time.perf_counter()
    reader.desk.agreement(reader.coder)
    print(f"agreement after a reading: {(time.perf_counter() - started) * 1000:.0f} ms")
    place = timed(reader, "/settle?queue=settle")[1].headers["location"]
    times = [timed(reader, place)[0] for _ in range(50)]
    print(f"a response to settle shown: median {median(times):.1f} ms")
    looks = []
    for _ in range(300):
        started = time.perf_counter()
        other.last()
        looks.append((time.perf_counter() - started) * 1000)
    print(f"looking whether anything came: median {median(looks):.2f} ms")


def measure(reader: Reader, other: Store) -> None:
    for key in ("all", "theme:t3", "question:q", "uncoded", "disputed", "search:word3", "doubt"):
        took, answer = timed(reader, f"/read?queue={key}")
        print(f"open queue {key}: {took:.0f} ms ({answer.status})")
    print(f"list of queues: {timed(reader, '/?all')[0]:.0f} ms")
    saved, shown, weights = [], [], []
    for place in range(300):
        screen = reader.desk.screen(place, reader.desk.queue("all", reader.coder), reader.coder)
        said = {row.theme: {"decision": "present"} for row in screen.rows}
        body = {"queue": "all", "place": place, "said": said, "seen": screen.seen}
        body["known"] = screen.known
        other.add_readings(readings_by("human:ben", range(place, place + 1), reader))
        took, answer = timed(reader, "/readings", body)
        saved.append(took)
        took, page = timed(reader, answer.json["next"])
        shown.append(took)
        weights.append(len(page.body))
    for what, times in (("reading acknowledged", saved), ("next response shown", shown)):
        print(f"{what}: median {median(times):.1f} ms, slowest of 300 {max(times):.1f} ms")
    used = ("review.css", "icon.svg", "page.js", "rows.js", "marking.js", "reading.js")
    static = sum(len(reader.get(f"/static/{name}").body) for name in used)
    print(
        f"page weight: {(max(weights) + static) / 1000:.0f} kB, of it {static / 1000:.0f} kB static"
    )
    measure_many(reader, other)


if __name__ == "__main__":
    main()
