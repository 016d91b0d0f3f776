from datetime import UTC, datetime

from local.catalogue.demo import load_demo
from local.demo import title_events
from marquee import clock, listing
from marquee.messages import envelope
from marquee.messages.envelope import Event
from marquee.messages.titles import title_listed
from marquee.models.titles import Listing, Title

DEMO = load_demo()
BEFORE = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LATER = "2026-05-04T10:00:00.000Z"


def published() -> list[Event]:
    return [envelope.parse(record["Data"]) for record in title_events(DEMO, BEFORE)]


def listed(event: Event) -> Listing:
    return listing.facts(title_listed(event), event.header.publishTimestamp)


def test_every_title_of_the_demo_catalogue_is_published_once() -> None:
    assert [title_listed(event).id for event in published()] == [str(number) for number in DEMO.titles]


def test_published_facts_are_the_catalogues_and_say_nothing_of_where_a_title_is() -> None:
    for event, title in zip(published(), DEMO.titles.values(), strict=True):
        facts = title_listed(event)
        assert (facts.title, facts.type, facts.year) == (title.title, title.type, title.year)
        assert (facts.imdb_id, facts.tmdb_id, facts.tmdb_type) == (title.imdb_id, title.tmdb_id, title.tmdb_type)
        assert facts.popularity_percentile is not None
        assert (facts.source_ids, facts.genre_ids) == ((), ())


def test_unknown_title_becomes_known_as_of_the_publication() -> None:
    known = listing.with_listing(None, "1", listed(published()[0]))

    assert (known.listing.as_of, known.attributions) == (clock.timestamp(BEFORE), {})


def test_title_that_was_listed_since_is_left_alone() -> None:
    for event in published():
        facts = listed(event)
        known = Title(id=title_listed(event).id, listing=facts.model_copy(update={"as_of": LATER}))

        assert listing.with_listing(known, known.id, facts) is known
