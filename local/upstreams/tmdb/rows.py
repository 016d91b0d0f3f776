"""Rows that several answers share: a person, a picture, a first page."""

from typing import Any

from local.catalogue import Person


def person_row(person: Person) -> dict[str, Any]:
    """Return a person as credits show them."""
    return {
        "adult": person.adult,
        "gender": person.gender,
        "id": person.id,
        "known_for_department": person.department,
        "name": person.name,
        "original_name": person.name,
        "popularity": person.popularity,
        "profile_path": person.profile_path,
    }


def image_row(path: str, width: int, height: int, language: str | None = "en", votes: int = 1) -> dict[str, Any]:
    """Return a picture of so many pixels with the mean of its votes."""
    return {
        "aspect_ratio": round(width / height, 3),
        "height": height,
        "iso_639_1": language,
        "file_path": path,
        "vote_average": 5.0 if votes else 0.0,
        "vote_count": votes,
        "width": width,
    }


def first_page(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows as the first and only page of a list."""
    return {"page": 1, "results": rows, "total_pages": 1, "total_results": len(rows)}
