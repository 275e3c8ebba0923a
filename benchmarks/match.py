"""The match stage beside its peers on a seeded corpus: seconds, memory, and whether they agree.

Every figure is of a fresh process: `s` leaves its imports out, `wall` has them in; both have
reading the comments and compiling the codebook in. Ours also writes every span to Parquet.
"""

import argparse
import hashlib
import importlib
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import match_peers
import pyarrow as pa
import pyarrow.parquet as pq

SIZES = (10_000, 100_000, 1_000_000)
PEERS = ("spacy", "pandas", "quanteda-default", "quanteda-fastest")
BATCH = 10_000
COLUMNS = ["response_id", "question", "text", "status"]
"""What the match stage reads of a response."""
SMALL = 105


@dataclass(frozen=True, slots=True)
class Figure:
    """One method on one corpus with one codebook."""

    method: str
    comments: int
    codebook: str
    runs: int
    seconds: float
    spread: tuple[float, float]
    wall: float
    peak_mb: float
    parts: dict[str, float]
    counts: dict[str, int]


def run_ours(tables: Iterable[pa.Table], matcher: Any, workers: int) -> Iterator[Any]:
    """The match stage over the batches: the only place that knows how it is called."""
    stage = importlib.import_module("pipeline.match")
    if workers > 1:
        return iter(stage.match_batches(tables, matcher, workers=workers))
    return (stage.match_responses(table, matcher) for table in tables)


def has_workers() -> bool:
    """Whether the match stage can use several cores."""
    return hasattr(importlib.import_module("pipeline.match"), "match_batches")


def build(codebook: str) -> tuple[Any, dict[str, float]]:
    """A matcher of a codebook, and the seconds it took."""
    load_codebook = importlib.import_module("pipeline.codebook.load").load_codebook
    stage = importlib.import_module("pipeline.match")
    number_sentences = importlib.import_module("pipeline.tokenise").number_sentences
    started = time.perf_counter()
    loaded = load_codebook(Path(codebook))
    read = time.perf_counter()
    matcher = stage.Matcher(loaded, number_sentences)
    built = time.perf_counter()
    return matcher, {"read codebook": read - started, "build matcher": built - read}


def child(task: dict[str, Any]) -> dict[str, Any]:
    """One measurement, in this process."""
    if task["method"] != "ours":
        match_peers.load(task["method"])
        started = time.perf_counter()
        outcome = match_peers.run(task["method"], Path(task["comments"]), task["terms"])
        seconds = outcome.parts.pop("seconds", time.perf_counter() - started)
        return {"seconds": seconds, "parts": outcome.parts, "counts": outcome.counts}
    for name in ("codebook.load", "match", "tokenise", "tables"):
        importlib.import_module(f"pipeline.{name}")
    codings = importlib.import_module("pipeline.tables").CODINGS.schema
    started = time.perf_counter()
    matcher, parts = build(task["codebook"])
    source = pq.ParquetFile(task["comments"], pre_buffer=False)
    batches = source.iter_batches(BATCH, columns=COLUMNS)
    tables = (pa.Table.from_batches([batch]) for batch in batches)
    # As a run writes its evidence.
    with pq.ParquetWriter(task["out"], codings, write_statistics=False) as writer:
        for matched in run_ours(tables, matcher, task["workers"]):
            writer.write_table(matched.codings)
    return {"seconds": time.perf_counter() - started, "parts": parts, "counts": {}}


def one_comment(comments: Path, codebook: Path) -> float:
    """Milliseconds for a comment on its own, once warm: the median of 200."""
    matcher, _ = build(str(codebook))
    table = pa.Table.from_batches([next(pq.ParquetFile(comments).iter_batches(200))])
    seconds = []
    for row in (*range(20), *range(len(table))):
        started = time.perf_counter()
        list(run_ours([table.slice(row % len(table), 1)], matcher, 1))
        seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds[20:])


class Bench:
    """Measures, prints a line at once, and keeps the figures."""

    def __init__(self, data: Path, runs: int) -> None:
        self.data, self.runs = data, runs
        self.figures: list[Figure] = []

    def comments(self, size: int) -> Path:
        """The file of a corpus."""
        return self.data / f"comments-{size}.parquet"

    def codings(self, size: int, codebook: str) -> Path:
        """The file that ours wrote last."""
        return self.data / f"codings-{size}-{codebook}.parquet"

    def ours(self, size: int, codebook: str, workers: int) -> None:
        """The match stage."""
        book, out = self.data / f"{codebook}.yaml", self.codings(size, codebook)
        out.unlink(missing_ok=True)
        task = {"codebook": str(book), "out": str(out), "workers": workers}
        title = f"ours, {workers} worker{'s' * (workers > 1)}"
        self._measure(title, size, codebook, {"method": "ours", **task}, self.runs)

    def peer(self, method: str, size: int, terms: match_peers.Terms, runs: int) -> None:
        """A peer, with the plain codebook."""
        missing = match_peers.has_quanteda() if method.startswith("quanteda") else ""
        if missing:
            print(f"{method:<20}{size:>10,} {missing}", flush=True)
            return
        self._measure(method, size, "300", {"method": method, "terms": terms}, runs)

    def _measure(
        self, title: str, size: int, codebook: str, task: dict[str, Any], runs: int
    ) -> None:
        task = {**task, "comments": str(self.comments(size))}
        try:
            done = [_in_a_process(task) for _ in range(runs)]
        except RuntimeError as error:
            print(f"{title:<20}{size:>10,} {codebook:<9}not measured: {error}", flush=True)
            return
        seconds = [result["seconds"] for result in done]
        figure = Figure(
            title,
            size,
            codebook,
            runs,
            statistics.median(seconds),
            (min(seconds), max(seconds)),
            statistics.median(result["wall"] for result in done),
            max(result["peak_mb"] for result in done),
            done[-1]["parts"],
            done[-1]["counts"],
        )
        self.figures.append(figure)
        self._print(figure)

    def _print(self, figure: Figure) -> None:
        same = [f for f in self.figures if f.comments == figure.comments]
        best = min(
            (f.seconds for f in same if f.method[:4] == "ours" and f.codebook == figure.codebook),
            default=figure.seconds,
        )
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in figure.parts.items())
        low, high = figure.spread
        print(
            f"{figure.method:<20}{figure.comments:>10,} {figure.codebook:<9}{figure.runs:>2}"
            f"{figure.seconds:>9.2f}{f'{low:.2f}-{high:.2f}':>15}{figure.wall:>9.2f}"
            f"{figure.comments / figure.seconds / 1000:>9.1f}{figure.peak_mb:>8.0f}"
            f"{figure.seconds / best:>8.1f}x  {parts}",
            flush=True,
        )


