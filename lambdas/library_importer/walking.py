"""Reads folders, one after the other, as many as fit into one step."""

from collections.abc import Callable

from library_importer.sources import PAGE, EntryRefused, Listing, Source, as_such
from marquee.errors import RateLimited, SignInRefused, UpstreamError
from marquee.models.import_work import Work

# For fewer entries no other page is asked for.
SMALLEST = 8


def walk(
    source: Source, work: Work, deadline: float, *, gives_up: bool, clock: Callable[[], float]
) -> tuple[Listing, Work]:
    """Return what the next folders of a group hold, and the work behind them; at least one page, however late it is.

    Raises UpstreamError or an error of AWS if not even one can be had now; with `gives_up`, such a folder is refused,
    except where the service says `later` or refuses us: that is true of all folders.
    """
    found, begin = Listing(), work
    while (folder := work.entry) and PAGE - len(found) >= SMALLEST:
        if work is not begin and clock() > deadline:
            break
        try:
            page = source.list(folder, work.page, PAGE - len(found))
        except EntryRefused as error:
            page = Listing(refused=[(as_such(folder), str(error))])
        except UpstreamError as error:
            if work is not begin:
                break
            if not gives_up or isinstance(error, SignInRefused | RateLimited):
                raise
            page = Listing(refused=[(as_such(folder), str(error))])
        found.add(page)
        work = work.model_copy(update={"page": page.next}) if page.next else work.behind()
    return found, work
