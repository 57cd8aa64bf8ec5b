"""Names of files and resources: plain, short, stable, and never shared by two things."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.errors import LakewrightError
from lakewright.files.output_folder import check_output_path
from lakewright.generation.naming import (
    MAXIMUM_LENGTH,
    OWN_FILES,
    key_of,
    unique_keys,
    why_no_output_path,
)

NAMES = st.text(max_size=80) | st.sampled_from(
    ["orders", "Orders", "orders 2", "orders_2", "订单", "a" * 61, "1st", "", "`;", "..", "\n"]
)


@given(name=NAMES)
def test_a_key_is_plain_and_short(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key_of(name))
    assert len(key_of(name)) <= MAXIMUM_LENGTH


@given(names=st.lists(NAMES, unique=True, max_size=20))
def test_every_name_of_a_model_gets_a_key_of_its_own(names: list[str]) -> None:
    keys = unique_keys(names)

    assert list(keys) == names
    assert len(set(keys.values())) == len(names)


@given(names=st.lists(NAMES, unique=True, min_size=1, max_size=20))
def test_a_later_name_never_changes_the_key_of_an_earlier_one(names: list[str]) -> None:
    assert list(unique_keys(names[:-1]).items()) == list(unique_keys(names).items())[:-1]


@given(name=st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_names_without_a_latin_letter_stay_apart(name: str) -> None:
    assert key_of(name) != key_of(name + "店")


@given(path=st.text(max_size=300))
def test_a_path_that_the_planner_lets_pass_can_be_written(path: str) -> None:
    if why_no_output_path(path):
        return
    check_output_path(path)


@pytest.mark.parametrize("path", [*sorted(OWN_FILES), "DATABRICKS.YML", "ReadMe.md"])
def test_the_bundles_own_files_are_not_for_scripts(path: str) -> None:
    assert why_no_output_path(path)


@pytest.mark.parametrize(
    "path", ["src/a.sql", "resources/own.job.yml", "src/日本.py", "a b/c d.sql", "x" * 255]
)
def test_plain_paths_are_fine(path: str) -> None:
    assert why_no_output_path(path) == ""


def test_the_folder_refuses_what_slips_past_the_planner() -> None:
    with pytest.raises(LakewrightError):
        check_output_path("../x")
