"""`python -m local`: run, stop and sign in to the local cloud."""

import sys
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError

from local import presence, runner
from local.emulator import AwsClients
from local.errors import LocalCloudError
from local.outputs import Outputs
from local.settings import Settings
from local.users import id_token

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """Start the local cloud, deploy to it, load demo data and stay until Ctrl-C."""
    runner.run(Settings.from_env(), lambda line: print(line, flush=True))


@app.command()
def stop() -> None:
    """Stop the local cloud that runs in this folder."""
    print("Stopped." if presence.stop(Settings.from_env().state) else "No local cloud is running here.")


@app.command()
def token(user: Annotated[str, typer.Option(help="viewer or admin")] = "viewer") -> None:
    """Print an ID token of a demo user and nothing else."""
    state = Settings.from_env().state
    if not presence.is_running(state):
        raise LocalCloudError("No local cloud is running here; start one with `make run`.")
    outputs = Outputs.read(state / "outputs.json")
    clients = AwsClients(outputs.aws_endpoint_url)
    print(id_token(clients, outputs.user_pool_client_id, outputs.user(user)))


def main() -> None:
    """Run a command; what went wrong is told in a sentence, not in a traceback."""
    try:
        app()
    except (LocalCloudError, BotoCoreError, ClientError, HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
