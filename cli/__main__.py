"""`marquee`: what operators do with a deployed Marquee, one group of commands a domain."""

import sys

import typer
from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError

from cli import archive, events, library
from cli.errors import OperatorError
from local.errors import LocalCloudError
from marquee.errors import MarqueeError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(archive.app, name="archive")
app.add_typer(events.app, name="events")
app.add_typer(library.app, name="library")


@app.callback()
def marquee() -> None:
    """Operate Marquee in any environment: `--env local` is the one that `make run` has started."""


def main() -> None:
    """Run a command; what went wrong is told in a sentence, not in a traceback."""
    try:
        app()
    except (OperatorError, LocalCloudError, MarqueeError, BotoCoreError, ClientError, HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
