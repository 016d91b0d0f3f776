"""docs/benchmarks.md: the figures, how they were found, and what they do not say."""

from collections.abc import Mapping
from typing import Any

from bench import archiving, cold, collecting, dollars, library, page_loading, plots, routes, titles

HEADING = """# Benchmarks

Written by `make bench`; do not edit. The same figures are in `bench/results.json`.
"""

COLD = """
## Until a new function can work

`make bench PARTS=cold`

{tables}

Each in a process of its own, the median of {runs} in turn with one that does nothing but make a bare
`boto3.client("dynamodb")`; CPU time with the start of Python, with bytecode, of what the layer and Lambda's runtime
hold. A function makes its client with botocore, which boto3 is built on
([decision 40](decisions/0040-what-a-new-function-loads.md)). Which of the heavy libraries each may load at all is exact
and checked by `tests/contracts/test_budgets.py`.
"""

ROUTES = """
## A request to the guide, and the size of the catalogue

`make bench PARTS=routes`

{tables}

![Read units of a request against the number of titles](figures/routes.svg)

Calls and units are those of a warm function, which knows services, genres, and the tops of the viewer's pairs; tables
are in memory, units are computed from the sizes of items. *Own* is the whole handler in the largest catalogue with
every call to AWS answered at once by what it was answered before: our code and Powertools, without SDK and network
(goal: 3 ms; recommendations score some hundred titles and are above it by their nature).
"""

TITLES = """
## A title on its way into the catalogue

`make bench PARTS=titles`

{tables}

Counted for one title on tables in memory. *Items written* are the record, its rows in the guide index and in the search
index, and its place in the crosswalk; a name that changes moves all rows of its words. Events a second are of the
consumer's own CPU time, one core, batches of {batch}, every call to AWS answered at once (goal: 1,000).
"""

DOLLARS = """
## What it costs

Counts from above, in the largest catalogue, times list prices of {region} ({prices_of}). A call to DynamoDB is taken as
{call:g} ms of a function's time and a request as {log} bytes of log: both are guesses. Without free tier, and without
what costs while nothing happens.

{tables}
"""

INGESTION = """
## Taking events

{tables}

The calls are counted on a stream and a table in memory. A name costs two small writes to DynamoDB: the claim, and the
place; a batch packs them into transactions of a hundred.
"""

ARCHIVE = """
## Keeping TMDB's bodies

{tables}

{verdict}

{source} JSON is as small as it can be
written; gzip is at its highest level, a file for each body. *Protocol Buffers* is what the codec makes of a body,
without loss; then zstd, alone and with two dictionaries. The one that is *shipped* was trained on bodies of the
simulated TMDB, so it knows how bodies are built, the names of services, studios, trades and languages, common names and
words, and nobody's people or stories. The one that is *trained* was trained on one half of the bodies of a kind and
measured on the other, in turn, as `marquee archive train` does for an archive; where a half has fewer than {fewest}
bodies the shipped one is taken.

What is left is mostly what no format saves: texts, which zstd packs a tenth better than gzip; ids of credits and paths
of pictures, which are random digits (stored as bytes); figures of popularity. So a body with hundreds of credits,
pictures or translated texts comes to three quarters of its gzip, while one without them gets to half. Credits and
pictures in columns instead of rows were tried: two to three hundredths of gzip less, for a schema that nobody can read.

The times are those of one thread, the least of {repeats} runs, with the shipped dictionary. What the collector writes
is limited by TMDB's pace, so it takes zstd's level 19; who reads is not.
"""

COLLECTION = """
## Collecting at TMDB's pace

{tables}

Each row: {ids} ids that nobody had collected, of ten six movies, three people and a series, taken by so many collectors
at once, each a process of its own that runs the function's handler against the local cloud's emulator and simulator.
The simulator counts calls by the second and answers 429 for what is over {permitted} of them.
"""

LIBRARY = """
## The library, small and large

{tables}

The table is in memory, so the times are those of our code alone, without the SDK and the network. The calls of a route
are the same at every size; what grows is the size of the bitmaps, and with it the units that reading them costs.
"""

LOADING = """
## Opening the web app

{tables}

Medians of {rounds} visits of somebody who has never been here, in Chromium on the local cloud, its processor {slower}
times slower, on a line of 1.6 Mbit/s with 150 ms there and back: Lighthouse's phone. *Largest paint* is when the
largest thing on the page is drawn (largest contentful paint), *blocked* by how much tasks after the first paint were
longer than 50 ms together (total blocking time). In turn with the others, the same distribution serves a page with
nothing but a heading: times are also given in its largest paint, and on another machine only these mean anything.
Files are compressed as CloudFront does, by a proxy, because the emulated one does not; they come by HTTP/1.1, six at a
time, so that many small ones take longer than from CloudFront. The providers' pictures are not fetched: what is drawn
in their place counts.
"""

