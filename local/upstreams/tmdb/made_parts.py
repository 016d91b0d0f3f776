"""What TMDB would know of a title that nobody made: pictures, translations, releases, as many as real ones have."""

from collections.abc import Callable
from random import Random
from typing import Any

from local.catalogue import Catalogue, Title, made, sentences
from local.catalogue.chance import hex_id, image_path, letters
from local.upstreams.tmdb.rows import first_page, image_row, person_row

Part = Callable[[Catalogue, Title, str], dict[str, Any]]

_FIRST_KEYWORD = 900_000
_LANGUAGES = (
    ("en", "US", "English"), ("de", "DE", "German"), ("fr", "FR", "French"), ("es", "ES", "Spanish"),
    ("it", "IT", "Italian"), ("pt", "BR", "Portuguese"), ("ja", "JP", "Japanese"), ("ko", "KR", "Korean"),
    ("zh", "CN", "Mandarin"), ("ru", "RU", "Russian"), ("pl", "PL", "Polish"), ("nl", "NL", "Dutch"),
    ("sv", "SE", "Swedish"), ("cs", "CZ", "Czech"), ("tr", "TR", "Turkish"), ("uk", "UA", "Ukrainian"),
    ("hu", "HU", "Hungarian"), ("da", "DK", "Danish"), ("fi", "FI", "Finnish"), ("el", "GR", "Greek"),
)  # fmt: skip
_CERTIFICATIONS = {
    "US": ("PG", "PG-13", "R"), "GB": ("PG", "12A", "15"), "DE": ("6", "12", "16"), "FR": ("TP", "12", "16"),
    "ES": ("7", "12", "16"), "IT": ("T", "VM14"), "BR": ("L", "12", "14"), "JP": ("G", "PG12"), "KR": ("12", "15"),
}  # fmt: skip
_OFFERS = ("flatrate", "rent", "buy", "ads")
# How many rows a part has: most titles have few, some have many.
_COUNTS = (0, 1, 1, 2, 2, 3, 5, 8, 13, 20)


