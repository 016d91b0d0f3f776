"""The keys of every item, built here and nowhere else (docs/data-model.md)."""

import hashlib

RECORD = "record"
OFFER_PREFIX = "offer:"
TITLE_PREFIX = "title:"
FOLLOW_PREFIX = "follow:"
RATING_PREFIX = "rating:"
WATCHED_PREFIX = "watched:"
HIDDEN_PREFIX = "hidden:"
FOLLOWER_PREFIX = "follower:"
NOTIFICATION_PREFIX = "notification:"
TYPE_PREFIX = "type:"
MARKS = "marks"
PAIRS = "pairs"
# Partitions of the tmdb_cache table: the version of each list that is read, when missing lists were asked for, how the
# lists were used by day, and what the guide has made of them by country.
CURRENT = "current"
ASKED = "asked"
USAGE = "usage"
SHELF = "shelf"
# In place of a country, for a list that TMDB does not have by country.
WORLD = "world"
PLACED = "placed"
# In the partition of a job: how far its harvest is.
HARVEST = "harvest"
# In the partition of a media type: until when it has been harvested. In that of a kind of job: the one that runs.
STATE = "state"
RUNNING = "running"
# In the partition of a lock: the run that has it, and the one that last succeeded with it.
LOCK = "lock"
SUCCEEDED = "succeeded"
# Values of `list` in the operations table: runs, and failures that are open. Others are `failures:<state>`.
JOBS = "jobs"
FAILURES = "failures"
# Partition of the quality of the data by day, and of what was swept up of it so far.
QUALITY = "quality"
# Movies of a library in one partition; partitions are read whole by a recount and an export.
BLOCK = 1000
HEADER = "header"
IMPORTS = "imports"


def title(title_id: str) -> str:
    """Partition of one title: its record and its offers."""
    return f"title:{title_id}"


def offer(region: str, source_id: str) -> str:
    """Sort key of what one service offers of a title in one country."""
    return f"{OFFER_PREFIX}{region}:{source_id}"


def pair(source_id: str, genre_id: str) -> str:
    """Partition of the guide index, and sort key of the pair's viewer count."""
    return f"source:{source_id}:genre:{genre_id}"


def source(source_id: str) -> str:
    """Partition of one streaming service in the reference data; sort key of a viewer's choice of it."""
    return f"source:{source_id}"


def genre(genre_id: str) -> str:
    """Partition of one genre in the reference data; sort key of a viewer's choice of it."""
    return f"genre:{genre_id}"


def tmdb_crosswalk(tmdb_type: str, tmdb_id: int) -> str:
    """Partition that leads from a TMDB id to the title; movie and tv ids overlap, so the type belongs to it."""
    return f"xref:tmdb:{tmdb_type}:{tmdb_id}"


def imdb_crosswalk(imdb_id: str) -> str:
    """Partition that leads from an IMDb id to the title."""
    return f"xref:imdb:{imdb_id}"


def preferences(user_id: str) -> str:
    """Partition of what one viewer has chosen."""
    return f"userpref:{user_id}"


def user(user_id: str) -> str:
    """Partition of what one viewer has marked and been told; sort key of a viewer who wants a digest."""
    return f"user:{user_id}"


def mark(kind: str, title_id: str) -> str:
    """Sort key of one mark of a viewer."""
    return f"{kind}:{title_id}"


def marked(user_id: str) -> str:
    """Partition of what one viewer has marked, in order of time."""
    return f"marked:{user_id}"


def marked_at(kind: str, moment: str, title_id: str) -> str:
    """Sort key of one mark among those of its kind, in order of time."""
    return f"{kind}:{moment}#{title_id}"


def follower(user_id: str) -> str:
    """Sort key of one follower in the partition of a title (viewers table)."""
    return f"{FOLLOWER_PREFIX}{user_id}"


def notification(moment: str, change_id: str) -> str:
    """Sort key of what a viewer is told of one change; the same change always has the same key."""
    return f"{NOTIFICATION_PREFIX}{moment}#{change_id}"


def announced(change_id: str) -> str:
    """Partition of the pages of followers that have handed a change on to the page after them."""
    return f"announced:{change_id}"


def erased(user_id: str) -> str:
    """Partition that marks an account as erased, without saying whose it was."""
    return f"erased:{hashlib.sha256(user_id.encode()).hexdigest()}"


def calendar(token: str) -> str:
    """Partition that leads from the token of a calendar link to its viewer."""
    return f"calendar:{token}"


def digest(frequency: str) -> str:
    """Partition of the viewers who want an e-mail `daily` or `weekly`."""
    return f"digest:{frequency}"


def arrivals(region: str, source_id: str, month: str) -> str:
    """Partition of what arrived on a service and left it in a month (`2026-11`)."""
    return f"arrivals:{region}:{source_id}:{month}"


