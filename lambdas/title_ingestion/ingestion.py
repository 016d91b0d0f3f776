"""Lists one pair and publishes its changed titles and the end of the listing."""

from collections.abc import Iterable, Iterator, Sequence

from marquee import clock, guide, keys, listing
from marquee.clients.watchmode import ListedTitle, WatchModeClient
from marquee.errors import QuotaExhausted
from marquee.messages import envelope
from marquee.messages.titles import ListingCompleted, TitleListed, end_of_listing
from marquee.messages.work import ListingRequest
from marquee.models.titles import IndexRow
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.stream import EventStream, Record
from marquee.telemetry import MetricUnit, logger, metrics

COMPONENT = "title_ingestion"


class TitleIngestion:
    """Lists pairs.

    A request may come twice: a listing that began at or after the request satisfies it, and the part of the job is
    counted once. Nothing is published before the last page has been read, so a failure in
    between publishes nothing.
    """

    def __init__(
        self,
        client: WatchModeClient,
        index: GuideIndex,
        listings: ListingRepository,
        jobs: JobRepository,
        stream: EventStream,
    ) -> None:
        self._client = client
        self._index = index
        self._listings = listings
        self._jobs = jobs
        self._stream = stream

    def ingest(self, request: ListingRequest, deadline: float) -> None:
        """List the pair before `deadline` (epoch seconds) and record how its part of the job ended.

        Raises UpstreamError, StreamUnavailable or an error of AWS when it has to be tried again.

        Credits that are not there are no failure: the part is deferred to a run that has them.
        """
        part = keys.listing_part(request.region, request.source_id, request.genre_id)
        try:
            counts = self._list(request, deadline)
        except QuotaExhausted as error:
            self._jobs.part_ended(request.job_id, part, "deferred", counts={}, error=str(error))
            logger.warning("pair deferred", part=part, job_id=request.job_id, reason=str(error))
        except Exception as error:
            self._jobs.part_ended(request.job_id, part, "failed", counts={}, error=str(error))
            raise
        else:
            self._jobs.part_ended(request.job_id, part, "done", counts=counts)
            logger.info("pair listed", extra={"part": part, "job_id": request.job_id, **counts})

    def _list(self, request: ListingRequest, deadline: float) -> dict[str, int]:
        pair = (request.region, request.source_id, request.genre_id)
        listed_at, _ = self._listings.listed_at([pair]).get(pair, ("", 0))
        if listed_at >= request.requested_at:
            return {"already_listed": 1}
        as_of = clock.now()
        found = self._client.titles_for_pair(
            int(request.source_id), int(request.genre_id), request.region, request.traffic, deadline=deadline
        )
        rows = {row.card.id: row for row in self._index.rows_of_pair(request.source_id, request.genre_id)}
        listed = [to_event(title, request) for title in found.titles]
        changed = [each for each in listed if is_news(each, rows.get(each.id), as_of)]
        self._stream.publish(events(changed, listed if found.is_complete else None, request, as_of))
        if found.is_complete:
            self._listings.record_listed(pair, listed_at=as_of, total=len(listed))
        else:
            logger.warning("listing incomplete", expected=found.total_results, read=len(listed), pair=pair)
        metrics.add_metric("TitlesListed", MetricUnit.Count, len(listed))
        metrics.add_metric("TitlesChanged", MetricUnit.Count, len(changed))
        return {"titles": len(listed), "changed": len(changed), "incomplete": int(not found.is_complete)}


def to_event(title: ListedTitle, request: ListingRequest) -> TitleListed:
    """Return a listed title as an event, attributed to exactly the pair that was asked for."""
    return TitleListed(
        **title.model_dump(),
        source_ids=(request.source_id,),
        genre_ids=(request.genre_id,),
        region=request.region,
    )


def is_news(listed: TitleListed, row: IndexRow | None, as_of: str) -> bool:
    """Return whether the guide index does not show the title under the pair as it is listed now."""
    if row is None or listed.region not in row.regions:
        return True
    return row.listed_as != guide.fingerprint(listing.facts(listed, as_of))


def events(
    changed: Iterable[TitleListed], complete: Sequence[TitleListed] | None, request: ListingRequest, as_of: str
) -> Iterator[Record]:
    """Yield the records of a listing: what changed, by title, and the whole of it, by pair, if it is complete."""
    for title in changed:
        data = envelope.build(
            envelope.TITLE_LISTED, title, component=COMPONENT, cause=request.cause, published_at=as_of
        )
        yield keys.title(title.id), data
    if complete is not None:
        end = ListingCompleted(
            source_id=request.source_id,
            genre_id=request.genre_id,
            region=request.region,
            title_ids=tuple(title.id for title in complete),
        )
        yield end_of_listing(end, component=COMPONENT, cause=request.cause, published_at=as_of)
