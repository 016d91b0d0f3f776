"""What docs/ingest.md promises is what ingest answers; the local cloud's tests run the same examples with curl."""

import shlex
from itertools import pairwise

import pytest

from tests.documented import ANY, INGEST, examples, fits
from tests.fakes.api_gateway import Answer
from tests.fakes.ingest import Inlet, send


def answer_to(command: str) -> Answer:
    """Return the answer to a curl command of the document."""
    program, *words = shlex.split(command.replace("\\\n", " "))
    values = list(pairwise(words))
    headers = dict(value.split(": ", 1) for name, value in values if name == "-H")
    (url,) = (word for word in words if word.startswith("$API_URL/"))
    (body,) = (value for name, value in values if name == "-d")
    assert (program, headers.pop("X-API-Key")) == ("curl", "$INGEST_KEY")
    assert ("-X", "POST") in values
    return send(body, path=url.removeprefix("$API_URL"), headers=headers)


def test_every_example_gets_the_answer_that_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    Inlet().open(monkeypatch)

    for example in examples():
        found = answer_to(example.command)

        assert found.status == example.status, example.command
        assert fits(example.answer, found.json), (example.command, found.body)


def test_every_command_has_an_answer() -> None:
    assert len(examples()) == INGEST.read_text().count("```bash") >= 7


@pytest.mark.parametrize(
    ("promised", "found", "same"),
    [
        ({"a": [ANY, 1]}, {"a": ["x", 1]}, True),
        ({"a": ANY}, {"a": ""}, False),
        ({"a": ANY}, {"a": 1}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1], [1, 2], False),
        ({"a": 1}, [], False),
    ],
)
def test_answer_fits_a_promise_field_by_field(promised: object, found: object, same: bool) -> None:
    assert fits(promised, found) is same