def made_facts(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    """Return the details beside those that every title of the catalogue has: studios, money, who thought of it."""
    dice = _dice(title, "facts")
    draw = dice.random
    first = int(draw() * len(sentences.COMPANIES))
    places = [(first + each) % len(sentences.COMPANIES) for each in range(int(draw() * 4))]
    facts: dict[str, Any] = {
        "homepage": f"https://titles.example/{title.tmdb_id}" if draw() < 0.2 else "",
        "production_companies": [_company(place, title.countries[0]) for place in places],
    }
    if title.tmdb_type == "tv":
        facts["created_by"] = [_creator(catalogue, title)] if draw() < 0.4 else []
        networks = sorted(catalogue.networks.values(), key=lambda network: network.id)[: int(draw() * 3)]
        facts["networks"] = [
            {"id": n.tmdb_id, "logo_path": None, "name": n.name, "origin_country": n.origin_country or ""}
            for n in networks
        ]
        return facts
    budget = int(draw() ** 6 * 100_000_000)
    collection = draw() < 0.1
    return facts | {
        "belongs_to_collection": _collection(title) if collection else None,
        "budget": budget,
        "revenue": int(budget * draw() * 4),
    }


def external_ids(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the ids at other places."""
    number = title.tmdb_id or 0
    ids: dict[str, Any] = {"imdb_id": title.imdb_id}
    if title.tmdb_type == "tv":
        ids |= {"freebase_mid": None, "freebase_id": None, "tvdb_id": number, "tvrage_id": None}
    wikidata = f"Q{number}" if number % 4 == 0 else None
    social = f"title{number}" if number % 8 == 1 else None
    return ids | {"wikidata_id": wikidata, "facebook_id": social, "instagram_id": social, "twitter_id": None}


def images(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return posters, backdrops and logos."""
    dice = _dice(title, "images")

    def rows(name: str, width: int, height: int, suffix: str = ".jpg") -> list[dict[str, Any]]:
        codes = [_LANGUAGES[int(dice.random() * 8)][0] if dice.random() < 0.7 else None for _ in range(_some(dice))]
        paths = (image_path(title.id, name, at, suffix=suffix) for at in range(len(codes)))
        return [
            image_row(path, width, height, code, int(dice.random() * 4))
            for path, code in zip(paths, codes, strict=True)
        ]

    return {
        "backdrops": rows("backdrops", 1920, 1080),
        "logos": rows("logos", 500, 210, ".png") if title.vote_count > 100 else [],
        "posters": rows("posters", 1000, 1500),
    }


def videos(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return trailers and clips."""
    dice = _dice(title, "videos")
    rows = [
        {
            "iso_639_1": "en",
            "iso_3166_1": "US",
            "name": f"{title.title} - {kind}",
            "key": letters(11, title.id, "video", at),
            "site": "YouTube",
            "size": 1080,
            "type": kind,
            "official": dice.random() < 0.5,
            "published_at": f"{title.release_date}T15:00:00.000Z",
            "id": hex_id(title.id, "video", at),
        }
        for at, kind in enumerate(("Trailer", "Teaser", "Clip", "Featurette")[: _some(dice)])
    ]
    return {"results": rows}


def keywords(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the keywords: a film has `keywords`, a programme `results`."""
    dice = _dice(title, "keywords")
    places = sorted(dice.sample(range(len(sentences.KEYWORDS)), _some(dice)))
    rows = [{"id": _FIRST_KEYWORD + place, "name": sentences.KEYWORDS[place]} for place in places]
    return {"results" if title.tmdb_type == "tv" else "keywords": rows}


def alternative_titles(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the titles in other countries."""
    dice, serial = _dice(title, "alternative"), title.tmdb_id or 0
    named = ((country, sentences.foreign_title(code, serial // 4)) for code, country, _ in _LANGUAGES)
    rows = [{"iso_3166_1": country, "title": name, "type": ""} for country, name in named if name]
    return {"results" if title.tmdb_type == "tv" else "titles": rows[: _some(dice)]}


def translations(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the translations, English first; many have a title and no text."""
    serial = title.tmdb_id or 0
    rows = [translation(title, *_LANGUAGES[0], title.overview or "")]
    for code, country, name in _LANGUAGES[1 : 1 + _some(_dice(title, "translations"))]:
        own = sentences.foreign_title(code, serial // 4) or title.title
        rows.append(translation(title, code, country, name, sentences.foreign_plot(code, serial), own))
    return {"translations": rows}


def translation(title: Title, code: str, country: str, name: str, overview: str, own: str = "") -> dict[str, Any]:
    """Return a translation into a language, with the title in it where it is another one than the original."""
    data: dict[str, Any] = {"homepage": "", "overview": overview, "tagline": ""}
    data |= {"name": own} if title.tmdb_type == "tv" else {"title": own, "runtime": title.runtime or 0}
    return {"iso_3166_1": country, "iso_639_1": code, "name": name, "english_name": name, "data": data}


def release_dates(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return a film's releases by country, its own first."""
    dice = _dice(title, "releases")
    others = [country for country in _CERTIFICATIONS if country not in title.countries]
    results = []
    for country in (*title.countries, *others[: _some(dice)]):
        marks = _CERTIFICATIONS.get(country, ("",))
        row: dict[str, Any] = {
            "certification": marks[int(dice.random() * len(marks))] if dice.random() < 0.6 else "",
            "descriptors": [],
            "iso_639_1": "",
            "note": "",
            "release_date": f"{title.release_date}T00:00:00.000Z",
            "type": 3 if dice.random() < 0.7 else 4,
        }
        results.append({"iso_3166_1": country, "release_dates": [row]})
    return {"results": results}


def content_ratings(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return a programme's ratings by country."""
    chosen = list(_CERTIFICATIONS.items())[: _some(_dice(title, "ratings"))]
    return {"results": [{"descriptors": [], "iso_3166_1": country, "rating": marks[0]} for country, marks in chosen]}


def watch_providers(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return who shows the title per country."""
    dice = _dice(title, "offers")
    known = list(catalogue.providers.values())
    results: dict[str, Any] = {}
    for _, country, _ in sorted(_LANGUAGES[: _some(dice)], key=lambda row: row[1]) if known else ():
        link = f"https://www.themoviedb.org/{title.tmdb_type}/{title.tmdb_id}/watch?locale={country}"
        chosen = [known[int(dice.random() * len(known))] for _ in range(1 + int(dice.random() * 3))]
        rows = [
            {
                "logo_path": provider.logo_path,
                "provider_id": provider.id,
                "provider_name": provider.name,
                "display_priority": at,
            }
            for at, provider in enumerate(chosen)
        ]
        results[country] = {"link": link, **dict.fromkeys(dice.sample(_OFFERS, 1 + int(dice.random() * 2)), rows)}
    return {"results": results}


def reviews(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the first page of what people wrote: mostly nothing."""
    dice = _dice(title, "reviews")
    count = _some(dice) // 5
    return first_page([_review(title, at, sentences.plot(dice)) for at in range(count)])


def lists(catalogue: Catalogue, title: Title, language: str) -> dict[str, Any]:
    """Return the first page of the lists that people put the title on."""
    rows = [
        {
            "description": "",
            "favorite_count": 0,
            "id": 1_000 + at,
            "item_count": 20 * (at + 1),
            "iso_639_1": "en",
            "iso_3166_1": "US",
            "name": f"Watched in {2010 + at}",
            "poster_path": None,
        }
        for at in range(min(10, _some(_dice(title, "lists"))))
    ]
    return first_page(rows)


_SHARED: dict[str, Part] = {
    "alternative_titles": alternative_titles,
    "external_ids": external_ids,
    "images": images,
    "keywords": keywords,
    "lists": lists,
    "reviews": reviews,
    "translations": translations,
    "videos": videos,
    "watch/providers": watch_providers,
}
MADE_PARTS: dict[str, dict[str, Part]] = {
    "movie": {**_SHARED, "release_dates": release_dates},
    "tv": {**_SHARED, "content_ratings": content_ratings},
}


def _dice(title: Title, purpose: str) -> Random:
    return made.dice_of(str(title.tmdb_type), title.tmdb_id or 0, purpose)


def _some(dice: Random) -> int:
    return _COUNTS[int(dice.random() * len(_COUNTS))]


def _company(place: int, country: str) -> dict[str, Any]:
    return {
        "id": made.FIRST_ID + place,
        "logo_path": image_path("company", place, suffix=".png") if place % 2 else None,
        "name": sentences.COMPANIES[place],
        "origin_country": country,
    }


def _creator(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    row = person_row(catalogue.person(title.credits[-1].person_id))
    names = ("id", "name", "original_name", "gender", "profile_path")
    return {**{name: row[name] for name in names}, "credit_id": hex_id(title.id, "creator")}


def _collection(title: Title) -> dict[str, Any]:
    return {
        "id": title.tmdb_id,
        "name": f"{title.title} Collection",
        "poster_path": image_path(title.id, "collection"),
        "backdrop_path": None,
    }


def _review(title: Title, at: int, text: str) -> dict[str, Any]:
    name = sentences.person_name(at + (title.tmdb_id or 0))
    number = hex_id(title.id, "review", at)
    return {
        "author": name,
        "author_details": {"name": name, "username": name.lower(), "avatar_path": None, "rating": 1 + at % 10},
        "content": text,
        "created_at": f"{title.release_date}T10:00:00.000Z",
        "id": number,
        "updated_at": f"{title.release_date}T10:00:00.000Z",
        "url": f"https://www.themoviedb.org/review/{number}",
    }
