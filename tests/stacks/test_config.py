"""The configuration: what is right becomes an object, what is wrong becomes one sentence."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from stacks.config import ConfigError, EnvironmentConfig, load
from tests.stacks.assemblies import CONTEXT, ENVIRONMENTS, run_app


def loaded(environment: str = "dev", *, change: dict[str, Any] | None = None, **context: Any) -> EnvironmentConfig:
    """Load cdk.json for `environment`, with some of its values changed."""
    altered = copy.deepcopy(CONTEXT)
    altered["environments"][environment] |= change or {}
    return load((altered | {"env": environment} | context).get)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_of_cdk_json_loads(environment: str) -> None:
    config = loaded(environment)

    assert config.name == environment
    assert config.regions_served == ("GB",)


def test_environment_overrides_defaults() -> None:
    assert loaded("dev").log_retention == "TWO_WEEKS"
    assert loaded("prod").log_retention == "THREE_MONTHS"


def test_configuration_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        loaded().tracing = False  # type: ignore[misc]


def test_only_local_and_dev_sign_in_by_password_and_only_local_speaks_plain_http() -> None:
    for environment in ENVIRONMENTS:
        config = loaded(environment)
        assert config.password_sign_in == (environment in ("local", "dev"))
        assert config.tls_only == (environment != "local")


def test_missing_environment_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"-c env=<name>; known are local, dev, staging, prod\.$"):
        load(CONTEXT.get)


def test_unknown_environment_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no environment 'qa'; known are local, dev, staging, prod\.$"):
        load((CONTEXT | {"env": "qa"}).get)


def test_unknown_key_is_named() -> None:
    with pytest.raises(ConfigError, match=r"'dev' has the unknown key 'log_levle'; known are .*log_level"):
        loaded(change={"log_levle": "INFO"})


@pytest.mark.parametrize("field", [field.name for field in fields(EnvironmentConfig) if field.name != "name"])
def test_missing_key_is_named(field: str) -> None:
    context = copy.deepcopy(CONTEXT) | {"env": "dev"}
    context["defaults"].pop(field)
    context["environments"]["dev"].pop(field, None)

    with pytest.raises(ConfigError, match=f"'dev' lacks '{field}'"):
        load(context.get)


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        pytest.param("regions_served", [], "a list of different two-letter", id="no region"),
        pytest.param("regions_served", ["gb"], "capitals", id="region in small letters"),
        pytest.param("regions_served", ["GB", "GB"], "different", id="region twice"),
        pytest.param("regions_served", "GB", "a list", id="region as text"),
        pytest.param("reference_schedule", "daily", "cron", id="schedule in words"),
        pytest.param("listing_schedule", "cron(0 5 * * *)", "six fields", id="schedule of five fields"),
        pytest.param("sweep_schedule", "rate(0 minutes)", "rate", id="schedule without end"),
        pytest.param("tmdb_daily_schedule", "", "cron", id="no schedule"),
        pytest.param("digest_schedule", "07:00", "cron", id="schedule as a time"),
        pytest.param("email_sender", "marquee", "an e-mail address, or empty", id="sender without a domain"),
        pytest.param("email_sender", None, "an e-mail address, or empty", id="no sender"),
        pytest.param("alarm_email", "operators", "an e-mail address, or empty", id="nobody to tell of alarms"),
        pytest.param("monthly_budget_dollars", 49.9, "a whole number from 0", id="budget with cents"),
        pytest.param("monthly_budget_dollars", -1, "a whole number from 0", id="budget below nothing"),
        pytest.param("stream_mode", "provisioned", "one of PROVISIONED, ON_DEMAND", id="mode in small letters"),
        pytest.param("stream_shards", 0, "a whole number from 1 to 200", id="no shard"),
        pytest.param("stream_shards", True, "a whole number", id="flag as number"),
        pytest.param("stream_retention_hours", "24", "a whole number from 24 to 168", id="number as text"),
        pytest.param("watchmode_url", "api.watchmode.com/v1", "http or https", id="address without scheme"),
        pytest.param("tmdb_url", "https://api.themoviedb.org/3/", "without a slash", id="address with a slash"),
        pytest.param("google_issuer", "accounts.google.com", "http or https", id="issuer without scheme"),
        pytest.param("google_sign_in", "yes", "true or false", id="sign-in as text"),
        pytest.param("log_level", "TRACE", "one of DEBUG, INFO", id="unknown level"),
        pytest.param("log_retention", "FOREVER", "one of ONE_DAY", id="unknown period"),
        pytest.param("tracing", "false", "true or false", id="flag as text"),
        pytest.param("retain_data", None, "true or false", id="no value"),
        pytest.param("architecture", "x86", "one of arm64, host", id="unknown architecture"),
    ],
)
def test_wrong_value_is_named_with_what_it_must_be(key: str, value: Any, wanted: str) -> None:
    with pytest.raises(ConfigError, match=f"'dev' has {key} = .* must be .*{wanted}"):
        loaded(change={key: value})


def test_addresses_of_the_providers_can_be_overridden_in_local() -> None:
    config = loaded("local", watchmodeUrl="http://localhost:9999/watchmode/v1", tmdbUrl="http://localhost:9999/tmdb/3")

    assert config.watchmode_url == "http://localhost:9999/watchmode/v1"
    assert config.tmdb_url == "http://localhost:9999/tmdb/3"


def test_addresses_of_the_providers_cannot_be_overridden_elsewhere() -> None:
    with pytest.raises(ConfigError, match="watchmodeUrl is for the local environment only, not for 'prod'"):
        loaded("prod", watchmodeUrl="http://localhost:9999/v1")


def test_unusable_override_is_named() -> None:
    with pytest.raises(ConfigError, match="-c tmdbUrl=nowhere cannot be used: it must be an http or https address"):
        loaded("local", tmdbUrl="nowhere")


def test_context_without_environments_says_so() -> None:
    with pytest.raises(ConfigError, match="an object under 'environments'"):
        load({"env": "dev"}.get)


def test_app_answers_a_wrong_environment_with_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    result = run_app(tmp_path, env="qa")

    assert result.returncode != 0
    assert "There is no environment 'qa'; known are local, dev, staging, prod." in result.stderr.splitlines()
    assert "Traceback" not in result.stderr
    assert not any(tmp_path.glob("*.template.json"))
