"""`marquee archive`: TMDB in Marquee's own keeping, harvested, looked at and asked."""

import typer

from cli.archive_estimate import estimated
from cli.archive_harvest import harvest
from cli.archive_items import diff, get, versions
from cli.archive_manifests import manifests
from cli.archive_query import query
from cli.archive_replay import replay
from cli.archive_status import status
from cli.archive_train import train

app = typer.Typer(no_args_is_help=True, help="Harvest TMDB into the archive, and ask the archive.")
for command in (harvest, status, manifests, get, versions, diff, query, replay, train):
    app.command()(command)
app.command("estimate")(estimated)
