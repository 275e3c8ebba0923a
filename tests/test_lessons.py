"""What a round's classifier may learn from."""

import pytest

from pipeline.errors import InputError
from pipeline.lessons import may_be_weak
from pipeline.plan import plan_run
from pipeline.round import ClassifierSettings, load_round
from pipeline.weak import ENOUGH

BOTH = ("codebook", "classifier")


@pytest.mark.parametrize(
    ("settings", "coders", "decided", "expected"),
    [
        (None, BOTH, 0, False),
        (ClassifierSettings(), BOTH, 0, True),
        (ClassifierSettings(), BOTH, ENOUGH, False),
        (ClassifierSettings(), ("classifier",), 0, False),
        (ClassifierSettings(train="coded.csv"), BOTH, 0, False),
        (ClassifierSettings(model="m.skops"), BOTH, 0, False),
    ],
)
def test_rules_may_label_where_no_file_does_and_few_are_decided(
    settings, coders, decided, expected
) -> None:
    assert may_be_weak(settings, coders, range(decided)) is expected


def test_a_named_file_of_coding_that_is_too_small_is_refused_all_the_same(make_round) -> None:
    folder = make_round(extra="classifier: {train: own.csv}\n")
    (folder / "own.csv").write_text(
        "response_id,question,text,theme\nX1,barriers,it is slow,slow\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="E402"):
        plan_run(load_round(folder))


def test_without_rules_and_decisions_there_is_nothing_to_learn(make_round) -> None:
    with pytest.raises(InputError, match="E402"):
        plan_run(load_round(make_round(extra="classifier: {}\n")), ["classifier"])
