"""What is missing of titles is counted, with examples, and kept by day."""

import pytest

from data_quality import handler
from data_quality.sweep import sweep
from marquee.models.titles import ListedOffer, Offer, ProviderOffer
from marquee.quality import EXAMPLES, Tally, flaws
from marquee.repositories.quality import QualityRepository
from tests.fakes.titles import DAY1, DAY2, details, listed, listing, title, tmdb
from tests.unit.conftest import Cloud, FakeContext

WHOLE = {
    "listing": listing(imdb_id="tt1"),
    "details": details(poster="p", plot_overview="o"),
    "tmdb": tmdb(poster="p", overview="o"),
    "enrichment_state": "done",
}
SAID = ProviderOffer(first_seen=DAY1, last_seen=DAY1)
LEFT = ProviderOffer(first_seen=DAY1, last_seen=DAY1, left_at=DAY1)
LISTED = ListedOffer(first_seen=DAY1, as_of=DAY1)


def offer(source: str = "203", **voices: object) -> Offer:
    return Offer.model_validate({"region": "GB", "source_id": source, **voices})


def test_title_of_which_everything_is_known_has_no_flaw() -> None:
    assert flaws(title("1", "GB:203:4", **WHOLE), [offer(watchmode=SAID, tmdb=SAID)], DAY2) == set()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"enrichment_state": "failed"}, {"unknown"}, id="nobody knows it"),
        pytest.param({"details": details(), "tmdb": tmdb(overview="o")}, {"no_poster"}, id="no poster"),
        pytest.param({"details": details(poster="p"), "tmdb": tmdb()}, {"no_overview"}, id="no overview"),
        pytest.param({"listing": listing()}, {"no_imdb_id"}, id="no IMDb id"),
        pytest.param({"tmdb": None}, {"no_tmdb_id"}, id="no TMDB id"),
    ],
)
def test_each_flaw_is_seen(facts: dict[str, object], expected: set[str]) -> None:
    assert flaws(title("1", "GB:203:4", **{**WHOLE, **facts}), [], DAY2) == expected


@pytest.mark.parametrize(
    ("found", "disputed"),
    [
        pytest.param(offer(watchmode=SAID), True, id="only WatchMode"),
        pytest.param(offer(listing=LISTED, tmdb=LEFT), True, id="only the list"),
        pytest.param(offer(watchmode=LEFT, tmdb=SAID), True, id="only TMDB"),
        pytest.param(offer(listing=LISTED, tmdb=SAID), False, id="both"),
        pytest.param(offer("tmdb-8", tmdb=SAID), False, id="a service that WatchMode does not know"),
    ],
)
def test_providers_disagree_where_one_of_both_says_so(found: Offer, disputed: bool) -> None:
    assert ("disagreeing" in flaws(title("1", "GB:203:4", **WHOLE), [found], DAY2)) is disputed


def test_old_details_and_titles_on_no_service_are_seen() -> None:
    assert flaws(title("1", **WHOLE), [offer(watchmode=LEFT, tmdb=LEFT)], "2027-01-01T00:00:00.000Z") == {
        "no_offers",
        "old_details",
    }


def test_examples_are_the_best_known_and_few() -> None:
    tally = Tally()
    for number in range(EXAMPLES + 5):
        tally.add(title(str(number), listing=listing(popularity=float(number))), {"no_poster"})

    measure = next(each for each in tally.report(DAY1).measures if each.name == "no_poster")

    assert (measure.count, measure.of, len(measure.examples)) == (15, 15, EXAMPLES)
    assert measure.examples[0].id == "14"


def test_every_title_is_looked_at_once_and_the_day_keeps_the_report(cloud: Cloud) -> None:
    listed(cloud.titles, title("11", "GB:203:4"), title("12", "GB:203:4", **WHOLE))

    answers = [handler.lambda_handler({}, FakeContext()) for _ in range(2)]  # type: ignore[arg-type]

    assert answers[0]["counts"]["titles"] == answers[1]["counts"]["titles"] == 2
    assert answers[0]["counts"]["no_card"] == 1
    kept = QualityRepository(cloud.operations)
    latest = kept.latest()
    assert latest is not None
    assert {each.name: each.count for each in latest.measures}["no_card"] == 1
    assert [each.counts["no_card"] for each in kept.trend(10)] == [1]
    job = cloud.jobs.get(answers[1]["job_id"])
    assert job is not None
    assert (job.state, job.kind) == ("succeeded", "data_quality")


def test_sweep_without_time_says_how_many_titles_are_left(cloud: Cloud) -> None:
    listed(cloud.titles, title("11", "GB:203:4"))

    tally, left = sweep(cloud.titles, 0)

    assert (tally.titles, left) == (0, 1)