def _in_a_process(task: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    command = [sys.executable, __file__, "--child", json.dumps(task)]
    # As the command line sets it.
    env = {"ARROW_DEFAULT_MEMORY_POOL": "system", **os.environ}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=env) as process:
        assert process.stdout
        assert process.stderr
        out, errors = process.stdout.read(), process.stderr.read()
        peak = 0.0
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        code = process.wait()
    if code:
        raise RuntimeError((errors.decode().strip().splitlines() or [f"exit code {code}"])[-1])
    return {**json.loads(out), "wall": time.perf_counter() - started, "peak_mb": peak}


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "verbatims-match"
    parser.add_argument("--data", type=Path, default=default, help="where corpora are kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--codebooks", nargs="+", help="300 3000 sentence words5 ... rich")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--peers-at", type=int, default=100_000, help="the largest for peers")
    parser.add_argument("--peer-runs", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="peers and variants at every size")
    parser.add_argument("--no-check", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--prepare", action="store_true", help="only write what is read")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    return parser.parse_args()


def prepare(bench: Bench, sizes: Iterable[int]) -> None:
    """The corpora and the codebooks, where they are not there yet."""
    corpus = importlib.import_module("match_corpus")
    bench.data.mkdir(parents=True, exist_ok=True)
    words = corpus.prose(bench.data)
    importlib.import_module("match_codebooks").write_codebooks(bench.data, words)
    for size in sizes:
        corpus.write_corpus(bench.comments(size), size, words)
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]
    found = f"{len(words):,} words of prose ({len(set(words)):,} different, sha256 {digest})"
    print(f"{found} in {bench.data}", flush=True)


def main() -> None:
    """Everything, from the corpus to the table."""
    arguments = read_arguments()
    if arguments.child:
        print(json.dumps(child(arguments.child)))
        return
    bench = Bench(arguments.data, arguments.runs)
    sizes = sorted(arguments.sizes)
    if arguments.prepare:
        prepare(bench, (SMALL, *sizes))
        return
    # Elsewhere, since a process starts with the peak memory of the one that it came from.
    subprocess.run([sys.executable, __file__, *sys.argv[1:], "--prepare"], check=True)
    books = json.loads((arguments.data / "terms.json").read_text(encoding="utf-8"))
    print(_describe())
    print(
        f"{'method':<20}{'comments':>10} {'codebook':<9}{'n':>2}{'s':>9}{'min-max':>15}{'wall':>9}"
        f"{'k/s':>9}{'MB':>8}{'to ours':>9}  parts, s"
    )
    for size in (SMALL, *sizes):
        measure(bench, size, books, arguments)
    for codebook in ("300", "3000"):
        book = arguments.data / f"{codebook}.yaml"
        print(f"one comment, {codebook} terms: {one_comment(bench.comments(SMALL), book):.3f} ms")
    oracle = importlib.import_module("match_oracle")
    notes = [] if arguments.no_check else oracle.check(bench, sizes, books)
    print("\n".join([*notes, _describe()]))
    if arguments.json:
        found = {"figures": [asdict(figure) for figure in bench.figures], "notes": notes}
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def measure(
    bench: Bench, size: int, books: dict[str, match_peers.Terms], arguments: argparse.Namespace
) -> None:
    """Ours with each codebook, then the peers, at one size."""
    everything = arguments.full or size <= arguments.peers_at
    for codebook in arguments.codebooks or books:
        if codebook not in ("300", "3000") and not (everything and size != SMALL):
            continue
        for workers in arguments.workers:
            if workers == 1 or (has_workers() and size != SMALL):
                bench.ours(size, codebook, workers)
    if everything and size != SMALL:
        for peer in arguments.peers:
            bench.peer(peer, size, books["300"], arguments.peer_runs)


def _describe() -> str:
    versions = (
        f"{name} {importlib.metadata.version(name)}"
        for name in ("verbatims", "spacy", "pandas", "pyarrow", "numpy")
    )
    load = f"; load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {sys.version.split()[0]}, {', '.join(versions)}; {os.cpu_count()} cores{load}"


if __name__ == "__main__":
    main()
