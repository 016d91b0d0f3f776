import httpx
import pytest

from marquee.clients.watchmode import WatchModeClient
from marquee.errors import QuotaExhausted, UpstreamUnavailable
from marquee.governor import watchmode_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.provider import FakeProvider

SCHEDULED, VIEWER = TrafficClass.SCHEDULED, TrafficClass.VIEWER


@pytest.fixture
def governor(table, clock):
    return Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)


@pytest.fixture
def make_client(governor):
    def make(*answers, used=300):
        governor.report_quota(2500, used)
        provider = FakeProvider(*answers)
        return WatchModeClient("https://wm.test/v1/", "key", governor, transport=provider.transport), provider

    return make


def title(number):
    return {
        "id": number,
        "title": f"Title {number}",
        "type": "movie",
        "year": None,
        "imdb_id": None,
        "tmdb_id": 0,
        "tmdb_type": None,
    }


def listing(pages, total, broken_page=None):
    """Return a provider's answer to list-titles out of prepared pages of title numbers."""

    def answer(request):
        number = int(request.url.params["page"])
        if number == broken_page:
            return httpx.Response(400, json={"success": False, "statusCode": 400, "statusMessage": "No."})
        body = {
            "titles": [title(each) for each in pages[number - 1]],
            "page": number,
            "total_results": total,
            "total_pages": len(pages),
        }
        return httpx.Response(200, json=body)

    return answer


def test_a_pair_is_listed_to_its_last_page_with_each_title_once(make_client):
    client, provider = make_client(listing([[1, 2], [2, 3], [4]], total=4))
    found = client.titles_for_pair(203, 7, "GB", SCHEDULED)
    assert [each.id for each in found.titles] == [1, 2, 3, 4]
    assert found.is_complete
    assert dict(provider.requests[0].url.params) == {
        "source_ids": "203",
        "genres": "7",
        "regions": "GB",
        "sort_by": "popularity_desc",
        "page": "1",
        "limit": "250",
    }


def test_a_listing_in_which_rows_moved_is_known_to_be_incomplete(make_client):
    client, _ = make_client(listing([[1, 2], [2, 3]], total=4))
    assert not client.titles_for_pair(203, 7, "GB", SCHEDULED).is_complete


def test_a_pair_without_titles_is_complete_after_one_call(make_client):
    client, provider = make_client(listing([[]], total=0))
    found = client.titles_for_pair(203, 7, "GB", SCHEDULED)
    assert found.titles == ()
    assert found.is_complete
    assert len(provider.requests) == 1


def test_a_listing_that_the_credits_of_the_day_cannot_finish_costs_one_credit(make_client, governor):
    client, provider = make_client(listing([[n] for n in range(200)], total=200))
    with pytest.raises(QuotaExhausted):
        client.titles_for_pair(203, 7, "GB", SCHEDULED)
    assert len(provider.requests) == 1
    assert governor.snapshot().budget.spent_today == 1


def test_a_listing_that_breaks_off_gives_back_the_credits_of_the_other_pages(make_client, governor):
    client, _ = make_client(listing([[n] for n in range(10)], total=10, broken_page=4))
    with pytest.raises(Exception, match="No"):
        client.titles_for_pair(203, 7, "GB", SCHEDULED)
    assert governor.snapshot().budget.spent_today == 3


def test_the_quota_is_asked_for_before_the_first_credit_of_a_day(governor):
    provider = FakeProvider(httpx.Response(200, json={"quota": 2500, "quotaUsed": 100}), httpx.Response(200, json=[]))
    client = WatchModeClient("https://wm.test/v1", "key", governor, transport=provider.transport)
    client.genres(VIEWER)
    client.genres(VIEWER)
    assert provider.paths == ["/v1/status", "/v1/genres", "/v1/genres"]
    budget = governor.snapshot().budget
    assert (budget.quota, budget.used, budget.spent_today) == (2500, 100, 2)


def test_an_outage_before_the_quota_is_known_spends_nothing(governor):
    provider = FakeProvider(httpx.Response(500))
    client = WatchModeClient("https://wm.test/v1", "key", governor, transport=provider.transport)
    with pytest.raises(UpstreamUnavailable):
        client.genres(VIEWER)
    assert set(provider.paths) == {"/v1/status"}


def test_the_quota_in_the_headers_is_believed(make_client, governor):
    headers = {"X-Account-Quota": "2500", "X-Account-Quota-Used": "2500"}
    client, provider = make_client(httpx.Response(200, json=[], headers=headers))
    client.genres(VIEWER)
    with pytest.raises(QuotaExhausted):
        client.genres(VIEWER)
    assert len(provider.requests) == 1


def test_a_call_costs_two_requests_to_the_table(make_client, table):
    client, _ = make_client(httpx.Response(200, json=[]))
    client.genres(VIEWER)
    table.requests.clear()
    client.genres(VIEWER)
    assert table.requests == {"UpdateItem": 2}


@pytest.mark.parametrize(("with_sources", "credits"), [(True, 2), (False, 1)])
def test_offers_cost_a_credit_more(make_client, governor, with_sources, credits):
    client, provider = make_client(httpx.Response(200, json=title(5)))
    details = client.details(5, ["GB", "US"], VIEWER, with_sources=with_sources)
    assert governor.snapshot().budget.spent_today == credits
    assert details.sources is None
    assert ("append_to_response" in provider.requests[0].url.params) == with_sources


def test_sentences_and_dangerous_links_are_no_links(make_client):
    offer = {
        "source_id": 203,
        "name": "Netflix",
        "type": "sub",
        "region": "GB",
        "ios_url": "Deeplinks available for paid plans only.",
        "android_url": "nflx://www.netflix.com/title/1",
        "web_url": "javascript://%0aalert(1)",
        "roku_url": "javascript://%0aalert(1)",
        "tvos_url": "data:text/html,<script>alert('://')</script>",
        "android_tv_url": " javascript://%0aalert(1)",
        "format": None,
        "price": None,
        "seasons": None,
        "episodes": None,
    }
    client, _ = make_client(httpx.Response(200, json={**title(5), "genres": None, "sources": [offer]}))
    details = client.details(5, ["GB"], VIEWER)
    (found,) = details.sources
    assert (found.ios_url, found.web_url, found.roku_url) == (None, None, None)
    assert (found.tvos_url, found.android_tv_url) == (None, None)
    assert found.android_url == "nflx://www.netflix.com/title/1"
    assert details.genres == ()
    assert details.tmdb_id is None


def test_a_source_names_each_country_once(make_client):
    source = {"id": 203, "name": "Netflix", "type": "sub", "logo_100px": "", "regions": ["US", "GB", "us", "ar"]}
    client, provider = make_client(httpx.Response(200, json=[source]))
    (found,) = client.sources(["GB", "US"], VIEWER)
    assert found.regions == ("US", "GB", "AR")
    assert found.logo_100px is None
    assert provider.requests[0].url.params["regions"] == "GB,US"