RECOMMENDATIONS = """
## Recommendations

Does the scoring find the film that somebody rated next? Each of {people} people has the last rating left out; the
scoring ranks **every** film that this person had not rated yet and that was out by then (of {films} films, no sampled
negatives), and has {top} places. HR@10: share of people whose film is among the ten. NDCG@10: the same, counting more
further up, with the interval that holds 95 of 100 resamplings of the people. NDCG@10 liked: people who gave the film
at least 4 of 5 stars. Coverage: share of all films that anybody is recommended.

{tables}

What is evaluated is the code that is deployed with the weights that are deployed, in its two stages: first
`marquee.recommendations.promising` over rows that tell what the guide index tells (no people, keywords, language or
votes), then `recommend` over the records of the best {records}. It sees a person's latest {opinions} ratings, as in the
API. The API gathers some hundred rows from the viewer's services and genres; here the first stage has all films, and
one batch of records is enough, because all of them can be watched. How good and how well known a film is comes from the
training ratings (everybody's but those left out), for all ways alike. The moment is that of the rating left out. Where
ratings carry the same second, the order is that of the film's id.

- *Popularity* ranks by the number of training ratings, *random* by lot, among the same films as Marquee.
- *Nothing known of the person*: the same code without a taste, so that only what is so for everybody counts.
- *Only three genres known* is cold start: Marquee knows the three genres the person had rated most, and no rating.
- *All records in one stage*: what could be had if every record was read.
- *No personal years*: the years of what the person rated are not learnt. *No newness*: nothing counts as new.
- The others: the same code, told less of each film.

What the figures say:

- Marquee is clearly better than popularity, but much of that needs no taste: asked for nobody in particular,
  with only newness, how well known a film is and its ratings to go by, it is better already. What a person has rated
  adds the rest; that this part is more than nothing is just outside the noise.
- Three genres do **not** help to find what somebody rates next, neither here nor on the validation split: the row
  cannot be told from the one for nobody. With other weights and other ways to count genres, tried on the validation
  split, it stayed so.
  Chosen genres are kept since they are what the viewer asked to see, not because they predict.
- Of the parts, only franchises are missed by themselves, just. Personal years and newness stand in for each other:
  without one of them the score stays, without both it loses a good part. Keywords add nothing that could be told
  from noise, nor do ratings: people rate what they have seen, good or bad. Both keep their weights because they can be
  told as a reason, and because a recommendation is advice.
- Reading {records} records instead of all costs nothing that could be measured.

The weights were chosen on another split, in which the last but one rating was left out and the last was thrown away;
around them the score is flat, and differences between neighbouring weights are within its noise. That split was looked
at many times. The test had been looked at with earlier weights; these were not chosen by it. The row without both years
and newness was added after the others had been seen, to understand them.

What the figures do not say:

- People rated most of these films in one evening from lists that MovieLens showed them, so the last rating is near
  those before it. That favours whatever looks at recent opinions, and is one reason why these count more.
- Training ratings of other people may be later than the moment. That is so for every way in the table.
- There are no credits in this data: what shared people are worth could not be measured, nor lists and arrivals. They
  have weights by judgement, people that of keywords.
- Series, services and what can be watched play no part in it, nor do the rows that the API happens to gather.
- Popularity is the percentile by training ratings, not WatchMode's, which is spread differently.

Data: MovieLens `ml-latest-small` ({ratings} ratings of films that both data sets know), for research use: F. Maxwell
Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM Transactions on Interactive
Intelligent Systems 5, 4, Article 19. <https://doi.org/10.1145/2827872>. Facts about films: TMDB 5000 (Kaggle, from the
TMDB API, 2017), joined by TMDB id. This product uses the TMDB API but is not endorsed or certified by TMDB. Neither is
part of this project: `make bench` looks for `movielens/ml-latest-small.zip`
(<https://grouplens.org/datasets/movielens/>) and `tmdb5000/tmdb_5000_movies.csv.gz` in the folder that
`MARQUEE_BENCH_DATA` names, `../shared/data` unless told.
"""

HEAD = "| {} | HR@10 | NDCG@10 | 95 % | NDCG@10 liked | coverage@10 |"
RULE = "|---|---|---|---|---|---|"

Figures = Mapping[str, Any]


