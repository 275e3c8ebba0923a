"""verbatims codebook schema."""

from __future__ import annotations

from pipeline.cli.boundary import echo_json


def schema() -> None:
    """Print the JSON Schema of a codebook, for editors that complete and underline YAML.

    Such an editor takes it from a first line "# yaml-language-server: $schema=FILE".
    """
    from pipeline.codebook.schema import codebook_schema

    echo_json(codebook_schema())
