"""`marquee users`: who may sign in, and who of them operates Marquee."""

from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer
from rich.text import Text

from cli import terminal
from cli.audit import audited
from cli.environment import LOCAL, environment
from cli.user_pool import Users, temporary_password

app = typer.Typer(no_args_is_help=True, help="List, invite, help and promote those who sign in.")
Email = Annotated[str, typer.Argument(help="The e-mail address that the user signs in with.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@app.command("list")
def list_users(
    beginning: Annotated[str, typer.Argument(help="Only those whose address begins so.")] = "",
    env: terminal.Env = LOCAL,
    admins: Annotated[bool, typer.Option("--admins", help="Only operators.")] = False,
    limit: Limit = 100,
    as_json: terminal.AsJson = False,
) -> None:
    """List who may sign in, and who of them is an operator."""
    users = Users.of(environment(env))
    every = users.admins() if admins else users.matching(beginning)
    found = list(islice((each for each in every if each.email.startswith(beginning)), limit))
    if as_json:
        terminal.print_json([asdict(each) for each in found])
        return
    table = terminal.grid(None, "e-mail", "state", "operator", "since", "id")
    for each in found:
        state = each.state.lower() if each.enabled else "disabled"
        table.add_row(*map(Text, (each.email, state, "yes" if each.admin else "", each.created_at[:10], each.id)))
    terminal.results.print(table)


@app.command()
def create(
    email: Email,
    env: terminal.Env = LOCAL,
    admin: Annotated[bool, typer.Option("--admin", help="Make the user an operator.")] = False,
    no_mail: Annotated[
        bool, typer.Option("--no-mail", help="Print the temporary password instead of having it sent.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Invite somebody: Cognito sends a temporary password, which the first sign-in replaces."""
    place = environment(env)
    users = Users.of(place)
    password = temporary_password() if no_mail else None
    with audited(place, "users create", email=email, admin=admin):
        users.invite(email, password)
        if admin:
            users.promote(email)
    _tell(f"{email} may sign in{' and is an operator' if admin else ''}.", email, password, as_json=as_json)


@app.command()
def reset(
    email: Email,
    env: terminal.Env = LOCAL,
    no_mail: Annotated[
        bool, typer.Option("--no-mail", help="Set a temporary password and print it, instead of having a code sent.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Let somebody choose a new password; an invitation that has not been used is sent again."""
    place = environment(env)
    users = Users.of(place)
    password = temporary_password() if no_mail else None
    with audited(place, "users reset", email=email):
        if password:
            users.set_temporary(email, password)
        sent = "a temporary password" if password else users.reset(email)
    _tell(f"{email} gets {sent}.", email, password, as_json=as_json)


@app.command()
def promote(email: Email, env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Make somebody an operator, from the next sign-in on."""
    place = environment(env)
    with audited(place, "users promote", email=email):
        Users.of(place).promote(email)
    _tell(f"{email} is an operator from the next sign-in on.", email, None, as_json=as_json)


@app.command()
def demote(email: Email, env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Take an operator's rights away; tokens that are out hold for another hour at most."""
    place = environment(env)
    with audited(place, "users demote", email=email):
        Users.of(place).demote(email)
    _tell(f"{email} is an operator no more, within an hour at the latest.", email, None, as_json=as_json)


@app.command("forget-app")
def forget_app(email: Email, env: terminal.Env = LOCAL, as_json: terminal.AsJson = False) -> None:
    """Turn two-step sign-in off for somebody who has lost the authenticator app: be sure who asks for it."""
    place = environment(env)
    with audited(place, "users forget-app", email=email):
        Users.of(place).forget_app(email)
    _tell(f"{email} signs in with the password alone.", email, None, as_json=as_json)


def _tell(sentence: str, email: str, password: str | None, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json({"email": email, **({"temporary_password": password} if password else {})})
        return
    terminal.results.print(Text(sentence))
    if password:
        terminal.results.print(Text(f"Temporary password: {password}"))
