"""Where the local cloud listens, where it keeps its state and which providers it talks to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalCloudError

PROJECT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
"""The emulator's default account; its root access key is `test`."""

_PASSED_ON = {
    *("CI", "HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TZ", "USER"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    *("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"),
}
_OTHER_CATALOGUES = ("MARQUEE_UPSTREAM_DATA", "MARQUEE_UPSTREAM_TITLES")
_BUILD_TOOLS = ("PIP_", "UV_", "JSII_", "NODE_")


@dataclass(frozen=True)
class Settings:
    """The choices of one local cloud, read from the environment."""

    web_port: int
    aws_port: int
    upstreams_port: int
    state: Path
    watchmode_key: str | None
    tmdb_token: str | None
    simulator_options: Mapping[str, str]
    record_calls: bool = False
    """Whether CloudTrail remembers every call, for tests that look for calls that should not be."""
    keeps_state: bool = False
    """Whether the emulator writes down what it holds when it is stopped or told to, and begins with that."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read MARQUEE_*_PORT, MARQUEE_LOCAL_DIR, MARQUEE_UPSTREAM_* and the real keys.

        Raises LocalCloudError for a port that is not a number between 1 and 65535 or is named twice.
        """
        ports = {
            name: _port(environ, name, default)
            for name, default in (
                ("MARQUEE_WEB_PORT", 8080),
                ("MARQUEE_AWS_PORT", 4566),
                ("MARQUEE_UPSTREAMS_PORT", 8081),
            )
        }
        if len(set(ports.values())) < len(ports):
            raise LocalCloudError(f"{', '.join(ports)} must name three different ports, not {list(ports.values())}.")
        return cls(
            web_port=ports["MARQUEE_WEB_PORT"],
            aws_port=ports["MARQUEE_AWS_PORT"],
            upstreams_port=ports["MARQUEE_UPSTREAMS_PORT"],
            state=PROJECT / environ.get("MARQUEE_LOCAL_DIR", ".local"),
            watchmode_key=environ.get("WATCHMODE_API_KEY") or None,
            tmdb_token=environ.get("TMDB_ACCESS_TOKEN") or None,
            simulator_options={name: value for name, value in environ.items() if name.startswith("MARQUEE_UPSTREAM_")},
            record_calls=environ.get("MARQUEE_RECORD_CALLS") == "1",
        )

    @property
    def logs(self) -> Path:
        """Return the folder with one log file per process."""
        return self.state / "logs"

    @property
    def web_url(self) -> str:
        """Return the address of the front door."""
        return f"http://localhost:{self.web_port}"

    @property
    def aws_url(self) -> str:
        """Return the address of the AWS emulator."""
        return f"http://localhost:{self.aws_port}"

    @property
    def upstreams_url(self) -> str:
        """Return the address of the simulated providers."""
        return f"http://localhost:{self.upstreams_port}"

    @property
    def needs_simulators(self) -> bool:
        """Tell whether at least one provider has to be simulated."""
        return not (self.watchmode_key and self.tmdb_token)

    @property
    def shows_demo(self) -> bool:
        """Tell whether the catalogue is the demo's: no provider is real and the simulators serve nothing else."""
        other = any(self.simulator_options.get(name) for name in _OTHER_CATALOGUES)
        return not (self.watchmode_key or self.tmdb_token or other)


def clean_environment(environ: Mapping[str, str] = os.environ, *, build: bool = False) -> dict[str, str]:
    """Return what a child process may inherit; `build` adds the settings of pip, uv and Node.

    Functions inherit the emulator's environment, so neither AWS profiles nor the keys in the caller's shell may be
    in it.
    """
    prefixes = _BUILD_TOOLS if build else ()
    kept = {name: value for name, value in environ.items() if name in _PASSED_ON or name.startswith(prefixes)}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, (environ.get(name), "localhost", HOST)))
    return kept


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LocalCloudError(f"{name} must be a port between 1 and 65535, not {text!r}.")
    return int(text)
