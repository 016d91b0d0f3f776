"""What is stored names its dictionary, and is read whole or refused."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from zstandard import ZstdCompressionDict, ZstdCompressor, get_frame_parameters

from marquee.archive import codec, dictionaries
from marquee.archive.codec import Body, BodyKind, Unreadable
from marquee.archive.packing import LARGEST, pack, unpack
from marquee.errors import NotFound

STORED: tuple[BodyKind, ...] = ("movie", "tv", "season", "person")
WORDS = ("a", "film", "of", "the", "one", "who", "came", "from", "there", "with", "some", "others")


def body(number: int) -> Body:
    words = random.Random(number).choices(WORDS, k=40)
    return {"id": number, "name": f"Number {number}", "overview": " ".join(words), "adult": False, "homepage": None}


def samples(kind: BodyKind, first: int = 0) -> list[bytes]:
    return [codec.encode(kind, body(number)) for number in range(first, first + 300)]


def nowhere(number: int) -> bytes:
    raise NotFound(f"no dictionary {number}")


@pytest.mark.parametrize("kind", STORED)
def test_body_comes_back_without_any_dictionary_at_hand(kind: BodyKind) -> None:
    assert unpack(kind, pack(kind, body(1)), nowhere) == body(1)


@pytest.mark.parametrize("kind", STORED)
def test_frame_names_the_dictionary_of_its_kind(kind: BodyKind) -> None:
    number = get_frame_parameters(pack(kind, body(1))).dict_id

    assert number == dictionaries.current()[kind]
    assert dictionaries.dictionary_id(dictionaries.shipped(kind)) == number
    assert dictionaries.shipped_by_id(number) == dictionaries.shipped(kind)


def test_every_kind_has_a_dictionary_of_its_own() -> None:
    assert set(dictionaries.current()) == set(STORED)
    assert len(set(dictionaries.current().values())) == len(STORED)


def test_body_comes_back_with_the_dictionary_that_its_frame_names() -> None:
    trained = {dictionaries.dictionary_id(each): each for each in map(_train, (0, 1000))}
    stored = {number: pack("movie", body(1), dictionary) for number, dictionary in trained.items()}

    assert len(trained) == 2
    for number, data in stored.items():
        assert get_frame_parameters(data).dict_id == number
        assert unpack("movie", data, trained.__getitem__) == body(1)


def test_dictionary_that_is_nowhere_is_told() -> None:
    with pytest.raises(NotFound):
        unpack("movie", pack("movie", body(1), _train(0)), nowhere)


def test_trained_dictionary_saves_space() -> None:
    trained = _train(0)

    assert len(pack("movie", body(9999), trained)) < len(pack("movie", body(9999))) * 0.8


def test_same_samples_give_the_same_dictionary() -> None:
    assert _train(0) == _train(0)
    assert len(_train(0)) <= 4096


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="3 samples are too few"):
        dictionaries.train(samples("movie")[:3])


def test_what_was_not_packed_is_refused() -> None:
    whole = pack("movie", body(1))
    plain = ZstdCompressor().compress(codec.encode("movie", body(1)))
    for data in (b"", b"{}", whole[:-1], whole + b"x", whole[:4], whole[20:], plain):
        with pytest.raises(Unreadable):
            unpack("movie", data, nowhere)


def test_frame_that_claims_to_be_enormous_is_refused() -> None:
    known = ZstdCompressionDict(dictionaries.shipped("movie"))
    made = ZstdCompressor(dict_data=known).compress(bytes(LARGEST + 1))

    with pytest.raises(Unreadable):
        unpack("movie", made, nowhere)


def test_threads_may_pack_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(lambda number: pack("movie", body(number)), range(200)))

    assert [unpack("movie", data, nowhere) for data in packed] == [body(number) for number in range(200)]


def _train(first: int) -> bytes:
    return dictionaries.train(samples("movie", first), 4096)
