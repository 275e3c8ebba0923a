"""Progress on stderr, for work of over a second."""

from __future__ import annotations

import sys
import time
from typing import Any

FIRST_AFTER = 1.0
LOG_EVERY = 5.0


class Progress:
    """Counts responses as batches go by: a line that is rewritten on a terminal, else a log."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._started = self._last = time.monotonic()
        self._responses = 0
        self._shown = False

    def __call__(self, batch: Any) -> None:
        """Note a batch that is done."""
        self._responses += batch.responses.num_rows
        now = time.monotonic()
        live = sys.stderr.isatty()
        if self._quiet or now - self._started < FIRST_AFTER:
            return
        if not live and self._shown and now - self._last < LOG_EVERY:
            return
        rate = self._responses / (now - self._started)
        line = f"{self._responses:,} responses coded, {rate:,.0f} a second"
        sys.stderr.write(f"\r{line}" if live else f"{line}\n")
        sys.stderr.flush()
        self._last, self._shown = now, True

    def close(self) -> None:
        """End the line on a terminal."""
        if self._shown and sys.stderr.isatty():
            sys.stderr.write("\n")
