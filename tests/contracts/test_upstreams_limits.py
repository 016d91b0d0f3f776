"""Credits, quotas, rates and injected faults."""

import time
from typing import Any

import httpx
import pytest
from provider_schemas import check, tmdb_validator, watchmode_validator

from local.upstreams import FREE_WATCHMODE_KEY, TMDB_TOKEN, WATCHMODE_KEY
from local.upstreams.provider import logger
from local.upstreams.state import State

PAID = {"X-API-Key": WATCHMODE_KEY}
FREE = {"X-API-Key": FREE_WATCHMODE_KEY}
BEARER = {"Authorization": f"Bearer {TMDB_TOKEN}"}


@pytest.mark.parametrize(
    ("path", "parameters", "credits"),
    [
        ("/status", {}, 0),
        ("/sources", {}, 1),
        ("/genres", {}, 1),
        ("/list-titles", {}, 1),
        ("/list-titles", {"regions": "GB"}, 1),
        ("/list-titles", {"regions": "GB,US,CA"}, 3),
        ("/title/3173903/sources", {}, 1),
        ("/title/3173903/details", {}, 1),
        ("/title/tt0903747/details", {}, 2),
        ("/title/tv-1396/details", {}, 2),
        ("/title/3173903/details", {"append_to_response": "sources"}, 2),
        ("/title/3173903/details", {"append_to_response": "sources,seasons,episodes,cast-crew"}, 5),
        ("/title/movie-278/details", {"append_to_response": "sources,cast-crew"}, 4),
        ("/title/1/details", {}, 0),
        ("/list-titles", {"limit": 0}, 0),
    ],
    ids=lambda value: str(value),
)
def test_each_call_costs_what_the_contract_says(watchmode, path: str, parameters: dict[str, Any], credits: int):
    response = watchmode(path, **parameters)

    assert watchmode("/status").json() == {"quota": 40_000, "quotaUsed": credits}
    assert response.headers["x-account-quota"] == "40000"
    assert response.headers["x-account-quota-used"] == str(credits)


def test_each_page_costs_a_credit(watchmode):
    for page in (1, 2, 3):
        watchmode("/list-titles", page=page, limit=10)

    assert watchmode("/status").json()["quotaUsed"] == 3


def test_over_the_quota_the_answer_is_402_until_there_are_credits_again(watchmode_free, control):
    control("PUT", "/limits", json={"watchmode": {"free": {"quota": 3, "quota_used": 1}}})

    assert watchmode_free("/title/tt0903747/details").status_code == 200
    refused = watchmode_free("/genres")

    assert refused.status_code == 402
    check(watchmode_validator("error"), refused.json())
    assert watchmode_free("/status").json() == {"quota": 3, "quotaUsed": 3}
    control("POST", "/reset")
    assert watchmode_free("/genres").status_code == 200


def test_watchmode_takes_120_requests_a_minute_per_key(client: httpx.Client, clock):
    remaining = [client.get("/watchmode/v1/status", headers=PAID).headers["x-ratelimit-remaining"] for _ in range(120)]
    refused = client.get("/watchmode/v1/status", headers=PAID)

    assert remaining == [str(number) for number in range(119, -1, -1)]
    assert refused.status_code == 429
    assert refused.json()["statusMessage"] == "The rate limit was exceeded."
    assert refused.headers["x-ratelimit-limit"] == "120"
    assert refused.headers["retry-after"] == "60"
    assert client.get("/watchmode/v1/status", headers=FREE).status_code == 200
    clock.now += 60
    assert client.get("/watchmode/v1/status", headers=PAID).status_code == 200


def test_tmdb_takes_40_requests_a_second_and_does_not_say_how_long_to_wait(client: httpx.Client, control, clock):
    statuses = [client.get("/tmdb/3/configuration", headers=BEARER).status_code for _ in range(41)]
    refused = client.get("/tmdb/3/configuration", headers=BEARER)

    assert statuses == [200] * 40 + [429]
    assert refused.json()["status_code"] == 25
    check(tmdb_validator("Error"), refused.json())
    assert "retry-after" not in refused.headers
    control("PUT", "/limits", json={"tmdb": {"retry_after": True}})
    assert client.get("/tmdb/3/configuration", headers=BEARER).headers["retry-after"] == "1"
    clock.now += 1
    assert client.get("/tmdb/3/configuration", headers=BEARER).status_code == 200


