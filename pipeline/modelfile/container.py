"""The zip of a model: equal parts give equal bytes, and it is checked before it is unpacked."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from pipeline.classify.parts import ARRAYS, NAMES, NotModelError

SCHEMA = "schema.json"
TEXTS = ("format", "codebook", NAMES)
_THEN = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: a zip has no earlier one, and no clock belongs in a model."""
_DICT = {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode"}
_LIST = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
_TEXT = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "is_json": True}
_TYPE = {"__class__": "str", "__module__": "builtins", "__loader__": "TypeNode"}
_ARRAY = {
    "__class__": "ndarray",
    "__module__": "numpy",
    "__loader__": "NdArrayNode",
    "type": "numpy",
}
UNREADABLE = (
    *(zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError),
    *(EOFError, OverflowError, MemoryError),
)


def pack(parts: Mapping[str, Any]) -> bytes:
    """The bytes of a skops file, with names, numbers and dates that depend on the parts alone."""
    from skops.io import dumps  # noqa: PLC0415 - it takes a second

    written = zipfile.ZipFile(io.BytesIO(dumps(dict(parts))))
    schema = json.loads(written.read(SCHEMA))
    entries = {}
    for name, node in schema["content"].items():
        if node["__loader__"] == "NdArrayNode":
            entries[f"{name}.npy"] = written.read(node["file"])
            node["file"] = f"{name}.npy"
    _number(schema, {})
    entries[SCHEMA] = json.dumps(schema, indent=1).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as out:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, _THEN)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            out.writestr(entry, data)
    return stream.getvalue()


def _number(node: Any, known: dict[int, int]) -> None:
    """Number the nodes of a schema by their order; skops numbers them by their place in memory."""
    if isinstance(node, dict):
        if "__id__" in node:
            node["__id__"] = known.setdefault(node["__id__"], len(known) + 1)
        for child in node.values():
            _number(child, known)
    elif isinstance(node, list):
        for child in node:
            _number(child, known)


def unpack(data: bytes) -> dict[str, Any]:
    """The parts in a file that `check_zip` has passed."""
    from skops.io import get_untrusted_types, loads  # noqa: PLC0415 - it takes a second

    if get_untrusted_types(data=data):
        raise NotModelError("it holds types that are not data")
    parts: dict[str, Any] = loads(data, trusted=[])
    return parts


def check_zip(data: bytes) -> None:
    """Refuse whatever is not a schema and the arrays of a model, none packed (NotModelError).

    Nothing is unpacked for it: entries are stored as they are, so their sizes are what they take.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = file.infolist()
        wanted = sorted((SCHEMA, *(f"{name}.npy" for name in ARRAYS)))
        if sorted(entry.filename for entry in entries) != wanted:
            raise NotModelError("it does not hold what a model holds")
        stored = all(
            entry.compress_type == zipfile.ZIP_STORED and entry.file_size == entry.compress_size
            for entry in entries
        )
        if not stored or sum(entry.file_size for entry in entries) > len(data):
            raise NotModelError("its entries are packed, and would be larger than they look")
        _check_schema(json.loads(file.read(SCHEMA)))
        for name in ARRAYS:
            _check_array(name, file.read(f"{name}.npy"))


def _check_schema(schema: Any) -> None:
    """The schema is of a mapping of texts and arrays, and of nothing else whatever."""
    if not isinstance(schema, dict) or not isinstance(schema.get("content"), dict):
        raise NotModelError("its schema is not that of a model")
    content = schema["content"]
    wanted = {
        **_DICT,
        "content": {
            **{name: {**_TEXT, "content": _text_of(content, name)} for name in TEXTS},
            **{name: {**_ARRAY, "file": f"{name}.npy"} for name in ARRAYS},
        },
        "key_types": {**_LIST, "content": [_TYPE] * (len(TEXTS) + len(ARRAYS))},
    }
    found = {
        key: value for key, value in schema.items() if key not in ("protocol", "_skops_version")
    }
    if _without_ids(found) != wanted:
        raise NotModelError("its schema names other things than the texts and arrays of a model")


def _text_of(content: Mapping[str, Any], name: str) -> str:
    node = content.get(name)
    text = node.get("content") if isinstance(node, dict) else None
    if not isinstance(text, str) or not isinstance(json.loads(text), str):
        raise NotModelError(f"its '{name}' is no text")
    return text


def _without_ids(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_ids(value) for key, value in node.items() if key != "__id__"}
    return [_without_ids(child) for child in node] if isinstance(node, list) else node


def _check_array(name: str, data: bytes) -> None:
    """An array's header promises as many bytes as there are: a false one would fill the memory."""
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise NotModelError(f"'{name}' is no array")
    shape, _, kind = np.lib.format.read_array_header_1_0(stream)
    if kind.str != ARRAYS[name] or prod(shape) * kind.itemsize != len(data) - stream.tell():
        raise NotModelError(f"'{name}' is not as large as it says, or of another kind")
