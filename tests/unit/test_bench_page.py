"""The page of the benchmarks: a section for each part, and what each section has to say."""

import re

import pytest

from bench import collecting, pages, plots
from bench.collecting import ATTEMPTS, GOAL, PERMITTED


@pytest.mark.parametrize("name", pages.TABLES)
def test_section_names_its_command_its_unit_and_what_it_is_compared_with(name: str) -> None:
    text = (pages.TEXTS / f"{name}.md").read_text()

    assert text.startswith("\n## ")
    assert re.search(r"^- Command: `make bench PARTS=[a-z,]+`\n- Unit: .+\n- Compared with: .+", text, re.MULTILINE)
    assert "\n{tables}\n" in text
    assert (f"(figures/{name}.svg)" in text) == (name in plots.PLOTS)


def test_every_text_has_its_tables() -> None:
    assert {path.stem for path in pages.TEXTS.glob("*.md")} == set(pages.TABLES)


def test_page_is_of_the_parts_that_have_results() -> None:
    calls = {"calls": {"one event": {"PutRecord": 1}}, "batch": 500}

    told = pages.page({"ingestion": calls})

    assert re.findall(r"^## (.+)", told, re.MULTILINE) == ["Taking events"]
    assert "| one event | 1 PutRecord |" in told


def test_pace_under_the_goal_is_measured_again_and_what_must_not_happen_counts_each_time() -> None:
    paces = iter([GOAL * PERMITTED - 1, GOAL * PERMITTED + 1, 0.0])

    row = collecting._better(lambda: {"per_second": next(paces), "too_many": 1, "repeated": 0})

    assert row == {"per_second": GOAL * PERMITTED + 1, "too_many": 2, "repeated": 0}


def test_pace_is_measured_a_few_times_at_the_most() -> None:
    paces = iter(range(ATTEMPTS + 1))

    assert collecting._better(lambda: {"per_second": next(paces), "too_many": 0, "repeated": 0})["per_second"] == 1
    assert next(paces) == ATTEMPTS
