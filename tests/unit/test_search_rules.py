import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import search
from marquee.models.titles import Card

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Amélie", ["amelie"], id="accent"),
        pytest.param("AME\u0301LIE", ["amelie"], id="accent of its own"),
        pytest.param("Ærøskøbing, Łódź & Þór", ["aeroskobing", "lodz", "and", "thor"], id="letters of the north"),
        pytest.param("Straße STRASSE", ["strasse", "strasse"], id="sharp s"),
        pytest.param("İstanbul ısı", ["istanbul", "isi"], id="Turkish i"),
        pytest.param("Ocean’s D'Artagnan", ["oceans", "dartagnan"], id="apostrophes"),
        pytest.param("ŉ Rock ＇n＇ Roll", ["n", "rock", "n", "roll"], id="apostrophes in disguise"),
        pytest.param("Tom＆Jerry", ["tom", "and", "jerry"], id="and in disguise"),
        pytest.param("Fast&Furious", ["fast", "and", "furious"], id="and"),
        pytest.param("WALL·E", ["wall", "e"], id="dot in the middle"),
        pytest.param("one\u2028two\u00a0three\tfour", ["one", "two", "three", "four"], id="white space of every kind"),
        pytest.param("Alien³", ["alien3"], id="superscript"),
        pytest.param("千と千尋の神隠し", ["千と千尋の神隠し"], id="Japanese"),
        pytest.param("हिंदी मीडियम", ["हिंदी", "मीडियम"], id="Hindi keeps its vowel signs"),
        pytest.param("— ! 🎬 …", [], id="nothing but signs"),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert search.words(text) == words


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Spider-Man: No Way Home", ["spider", "man", "spiderman", "no", "way", "home"]),
        ("S.W.A.T.", ["s", "w", "a", "t", "swat"]),
        ("WALL·E", ["wall", "e", "walle"]),
        ("20,000 Leagues", ["20", "000", "20000", "leagues"]),
        ("New York, New York", ["new", "york"]),
    ],
)
def test_what_signs_hold_together_is_also_one_word(title: str, words: list[str]) -> None:
    assert search.title_words(title) == words


def test_title_stands_under_the_beginnings_of_its_words_its_words_and_its_name() -> None:
    assert search.tokens("It Walked") == ["w", "wa", "wal", "walk", "walke", "walked", "i", "it", "=itwalked"]


@pytest.mark.parametrize(("title", "tokens"), [("M", ["m", "=m"]), ("!!!", []), ("", [])])
def test_short_titles_stand_under_what_they_have(title: str, tokens: list[str]) -> None:
    assert search.tokens(title) == tokens


def test_endless_title_has_a_bounded_number_of_short_tokens() -> None:
    tokens = search.tokens(" ".join(f"word{n}" * 100 for n in range(1000)))

    assert len(tokens) <= search.WORDS * 6 + 1
    assert max(map(len, tokens)) <= search.TOKEN_LENGTH + 1


@pytest.mark.parametrize(
    ("token", "letters"), [("m", "m"), ("it", "it"), ("walke", "wa"), ("=itwalked", "it"), ("=m", "m")]
)
def test_index_is_parted_by_two_letters_as_far_as_there_are_two(token: str, letters: str) -> None:
    assert search.letters(token) == letters


@given(NAMES)
def test_folding_again_changes_nothing_and_tokens_hold_no_sign(name: str) -> None:
    words = search.title_words(name)

    assert search.title_words(" ".join(words)) == words
    assert not any("#" in token or " " in token for token in search.tokens(name))


@given(NAMES)
def test_every_title_is_found_first_by_its_own_name(name: str) -> None:
    question = search.question(name)

    found = question and question.tier(" ".join(search.title_words(name)), search.joined(search.words(name)), 1999)
    assert found == (1 if question else None)


@pytest.mark.parametrize("text", ["", " ", "?!", "\u2028", "´"])
def test_text_without_letters_and_digits_asks_nothing(text: str) -> None:
    assert search.question(text) is None


@pytest.mark.parametrize(
    ("text", "title", "year", "tier"),
    [
        pytest.param("dune 2021", "Dune", 2021, 0, id="name and year"),
        pytest.param("2021 dune", "Dune", 2021, 0, id="year and name"),
        pytest.param("dune 2021", "Dune", 1984, None, id="name and another year"),
        pytest.param("dune", "Dune", 1984, 1, id="name"),
        pytest.param("spiderman", "Spider-Man", 2002, 1, id="name without its sign"),
        pytest.param("dead pool", "Deadpool", 2016, 1, id="name in two words"),
        pytest.param("wall-e 2008", "WALL·E", 2008, 0, id="name with another sign"),
        pytest.param("blade runner 2049", "Blade Runner 2049", 2017, 1, id="name with a year in it"),
        pytest.param("1917", "1917", 2019, 1, id="name that looks like a year"),
        pytest.param("1917 2019", "1917", 2019, 0, id="name that looks like a year, and year"),
        pytest.param("2001 1968", "2001: A Space Odyssey", 1968, 2, id="word that looks like a year, and year"),
        pytest.param("du 2021", "Dune", 2021, 2, id="beginning and year"),
        pytest.param("blade 2049", "Blade Runner 2049", 2017, 3, id="beginnings"),
        pytest.param("run bla", "Blade Runner", 1982, 3, id="beginnings in any order"),
        pytest.param("lade", "Blade Runner", 1982, None, id="middle of a word"),
        pytest.param("blade x", "Blade Runner", 1982, None, id="one word that is not there"),
        pytest.param("1999", "Magnolia", 1999, None, id="nothing but a year"),
        pytest.param("magnolia 1869", "Magnolia", 1869, None, id="no year of films"),
    ],
)
def test_tier_says_how_well_a_title_answers(text: str, title: str, year: int, tier: int | None) -> None:
    question = search.question(text)

    assert question is not None
    assert question.tier(" ".join(search.title_words(title)), search.joined(search.words(title)), year) == tier


def test_most_popular_titles_stand_first_and_unmeasured_ones_last() -> None:
    cards = [
        Card(id=each, title="T", type="movie", popularity=p) for each, p in (("2", None), ("3", 9.9), ("1", 100.0))
    ]

    assert [card.id for card in sorted(cards, key=search.position)] == ["1", "3", "2"]
    assert len({len(search.position(card)) for card in cards}) == 1


def test_only_the_last_years_of_a_long_question_are_tried() -> None:
    question = search.question(" ".join(map(str, range(1950, 1969))))

    assert question is not None
    assert [reading.year for reading in question.readings] == [1968, 1967]
