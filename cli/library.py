"""`marquee library`: the movie library filled, taken out, counted anew and looked at."""

import typer

from cli.library_export import export
from cli.library_import import import_movies
from cli.library_recount import recount
from cli.library_status import status

app = typer.Typer(no_args_is_help=True, help="Import movies into the library, export it, and look after it.")
app.command("import")(import_movies)
for command in (export, recount, status):
    app.command()(command)
