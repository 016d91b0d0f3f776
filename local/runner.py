"""`make run`: everything a laptop needs to be the cloud, in order, until somebody stops it."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType

from local import demo
from local.deploy import check_tools
from local.emulator import AwsClients
from local.errors import Interrupted, LocalCloudError
from local.outputs import Outputs
from local.presence import held
from local.processes import Processes
from local.settings import HOST, Settings
from local.site import upload_site
from local.standing import stand_up

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Start the local cloud and stay until a signal ends it; raises LocalCloudError when a step fails."""
    started = time.monotonic()
    with _signals_interrupt(), held(settings.state):
        check_tools()
        _check_ports(settings)
        _clear(settings)
        try:
            with Processes(settings.logs) as processes:
                outputs = _start(settings, processes, say)
                say(_summary(outputs, settings, time.monotonic() - started))
                while True:
                    processes.check()
                    time.sleep(0.5)
        except Interrupted:
            say("Stopped.")
        finally:
            (settings.state / "outputs.json").unlink(missing_ok=True)


def _start(settings: Settings, processes: Processes, say: Callable[[str], None]) -> Outputs:
    cloud = stand_up(settings, processes, say)
    clients, outputs = cloud.clients, cloud.outputs
    upload_site(clients, cloud.stacks)

    say("Loading demo data …")
    try:
        _load_demo(settings, clients, outputs, processes, say)
    except LocalCloudError as error:
        complaints = cloud.emulator.log_tail(r'"level":"(WARNING|ERROR)"|errorMessage=| ERROR ')
        raise LocalCloudError(f"{error} What the functions complained of last:\n{complaints}") from error
    outputs.write(settings.state / "outputs.json")
    return outputs


def _load_demo(
    settings: Settings, clients: AwsClients, outputs: Outputs, processes: Processes, say: Callable[[str], None]
) -> None:
    demo.load_reference(clients, outputs)
    titles = demo.wait_for_titles(demo.choose_preferences(clients, outputs), processes)
    say(f"The demo viewer's guide has at least {titles} titles.")
    demo.load_lists(clients, outputs)
    if settings.shows_demo:
        demo.wait_for_listings(clients, outputs, processes)
        published = demo.publish_catalogue(clients, outputs)
        say(f"All {published} titles of the demo catalogue are published; search finds them in a moment.")


def _summary(outputs: Outputs, settings: Settings, seconds: float) -> str:
    users = "\n".join(f"  {name:8} {user['email']}  {user['password']}" for name, user in outputs.users.items())
    simulators = f"simulators  {settings.upstreams_url}\n" if settings.needs_simulators else ""
    return (
        f"\nMarquee is up after {seconds:.0f} s.\n\n"
        f"web app     {outputs.web_url}\n"
        f"API         {outputs.api_url}\n"
        f"AWS         {outputs.aws_endpoint_url}  (region {outputs.region}, key and secret: test)\n"
        f"{simulators}"
        f"\ndemo users\n{users}\n"
        f"\ntoken       make token USER=viewer\n"
        f"logs        {_shown(settings.logs)}\n"
        f"all of it   {_shown(settings.state)}/outputs.json\n"
        "\nCtrl-C stops everything."
    )


def _shown(path: os.PathLike[str]) -> str:
    return os.path.relpath(path)


def _check_ports(settings: Settings) -> None:
    ports = {"MARQUEE_WEB_PORT": settings.web_port, "MARQUEE_AWS_PORT": settings.aws_port}
    if settings.needs_simulators:
        ports["MARQUEE_UPSTREAMS_PORT"] = settings.upstreams_port
    for name, port in ports.items():
        if not _is_free(port):
            raise LocalCloudError(f"Port {port} is taken; set {name} to another one.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without this, a port that a finished run has just left would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _clear(settings: Settings) -> None:
    shutil.rmtree(settings.logs, ignore_errors=True)
    _clear_away(settings.state / "tmp")
    for folder in (settings.logs, settings.state / "tmp"):
        folder.mkdir(parents=True)
    (settings.state / "outputs.json").unlink(missing_ok=True)


def _clear_away(folder: Path) -> None:
    """Remove a folder while we go on: every function has unpacked its layer there, which takes long to delete.

    At the end of a run nobody would wait for it; what a short run leaves of it goes with the next.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-old-{time.time_ns()}"))
    for old in folder.parent.glob(f"{folder.name}-old-*"):
        Thread(target=shutil.rmtree, args=(old, True), daemon=True).start()


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # A second signal must not cut the orderly stop short.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