def test_limits_can_be_set(client: httpx.Client, control):
    control("PUT", "/limits", json={"tmdb": {"requests": 2, "seconds": 10}, "watchmode": {"requests": 1}})

    assert [client.get("/tmdb/3/configuration", headers=BEARER).status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get("/watchmode/v1/status", headers=PAID).status_code for _ in range(2)] == [200, 429]
    assert control("GET", "/limits")["tmdb"] == {"requests": 2, "seconds": 10, "retry_after": False}


@pytest.mark.parametrize("status", [401, 402, 429, 500, 502, 503])
def test_ordered_status_comes_in_the_form_of_the_provider(watchmode, tmdb, control, status: int):
    control("PUT", "/faults", json={"provider": "*", "status": status, "retry_after": 7})

    for response, validator in (
        (watchmode("/genres"), watchmode_validator("error")),
        (tmdb("/configuration"), tmdb_validator("Error")),
    ):
        assert response.status_code == status
        assert response.headers["retry-after"] == "7"
        check(validator, response.json())


def test_fault_hits_only_its_provider_and_path(watchmode, tmdb, control):
    control("PUT", "/faults", json=[{"provider": "watchmode", "path": "/v1/title/*/details", "status": 500}])

    assert watchmode("/title/3173903/details/").status_code == 500
    assert watchmode("/title/3173903/sources").status_code == 200
    assert tmdb("/tv/1396").status_code == 200


def test_rate_strikes_evenly_and_times_ends_it(watchmode, control):
    control("PUT", "/faults", json={"provider": "watchmode", "status": 503, "rate": 0.25, "times": 2})

    statuses = [watchmode("/status").status_code for _ in range(16)]

    assert statuses == [200, 200, 200, 503] * 2 + [200] * 8
    assert control("GET", "/faults")["faults"][0]["struck"] == 2


def test_malformed_body_is_no_json(watchmode, tmdb, control):
    control("PUT", "/faults", json={"provider": "*", "malformed": True})

    for response in (watchmode("/genres"), tmdb("/configuration")):
        assert response.status_code == 200
        with pytest.raises(ValueError):
            response.json()


def test_dropped_connection_leaves_the_answer_unfinished(watchmode, control):
    control("PUT", "/faults", json={"provider": "watchmode", "drop": True, "times": 1})

    with pytest.raises(AssertionError):
        watchmode("/genres")

    assert watchmode("/genres").status_code == 200
    assert control("GET", "/counts")["watchmode"]["by_status"] == {"200": 1, "dropped": 1}


def test_delay_is_waited(watchmode, control):
    control("PUT", "/faults", json={"provider": "watchmode", "delay": 0.05})

    begin = time.perf_counter()
    watchmode("/genres")

    assert time.perf_counter() - begin >= 0.05


def test_faults_are_removed_per_provider(watchmode, tmdb, control):
    control("PUT", "/faults", json=[{"provider": "watchmode", "status": 500}, {"provider": "tmdb", "status": 500}])
    control("DELETE", "/faults?provider=tmdb")

    assert (watchmode("/genres").status_code, tmdb("/configuration").status_code) == (500, 200)
    control("DELETE", "/faults")
    assert watchmode("/genres").status_code == 200


def test_keys_are_masked_in_the_log(client: httpx.Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level("INFO", logger=logger.name):
        client.get("/watchmode/v1/genres", params={"apiKey": WATCHMODE_KEY})
        client.get("/tmdb/3/configuration", params={"api_key": TMDB_TOKEN, "language": "en"})

    assert "apiKey=***" in caplog.text
    assert "api_key=***&language=en" in caplog.text
    assert WATCHMODE_KEY not in caplog.text
    assert TMDB_TOKEN not in caplog.text


def test_key_is_not_in_the_repr_of_a_plan(state: State):
    assert WATCHMODE_KEY not in repr(state.plans)