def arrival(moment: str, title_id: str) -> str:
    """Sort key of one change in its month."""
    return f"{moment}#{title_id}"


def season(number: int) -> str:
    """Sort key, in the partition of a title, of a season that has been announced."""
    return f"season:{number:05d}"


def search(letters: str) -> str:
    """Partition of the words that begin with the same letters."""
    return f"search:{letters}"


def job(job_id: str) -> str:
    """Partition of one scheduled or manual run."""
    return f"job:{job_id}"


def job_kind(kind: str) -> str:
    """Partition of what is known of all runs of one kind."""
    return f"jobs:{kind}"


def job_chunk(media_type: str, number: int) -> str:
    """Sort key, in the partition of a harvest's job, of the ids that went out with one message."""
    return f"chunk:{media_type}:{number:05d}"


def archive_state(media_type: str) -> str:
    """Partition of what has been harvested of a media type."""
    return f"archive:{media_type}"


def listing(region: str, source_id: str, genre_id: str) -> str:
    """Partition of what is known about the last listing of one pair in one country."""
    return f"listing:{listing_part(region, source_id, genre_id)}"


def listing_part(region: str, source_id: str, genre_id: str) -> str:
    """Name of a pair in a country as a part of a job."""
    return f"{region}:{pair(source_id, genre_id)}"


def governor(provider: str) -> str:
    """Partition of what all functions know of a provider: its pace, its credits, its breaker."""
    return f"governor:{provider}"


def cached_list(category: str, media_type: str, version: str) -> str:
    """Partition of one version of one of TMDB's lists (tmdb_cache table)."""
    return f"{category}#{media_type}#{version}"


def rank(number: int) -> str:
    """Sort key of a place in a list, from 1."""
    return f"{number:04d}"


def current_list(category: str, media_type: str, region: str | None) -> str:
    """Sort key, in the partition `current`, of what points to the version of a list that is read now."""
    return f"{current_lists(region or WORLD)}{category}#{media_type}"


def current_lists(country: str) -> str:
    """How the sort keys of all lists of a country, or of the world, begin in the partition `current`."""
    return f"{country}#"


def idempotency(event_id: str) -> str:
    """Partition of what was answered to a request that named itself."""
    return f"idempotency:{event_id}"


def applied_event(event_id: str) -> str:
    """Partition of the claim on one event of an outside producer: it has been counted."""
    return f"event:{event_id}"


def activity(day: str) -> str:
    """Partition of the counters of one day (`2026-11-21`)."""
    return f"activity:{day}"


def activity_of_type(event_type: str, shard: str) -> str:
    """Sort key of the number of events of a type on a day; one for each shard, so that shards do not collide."""
    return f"{TYPE_PREFIX}{event_type}#{shard}"


def quarantine(event_id: str) -> str:
    """Partition of one event that could not be used."""
    return f"quarantine:{event_id}"


def library(library_id: str) -> str:
    """Partition of the numbers and the index of a library."""
    return f"library:{library_id}"


def library_words(library_id: str) -> str:
    """Partition of the words of the titles of a library."""
    return f"library:{library_id}:words"


def library_block(library_id: str, ordinal: int) -> str:
    """Partition of a thousand movies, by the place of one of them in the index."""
    return f"library:{library_id}:movies:{ordinal // BLOCK}"


def library_place(ordinal: int) -> str:
    """Sort key of a movie in its block."""
    return f"{ordinal % BLOCK:03d}"


def library_movie(library_id: str, movie_id: str) -> str:
    """Partition that leads from the id of a movie to its place."""
    return f"library:{library_id}:movie:{movie_id}"


def library_unique(library_id: str, digest: str) -> str:
    """Partition of the guard against a second movie that is the same."""
    return f"library:{library_id}:unique:{digest}"


def library_request(library_id: str, request_id: str) -> str:
    """Partition of a change that somebody asked for."""
    return f"library:{library_id}:request:{request_id}"


def library_import(import_id: str) -> str:
    """Partition of one import: its record, its work, its failures, what it added."""
    return f"import:{import_id}"


def running(lock: str) -> str:
    """Partition of the lock that keeps the same run from being started twice."""
    return f"running:{lock}"


def failure(failure_id: str) -> str:
    """Partition of one failure that waits for a person, or did."""
    return f"failure:{failure_id}"


def audit(month: str) -> str:
    """Partition of what operators did in a month (`2026-11`)."""
    return f"audit:{month}"


def audit_entry(moment: str, entry_id: str) -> str:
    """Sort key of one thing that an operator did, in order of time."""
    return f"{moment}#{entry_id}"


def listed_at(moment: str, listed_id: str) -> str:
    """Place of a run or a failure in its list, in order of time; no two are the same."""
    return f"{moment}#{listed_id}"
