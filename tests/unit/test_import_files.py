"""Reading rows out of files of any dialect, encoding and division."""

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.importing_files import HEAD_BYTES, Layout, UnreadableFile, recognise
from marquee.importing_json import RECORD_BYTES
from marquee.importing_rows import BadRow, Place, Row, rows, with_columns

TEXT = 'title;genre;year\nAmélie;Komödie;2001\n"Heat; the film";Crime;1995\n\n;;\nŁódź — “quoted”;Drama;\n'
VALUES = [
    {"title": "Amélie", "genre": "Komödie", "year": "2001"},
    {"title": "Heat; the film", "genre": "Crime", "year": "1995"},
    {"title": "Łódź — “quoted”", "genre": "Drama", "year": ""},
]


def opened(content: bytes, name: str = "movies.csv") -> tuple[Layout, Place]:
    return with_columns(recognise(content[:HEAD_BYTES], name), content[:HEAD_BYTES])


def read(content: bytes, name: str = "movies.csv", size: int = 7) -> list[Row | BadRow]:
    layout, place = opened(content, name)
    rest = content[place.offset :]
    chunks = (rest[start : start + size] for start in range(0, len(rest), size))
    return [found for found, _ in rows(layout, chunks, place)]


def values(found: list[Row | BadRow]) -> list[object]:
    return [each.values if isinstance(each, Row) else each.reason for each in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_are_recognised(encoding: str, newline: str) -> None:
    content = TEXT.replace("\n", newline).encode(encoding)

    found = read(content)

    assert values(found) == VALUES
    assert [each.line for each in found] == [2, 3, 6]


def test_windows_1252_is_recognised_also_where_it_begins_late() -> None:
    early = "title,genre\nAmélie,Drama\n".encode("cp1252")
    late = b"title,genre\n" + b"Heat,Crime\n" * 7000 + "Amélie,Drama\n".encode("cp1252")

    assert values(read(early))[0] == {"title": "Amélie", "genre": "Drama"}
    assert values(read(late, size=9999))[-1] == {"title": "Amélie", "genre": "Drama"}


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_delimiter_is_recognised(delimiter: str) -> None:
    content = delimiter.join(['"title, or name"', "genre", "year"]) + "\n" + delimiter.join(["Heat", "Crime", "1995"])

    assert values(read(content.encode())) == [{"title, or name": "Heat", "genre": "Crime", "year": "1995"}]


def test_line_that_tells_excel_the_delimiter_is_no_header() -> None:
    assert values(read(b"sep=;\ntitle;genre\nHeat;Crime\n")) == [{"title": "Heat", "genre": "Crime"}]


def test_columns_without_a_name_or_with_the_same_get_one() -> None:
    assert opened(b"title,,title\nx,y,z")[0].columns == ("title", "column 2", "title (3)")


def test_rows_may_go_over_lines_and_are_named_by_their_first() -> None:
    found = read(b'title,genre\n"Two\nlines",Drama\nHeat,Crime\n')

    assert [(each.line, isinstance(each, Row)) for each in found] == [(2, True), (4, True)]
    assert found[0] == Row(2, {"title": "Two\nlines", "genre": "Drama"})


def test_row_with_another_number_of_fields_is_bad_alone() -> None:
    found = read(b"title,genre\nHeat\nAli,Drama,2001\nAli,Drama,,\nRan,Drama\n")

    assert values(found) == [
        "it has 1 fields, and the file has 2 columns",
        "it has 3 fields, and the file has 2 columns",
        {"title": "Ali", "genre": "Drama"},
        {"title": "Ran", "genre": "Drama"},
    ]
    assert found[1] == BadRow(3, values(found)[1], "Ali,Drama,2001")


def test_quote_that_is_never_closed_spoils_one_line() -> None:
    found = read(b'title,genre\nHeat,Crime\n"Ali,Drama\nRan,"Drama, too"\nBig,Comedy\n')

    assert [each.line for each in found if isinstance(each, BadRow)] == [3]
    assert [each.values["title"] for each in found if isinstance(each, Row)] == ["Heat", "Ran", "Big"]


def test_endless_line_is_named_and_does_not_fill_the_memory() -> None:
    found = read(b"title,genre\nHeat,Crime\n" + b"x" * (3 * RECORD_BYTES) + b"\nAli,Drama\n", size=65_536)

    assert isinstance(found[1], BadRow)
    assert "longer than" in found[1].reason
    assert isinstance(found[-1], Row)


def test_file_that_is_no_table_is_given_up() -> None:
    found = read(b"title,genre\n" + b'"x" y,\n' * 3000, size=65_536)

    assert len(found) == 1000
    assert "the rest is not read" in str(values(found)[-1])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"title": "Heat"}, {"title": "Ali"}]'),
        ("a.json", '\ufeff [\n{"title": "Heat"}\n,\n{"title": "Ali"}]\n\n'),
        ("a.json", '{"title": "Heat"}\n\n{"title": "Ali"}\n'),
        ("a.ndjson", '{"title": "Heat"}\r\n{"title": "Ali"}'),
        ("a.jsonl", '{"title": "Heat"}\n{"title": "Ali"}\n'),
        ("a.txt", '[{"title": "Heat"},{"title": "Ali"}]'),
        ("movies", "title\nHeat\nAli\n"),
    ],
)
def test_kind_of_file_is_recognised(name: str, content: str) -> None:
    assert values(read(content.encode(), name)) == [{"title": "Heat"}, {"title": "Ali"}]


