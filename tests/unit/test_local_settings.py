from pathlib import Path

import pytest

from local.errors import LocalCloudError
from local.outputs import Outputs
from local.providers import Providers
from local.settings import PROJECT, Settings, clean_environment

SIMULATED = Settings.from_env({})


def test_defaults_are_the_documented_ports_and_folder():
    assert (SIMULATED.web_port, SIMULATED.aws_port, SIMULATED.upstreams_port) == (8080, 4566, 8081)
    assert SIMULATED.state == PROJECT / ".local"


def test_state_folder_outside_the_project_is_kept():
    assert Settings.from_env({"MARQUEE_LOCAL_DIR": "/elsewhere"}).state == Path("/elsewhere")


@pytest.mark.parametrize("port", ["0", "65536", "http", "", "-1"])
def test_impossible_port_is_named_with_its_variable(port: str):
    with pytest.raises(LocalCloudError, match="MARQUEE_AWS_PORT must be a port between 1 and 65535"):
        Settings.from_env({"MARQUEE_AWS_PORT": port})


def test_one_port_for_two_things_is_refused():
    with pytest.raises(LocalCloudError, match="three different ports"):
        Settings.from_env({"MARQUEE_WEB_PORT": "4566"})


def test_catalogue_choices_reach_the_simulators():
    environ = {"MARQUEE_UPSTREAM_DATA": "data", "MARQUEE_UPSTREAM_TITLES": "1000", "MARQUEE_UPSTREAMS_PORT": "9000"}

    options = Settings.from_env(environ).simulator_options

    assert options == {"MARQUEE_UPSTREAM_DATA": "data", "MARQUEE_UPSTREAM_TITLES": "1000"}


@pytest.mark.parametrize("environ", [{}, {"MARQUEE_UPSTREAM_TITLES": ""}, {"MARQUEE_UPSTREAMS_PORT": "9000"}])
def test_simulators_without_another_catalogue_show_the_demo(environ: dict[str, str]):
    assert Settings.from_env(environ).shows_demo


@pytest.mark.parametrize(
    "variable", ["MARQUEE_UPSTREAM_DATA", "MARQUEE_UPSTREAM_TITLES", "WATCHMODE_API_KEY", "TMDB_ACCESS_TOKEN"]
)
def test_other_catalogue_or_real_provider_is_not_the_demo(variable: str):
    assert not Settings.from_env({variable: "1000"}).shows_demo


def test_children_inherit_neither_aws_settings_nor_keys():
    environ = {"PATH": "/bin", "AWS_PROFILE": "mine", "WATCHMODE_API_KEY": "real", "TMDB_ACCESS_TOKEN": "real"}

    assert clean_environment(environ).keys() == {"PATH", "NO_PROXY", "no_proxy"}


def test_local_addresses_bypass_a_proxy_that_children_inherit():
    kept = clean_environment({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "intranet"})

    assert kept["HTTPS_PROXY"] == "http://proxy"
    assert kept["NO_PROXY"] == "intranet,localhost,127.0.0.1"


def test_build_inherits_where_packages_come_from():
    environ = {"PIP_INDEX_URL": "https://mirror.example/simple"}

    assert "PIP_INDEX_URL" in clean_environment(environ, build=True)
    assert "PIP_INDEX_URL" not in clean_environment(environ)


def test_without_keys_both_providers_are_simulated():
    providers = Providers.of(SIMULATED)

    assert providers.watchmode_url == "http://localhost:8081/watchmode/v1"
    assert providers.tmdb_url == "http://localhost:8081/tmdb/3"
    assert providers.control_url == "http://localhost:8081/control"


def test_real_key_of_one_provider_leaves_the_other_simulated():
    settings = Settings.from_env({"WATCHMODE_API_KEY": "real"})

    providers = Providers.of(settings)

    assert (providers.watchmode_url, providers.watchmode_key) == ("https://api.watchmode.com/v1", "real")
    assert providers.free_watchmode_key is None
    assert providers.tmdb_url == "http://localhost:8081/tmdb/3"
    assert settings.needs_simulators


def test_real_keys_of_both_need_no_simulators():
    settings = Settings.from_env({"WATCHMODE_API_KEY": "real", "TMDB_ACCESS_TOKEN": "real"})

    assert not settings.needs_simulators
    assert Providers.of(settings).control_url is None


def test_missing_stack_output_is_named():
    with pytest.raises(LocalCloudError, match="UserPoolId"):
        Outputs.of(SIMULATED, Providers.of(SIMULATED), {}, "key")
