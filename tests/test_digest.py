"""Hashes of inputs and outputs."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from pipeline.digest import canonical_json, hash_file


def test_a_files_hash_is_its_sha256_whatever_its_size(tmp_path) -> None:
    for content in (b"", b"x", b"y" * (2**20), b"z" * (2**20 + 1)):
        path = tmp_path / "file"
        path.write_bytes(content)
        assert hash_file(path) == hashlib.sha256(content).hexdigest()


@given(st.dictionaries(st.text(), st.integers()))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(backwards)
