"""A trained model as a file: data that is read with no trusted types, and a card beside it.

The file is a skops file: a zip of plain arrays and a schema. Everything about it is checked before
skops sees it, so that nothing in it is ever run, and nothing large is unpacked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.atomic import write_file
from pipeline.classify.model import Model
from pipeline.classify.parts import NotModelError, put_together, take_apart
from pipeline.codebook.model import Codebook
from pipeline.digest import canonical_json
from pipeline.errors import InputError
from pipeline.modelfile.container import UNREADABLE, check_zip, pack, unpack
from pipeline.readings.records import hash_theme

FORMAT = "verbatims model 1"
MAX_BYTES = 1_000_000_000
MAX_CARD_BYTES = 20_000_000


def identify(codebook: Codebook) -> dict[str, Any]:
    """What a model must share with a codebook: its name, its version, and what each theme means.

    The hash of a theme is of its definition, include and exclude, not of its rules.
    """
    themes = {theme.id: hash_theme(theme) for theme in codebook.themes}
    return {"name": codebook.name, "version": codebook.version, "themes": themes}


def card_path(path: Path) -> Path:
    """The card beside a model."""
    return path.with_suffix(".json")


def write_model(model: Model, card: Mapping[str, Any], codebook: Codebook, path: Path) -> str:
    """Write a model and its card beside it, which gains the model's sha256; that is returned.

    The same model and codebook give the same bytes. A model of that name is replaced; raises
    InputError (E433) for anything else that is there.
    """
    _check_place(path)
    data = pack(
        {
            "format": FORMAT,
            "codebook": canonical_json(identify(codebook)),
            **take_apart(model),
        }
    )
    digest = hashlib.sha256(data).hexdigest()
    named = {"format": FORMAT, "model": {"file": path.name, "sha256": digest}, **card}
    text = json.dumps(named, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(card_path(path), text.encode())
    write_file(path, data)
    return digest


def read_model(path: Path, codebook: Codebook) -> Model:
    """Read a model that was trained for this codebook.

    Raises InputError: E431 for a file that is no model, damaged, changed since its card was
    written, or of another format; E432 for one of another codebook, version or meaning of a theme.
    """
    where = path.as_posix()
    if path.stat().st_size > MAX_BYTES:
        raise _refused(where, f"it is over {MAX_BYTES:,} bytes")
    data = path.read_bytes()
    try:
        check_zip(data)
    except NotModelError as error:
        raise _refused(where, str(error)) from error
    except UNREADABLE as error:
        raise _refused(where, "it is no model, or is damaged") from error
    read_card(path, hashlib.sha256(data).hexdigest())
    try:
        parts = unpack(data)
        if parts.pop("format") != FORMAT:
            raise _refused(where, f"its format is not '{FORMAT}'")
        made_for = json.loads(parts.pop("codebook"))
        model = put_together(parts)
    except NotModelError as error:
        raise _refused(where, str(error)) from error
    except UNREADABLE as error:
        raise _refused(where, "it is no model, or is damaged") from error
    _check_codebook(made_for, codebook, where)
    return model


def read_card(path: Path, sha256: str = "") -> dict[str, Any]:
    """The card of a model. Raises InputError (E431) when it is not there, is no card, or, with a
    `sha256`, is that of other bytes.
    """
    beside = card_path(path)
    try:
        if beside.stat().st_size > MAX_CARD_BYTES:
            raise _refused(beside.as_posix(), f"it is over {MAX_CARD_BYTES:,} bytes")
        card = json.loads(beside.read_bytes())
    except FileNotFoundError as error:
        raise _refused(path.as_posix(), f"its card {beside.name} is not beside it") from error
    except (ValueError, RecursionError) as error:
        raise _refused(beside.as_posix(), "it is no JSON") from error
    if not isinstance(card, dict) or not isinstance(card.get("model"), dict):
        raise _refused(beside.as_posix(), "it is no card of a model")
    if card.get("format") != FORMAT:
        raise _refused(beside.as_posix(), f"its format is not '{FORMAT}'")
    if sha256 and card["model"].get("sha256") != sha256:
        raise _refused(path.as_posix(), f"its bytes are not those that {beside.name} is of")
    return card


def _refused(where: str, why: str) -> InputError:
    return InputError.because(
        code="E431",
        where=where,
        what=f"the model is refused and was not loaded: {why}.",
        remedy="Train it anew with 'verbatims train', or get an untouched copy of both files.",
    )


def _check_codebook(made_for: Any, codebook: Codebook, where: str) -> None:
    """The codebook is the one that the model was trained for; else InputError (E432)."""
    now = identify(codebook)
    if not isinstance(made_for, dict) or set(made_for) != set(now):
        raise _refused(where, "it does not say which codebook it is for")
    then = made_for["themes"] if isinstance(made_for["themes"], dict) else {}
    moved = sorted(
        name for name in {*then, *now["themes"]} if then.get(name) != now["themes"].get(name)
    )
    if made_for["name"] != now["name"]:
        what = f"the codebook {made_for['name']!r}, and this is {now['name']!r}"
    elif made_for["version"] != now["version"]:
        what = f"version {made_for['version']!r} of the codebook, and this is {now['version']}"
    elif moved:
        # What a file says goes to a terminal, so its control characters are shown and not sent.
        shown = ", ".join(name.encode("unicode_escape").decode() for name in moved[:5]) + (
            ", ..." if len(moved) > 5 else ""
        )
        what = f"themes that have been added, removed or have another meaning now: {shown}"
    else:
        return
    raise InputError.because(
        code="E432",
        where=where,
        what=f"the model was trained for {what}.",
        remedy="Train it anew with 'verbatims train'.",
    )


def _check_place(path: Path) -> None:
    """Nothing but a model and its card is written over; else InputError (E433)."""
    if path.suffix != ".skops":
        raise _not_here(path, "the name of a model ends in .skops")
    if path.exists():
        try:
            check_zip(path.read_bytes())
        except (NotModelError, *UNREADABLE) as error:
            raise _not_here(path, "there is a file of that name that is no model") from error
    if card_path(path).exists():
        try:
            read_card(path)
        except InputError as error:
            what = f"{card_path(path).name} is there and is no card of a model"
            raise _not_here(path, what) from error


def _not_here(path: Path, why: str) -> InputError:
    return InputError.because(
        code="E433",
        where=path.as_posix(),
        what=f"no model is written here: {why}.",
        remedy="Give another name with --out.",
    )