def page(results: Figures) -> str:
    """Return the whole page, of the parts that have results."""
    parts = {
        "cold": lambda found: COLD.format(tables=cold.tables(found), runs=found["runs"]),
        "routes": lambda found: ROUTES.format(tables=routes.tables(found)),
        "titles": lambda found: TITLES.format(tables=titles.tables(found), batch=found["batch"]),
        "dollars": of_dollars,
        "ingestion": ingestion,
        "archive": archive,
        "collection": collection,
        "library": of_library,
        "loading": of_loading,
        "recommendations": recommendations,
    }
    return HEADING + "".join(part(results[name]) for name, part in parts.items() if name in results)


def plot(results: Figures) -> None:
    """Draw the plots of the parts that have results."""
    for name, draw in (("routes", plots.routes), ("library", plots.library)):
        if name in results:
            draw(results[name])


def of_dollars(found: Figures) -> str:
    """Return the section on dollars."""
    told = {"region": found["region"], "prices_of": found["prices_of"], "tables": dollars.tables(found)}
    return DOLLARS.format(**told, call=dollars.CALL_MS, log=dollars.LOG_BYTES)


def ingestion(found: Figures) -> str:
    """Return the section on events."""
    return INGESTION.format(tables=ingestion_tables(found))


def ingestion_tables(found: Figures) -> str:
    """Return what an event costs as a table."""
    calls = found["calls"]
    return "\n".join(
        [
            "| request | calls to AWS |",
            "|---|---|",
            *(
                f"| {way} | {', '.join(f'{number} {name}' for name, number in made.items())} |"
                for way, made in calls.items()
            ),
        ]
    )


def of_library(found: Figures) -> str:
    """Return the section on the library."""
    return LIBRARY.format(tables=library.tables(found))


def of_loading(found: Figures) -> str:
    """Return the section on the web app."""
    return LOADING.format(tables=page_loading.tables(found), rounds=found["rounds"], slower=page_loading.SLOWER)


def archive(found: Figures) -> str:
    """Return the section on the format of the archive."""
    recorded = "The bodies are recordings of TMDB, from `tmdb_api/open` in the folder of real data."
    made = (
        "The bodies are made up by the simulated TMDB, because there is no `tmdb_api/open` in the folder of real data."
    )
    return ARCHIVE.format(
        tables=archiving.tables(found),
        verdict=archiving.verdict(found),
        source=recorded if found["recorded"] else made,
        fewest=archiving.FEWEST,
        repeats=archiving.REPEATS,
    )


def collection(found: Figures) -> str:
    """Return the section on the pace of the collectors."""
    return COLLECTION.format(
        tables=collecting.tables(dict(found)), ids=f"{found['ids']:,}", permitted=found["permitted"]
    )


def recommendations(found: Figures) -> str:
    """Return the section on recommendations."""
    return RECOMMENDATIONS.format(
        tables=tables(found),
        **{name: f"{found[name]:,}" for name in ("people", "films", "ratings", "top", "opinions", "records")},
    )


def tables(found: Figures) -> str:
    """Return the figures as tables with a sentence on what is compared."""
    gain = found["gains"]["popularity"]
    test, popular, nobody = (
        found["test"][name]["ndcg"]["mean"] for name in ("Marquee", "popularity", "nothing known of the person")
    )
    return "\n".join(
        [
            HEAD.format("test") + " Marquee is better by (95 %) |\n" + RULE + "---|",
            *(_row(name, figures) + _gain(name, found["gains"]) for name, figures in found["test"].items()),
            "",
            f"Marquee's NDCG@10 is {test / popular:.1f} times that of popularity. Person by person it is higher by",
            f"{gain['mean']:.4f} (95 % interval {gain['low']:.4f} to {gain['high']:.4f}); "
            f"{(nobody - popular) / (test - popular):.0%} of that is there with nothing known of the person.",
            f"Scoring one answer ({found['rows']} rows, then {found['records']} records) took "
            f"{found['milliseconds_per_answer']:.0f} ms, on the machine that ran this.",
            "",
            HEAD.format("validation, on which weights were chosen") + "\n" + RULE,
            *(_row(name, figures) for name, figures in found["validation"].items()),
        ]
    )


def _gain(name: str, gains: Figures) -> str:
    """Return by how much Marquee is better person by person; beside itself nothing."""
    if name == "Marquee":
        return "  |"
    gain = gains[name]
    return f" {gain['mean']:+.4f} ({gain['low']:+.4f} to {gain['high']:+.4f}) |"


def _row(name: str, figures: Figures) -> str:
    ndcg = figures["ndcg"]
    return (
        f"| {name} | {figures['hit_rate']:.3f} | {ndcg['mean']:.4f} | {ndcg['low']:.4f}–{ndcg['high']:.4f} "
        f"| {figures['ndcg_liked']:.4f} | {figures['coverage']:.1%} |"
    )
