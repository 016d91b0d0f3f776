"""The API document is what the handlers say."""

from docs import openapi


def test_committed_document_is_the_one_the_handlers_give() -> None:
    assert openapi.DOCUMENT.read_text() == openapi.text(), "run `make openapi` and commit docs/openapi.json"


def test_every_route_names_its_errors_and_protected_ones_their_sign_in() -> None:
    for path, operations in openapi.document()["paths"].items():
        for operation in operations.values():
            assert ("401" in operation["responses"]) == ("security" in operation) == (path not in openapi.PUBLIC)
            assert {"400", "503"} <= set(operation["responses"])
