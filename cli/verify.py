"""`marquee verify`: whether a deployment works, asked after each one; what is wrong is said in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError
from rich.text import Text

from cli import terminal
from cli.checks import CHECKS
from cli.checks.site import Check, Site, Skipped
from cli.environment import LOCAL, environment
from cli.errors import OperatorError, sentence
from marquee.errors import MarqueeError

SIGNS = {"ok": ("ok", "green"), "wrong": ("WRONG", "bold red"), "skipped": ("skipped", "dim")}


@dataclass(frozen=True)
class Finding:
    """What came of a check: `ok`, `wrong` with a sentence for each thing, or `skipped` with the reason."""

    check: str
    what: str
    state: str
    sentences: tuple[str, ...] = ()


def known_checks() -> list[str]:
    """Return the names of the checks, for the completion of the shell."""
    return [each.name for each in CHECKS]


def verify(
    env: terminal.Env = LOCAL,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this check; may be repeated.", autocompletion=known_checks)
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--skip", help="Not this check; may be repeated.", autocompletion=known_checks)
    ] = None,
    wait: Annotated[float, typer.Option(min=1, help="Seconds that an event may take.")] = 60,
    as_json: terminal.AsJson = False,
) -> None:
    """Check a deployment from its stacks to an event that goes through the pipeline; exit code 1 if anything is wrong.

    Makes a user for a moment to sign in with, and sends one event, which is counted as a search.
    """
    chosen = chosen_checks(only or [], without or [])
    site = Site(environment(env), wait)
    findings = []
    with terminal.progress.status("checking") as status:
        for finding in examined(site, chosen, status.update):
            findings.append(finding)
            if not as_json:
                show(finding)
    wrong = [each for each in findings if each.state == "wrong"]
    if as_json:
        terminal.print_json({"ok": not wrong, "checks": [asdict(each) for each in findings]})
    elif wrong:
        terminal.results.print(f"{len(wrong)} of {len(findings)} checks found something wrong.")
    else:
        terminal.results.print(f"All is well with {site.place.name}.")
    raise typer.Exit(1 if wrong else 0)


def chosen_checks(only: Sequence[str], without: Sequence[str]) -> list[Check]:
    """Return the checks to make; raises BadParameter for one that there is not."""
    for name in (*only, *without):
        if name not in known_checks():
            raise typer.BadParameter(f"there is no check {name!r}; there are {terminal.listed(known_checks())}.")
    return [each for each in CHECKS if each.name not in without and (not only or each.name in only)]


def examined(site: Site, checks: Sequence[Check], began: object = None) -> Iterator[Finding]:
    """Make the checks one after the other; `began` is told what is looked at."""
    for each in checks:
        if callable(began):
            began(each.what)
        yield finding(site, each)


def finding(site: Site, check: Check) -> Finding:
    """Make one check. What cannot be looked at counts as wrong: nobody knows that it is well."""
    said: list[str] = []
    try:
        said.extend(check.run(site))
    except Skipped as reason:
        return Finding(check.name, check.what, "skipped", (f"{reason}",))
    except (OperatorError, MarqueeError, ClientError, BotoCoreError, HTTPError) as error:
        said.append(f"This could not be looked at: {sentence(error)}")
    return Finding(check.name, check.what, "wrong" if said else "ok", tuple(said))


def show(finding: Finding) -> None:
    """Print what came of a check."""
    word, style = SIGNS[finding.state]
    line = Text(f"{word:8}", style=style)
    line.append(finding.what, style="default")
    if finding.state == "skipped":
        line.append(f": {finding.sentences[0]}", style="dim")
    terminal.results.print(line)
    if finding.state == "wrong":
        for each in finding.sentences:
            terminal.results.print(Text(f"        {each}"), soft_wrap=True)
