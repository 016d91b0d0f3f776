"""The emulator with everything deployed to it, the simulators and the front door: a local cloud without content."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from local.deploy import deploy
from local.emulator import AwsClients, start_emulator, wait_for_emulator
from local.outputs import Outputs
from local.processes import Child, Processes
from local.providers import Providers, start_simulators, wait_for_simulators
from local.settings import HOST, PROJECT, Settings, clean_environment
from local.users import DEMO_USERS, create_user
from local.waiting import answers, wait_until


@dataclass(frozen=True)
class Standing:
    """What stands: the emulator, clients for it, and what the stacks put out."""

    emulator: Child
    clients: AwsClients
    stacks: dict[str, str]
    outputs: Outputs


def stand_up(settings: Settings, processes: Processes, say: Callable[[str], None]) -> Standing:
    """Start everything and deploy the stacks, with the demo users; raises LocalCloudError when a step fails."""
    providers = Providers.of(settings)
    emulator = start_emulator(settings, processes)
    start_simulators(settings, processes)
    clients = wait_for_emulator(settings, processes)

    _put_google_client(clients, providers)
    say("Deploying the stacks …")
    stacks = deploy(settings, providers, processes)
    _put_secrets(clients, providers, stacks)
    outputs = Outputs.of(settings, providers, stacks, _ingest_key(clients, stacks))
    for user in DEMO_USERS.values():
        create_user(clients, outputs.user_pool_id, user)
    _start_front_door(settings, processes, stacks)
    wait_for_simulators(settings, processes)
    return Standing(emulator, clients, stacks, outputs)


def _put_secrets(clients: AwsClients, providers: Providers, stacks: dict[str, str]) -> None:
    secrets = clients.client("secretsmanager")
    secrets.put_secret_value(SecretId=stacks["WatchModeSecretArn"], SecretString=providers.watchmode_key)
    secrets.put_secret_value(SecretId=stacks["TmdbSecretArn"], SecretString=providers.tmdb_token)
    secrets.put_secret_value(SecretId=stacks["DriveSecretArn"], SecretString=providers.drive_credentials)


def _put_google_client(clients: AwsClients, providers: Providers) -> None:
    """Do what operators do before they switch Google on: the deployment reads the client from this secret."""
    name, value = "marquee/local/google", providers.google_client
    clients.client("secretsmanager").create_secret(Name=name, SecretString=value)


def _ingest_key(clients: AwsClients, stacks: dict[str, str]) -> str:
    answer = clients.client("secretsmanager").get_secret_value(SecretId=stacks["IngestKeyArnDemo"])
    return str(answer["SecretString"])


def _start_front_door(settings: Settings, processes: Processes, stacks: dict[str, str]) -> None:
    # The distribution's own name is Amazon's; the emulator answers to the same label under its own.
    label = stacks["DistributionDomain"].split(".", 1)[0]
    environment = clean_environment() | {
        "FRONT_DOOR_EDGE_URL": f"http://{HOST}:{settings.aws_port}",
        "FRONT_DOOR_DOMAIN": f"{label}.cloudfront.localhost:{settings.aws_port}",
        "FRONT_DOOR_PORT": str(settings.web_port),
    }
    processes.start("front-door", [sys.executable, "-m", "local.front_door"], environment, PROJECT)
    wait_until(lambda: answers(settings.web_url), 30, "the front door", alive=processes.check)