def test_one_object_may_go_over_lines() -> None:
    assert values(read(b'{\n  "title": "Heat",\n  "genres": ["Crime"]\n}\n', "a.json")) == [
        {"title": "Heat", "genres": ["Crime"]}
    ]


def test_lines_end_at_line_feeds_only() -> None:
    content = '{"title": "a\u2028b"}\n{"title": "c\x85d"}\n'
    assert values(read(content.encode(), "a.ndjson")) == [{"title": "a\u2028b"}, {"title": "c\x85d"}]
    assert values(read("title\na\u2028b\n".encode())) == [{"title": "a\u2028b"}]


def test_bad_objects_are_named_and_the_others_read() -> None:
    array = read(b'[{"title": "Heat"}, 7, {"title": }, ["x"], {"title": NaN}, {"title": "]},{"}, {"a": ]', "a.json")
    lines = read(b'{"title": "Heat"}\nnonsense\n[1]\n{"title": "Ali"}\n', "a.ndjson")

    assert [(each.line, isinstance(each, Row)) for each in array] == [
        (1, True),
        (2, False),
        (3, False),
        (4, False),
        (5, False),
        (6, True),
        (7, False),
    ]
    assert [(each.line, isinstance(each, Row)) for each in lines] == [(1, True), (2, False), (3, False), (4, True)]
    assert isinstance(array[1], BadRow)
    assert (array[1].reason, array[1].text) == ("it is not an object", "7")


@pytest.mark.parametrize("content", ['[{"title": "Heat"}', '[{"title": "Heat"}, {"title": "A', '[{"title": "Heat"},'])
def test_array_that_breaks_off_says_so_once(content: str) -> None:
    found = read(content.encode(), "a.json")

    assert found[0] == Row(1, {"title": "Heat"})
    assert isinstance(found[1], BadRow)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "it is empty"),
        (b"\xef\xbb\xbf", "a.csv", "it is empty"),
        (b"hello", "a.json", "it is not JSON"),
        (b"\x89PNG\r\n\0\0\0\r", "a.csv", "it is not a text file"),
        (b'"never closed', "a.csv", "cannot be read"),
        (b",".join([b"x"] * 201), "a.csv", "more than 200 columns"),
    ],
)
def test_file_that_cannot_be_read_says_why(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        opened(content, name)


titles = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff"), min_size=1, max_size=12)
tables = st.lists(st.tuples(titles, titles), min_size=1, max_size=12).filter(
    lambda found: all("".join(row).strip() for row in found)
)


def written(table: list[tuple[str, str]], kind: str) -> bytes:
    if kind == "array":
        return json.dumps([{"title": a, "genre": b} for a, b in table], ensure_ascii=False).encode()
    if kind == "lines":
        return "".join(json.dumps({"title": a, "genre": b}, ensure_ascii=False) + "\n" for a, b in table).encode()
    text = io.StringIO()
    csv.writer(text).writerows([("title", "genre"), *table])
    return text.getvalue().encode("utf-16" if kind == "utf-16" else "utf-8")


@settings(max_examples=60)
@given(tables, st.sampled_from(["csv", "utf-16", "array", "lines"]), st.integers(1, 50))
def test_reading_goes_on_at_every_row_as_if_it_had_not_stopped(
    table: list[tuple[str, str]], kind: str, size: int
) -> None:
    content = written(table, kind)
    name = {"array": "a.json", "lines": "a.ndjson"}.get(kind, "a.csv")
    layout, place = opened(content, name)
    layout = Layout.model_validate(layout.model_dump())
    whole = list(rows(layout, [content[place.offset :]], place))

    assert [found.values for found, _ in whole if isinstance(found, Row)] == [
        {"title": a, "genre": b} for a, b in table
    ]
    for number, (_, behind) in enumerate(whole, 1):
        rest = content[behind.offset :]
        chunks = [rest[start : start + size] for start in range(0, len(rest), size)]
        assert list(rows(layout, chunks, behind)) == whole[number:]


@settings(max_examples=150)
@given(st.binary(max_size=300) | titles.map(str.encode), st.sampled_from(["a.csv", "a.json", "a.ndjson", "a"]))
def test_whatever_a_file_holds_reading_ends(content: bytes, name: str) -> None:
    with suppress(UnreadableFile):
        assert len(read(content, name)) <= len(content) + 1
