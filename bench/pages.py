"""docs/benchmarks.md: the figures, how they were found, and what they do not say."""

from collections.abc import Mapping
from typing import Any

PAGE = """# Benchmarks

Written by `make bench`; do not edit. The same figures are in `bench/results.json`.

## Recommendations

Does the scoring find the film that somebody rated next? Each of {people} people has the last rating left out; the
scoring ranks **every** film that this person had not rated yet and that was out by then (of {films} films, no sampled
negatives), and has {top} places. HR@10: share of people whose film is among the ten. NDCG@10: the same, counting more
further up, with the interval that holds 95 of 100 resamplings of the people. NDCG@10 liked: people who gave the film
at least 4 of 5 stars. Coverage: share of all films that anybody is recommended.

{tables}

What is evaluated is `marquee.recommendations.recommend`, the code that is deployed with the weights that are deployed,
variety included; it sees a person's latest {opinions} ratings, as in the API. How good and how well known a film is
comes from the training ratings (everybody's but those left out), for all ways alike. The moment is that of the rating
left out. Where ratings carry the same second, the order is that of the film's id.

- *Popularity* ranks by the number of training ratings, *random* by lot, among the same films as Marquee.
- *Only three genres known* is cold start: Marquee knows the three genres the person had rated most, and no rating.
- *Without …*: the same code, told less of each film. Without keywords is what a row of the guide index tells.

What lifts the score above popularity is content, and the rows without a part of it say which: above all the years that
somebody watches, then parts of the same franchise; genres alone make a good cold start; keywords add little. The
weights were chosen on another split, in which the last but one rating was left out and the last was thrown away; around
them its score is flat, and differences between neighbouring weights are within its noise. It was looked at many times,
so only the test is evidence; that was left alone until the weights were fixed.

How good a film is said to be does not reliably help to find what somebody takes next: it did on the validation split,
it cost on the test. People rate what they have seen, good or bad. It keeps a small weight because a recommendation is
advice; the test was not used to change it.

What the figures do not say:

- People rated most of these films in one evening from lists that MovieLens showed them, so the last rating is near
  those before it. That favours whatever looks at recent opinions, and is one reason why these count more.
- Training ratings of other people may be later than the moment. That is so for every way in the table.
- There are no credits in this data: what shared people are worth could not be measured, nor lists and arrivals. They
  have weights by judgement, people that of keywords.
- Series, services and what can be watched play no part in it.

Data: MovieLens `ml-latest-small` ({ratings} ratings of films that both data sets know), for research use: F. Maxwell
Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM Transactions on Interactive
Intelligent Systems 5, 4, Article 19. <https://doi.org/10.1145/2827872>. Facts about films: TMDB 5000 (Kaggle, from the
TMDB API, 2017), joined by TMDB id. This product uses the TMDB API but is not endorsed or certified by TMDB. Neither is
part of this project: `make bench` looks for `movielens/ml-latest-small.zip`
(<https://grouplens.org/datasets/movielens/>) and `tmdb5000/tmdb_5000_movies.csv.gz` in the folder that
`MARQUEE_BENCH_DATA` names, `../shared/data` unless told.
"""

HEAD = "| {} | HR@10 | NDCG@10 | 95 % | NDCG@10 liked | coverage@10 |\n|---|---|---|---|---|---|"

Figures = Mapping[str, Any]


def page(found: Figures) -> str:
    """Return the whole page."""
    return PAGE.format(
        tables=tables(found),
        **{name: f"{found[name]:,}" for name in ("people", "films", "ratings", "top", "opinions")},
    )


def tables(found: Figures) -> str:
    """Return the figures as tables with a sentence on what is compared."""
    gain = found["gain_over_popularity"]
    test, popular = found["test"]["Marquee"]["ndcg"]["mean"], found["test"]["popularity"]["ndcg"]["mean"]
    return "\n".join(
        [
            HEAD.format("test"),
            *(_row(name, figures) for name, figures in found["test"].items()),
            "",
            f"Marquee's NDCG@10 is {test / popular:.1f} times that of popularity. Person by person it is higher by",
            f"{gain['mean']:.4f} (95 % interval {gain['low']:.4f} to {gain['high']:.4f}).",
            f"One answer over {found['candidates']} candidates takes {found['milliseconds_per_answer']:.1f} ms.",
            "",
            HEAD.format("validation, on which weights were chosen"),
            *(_row(name, figures) for name, figures in found["validation"].items()),
        ]
    )


def _row(name: str, figures: Figures) -> str:
    ndcg = figures["ndcg"]
    return (
        f"| {name} | {figures['hit_rate']:.3f} | {ndcg['mean']:.4f} | {ndcg['low']:.4f}–{ndcg['high']:.4f} "
        f"| {figures['ndcg_liked']:.4f} | {figures['coverage']:.1%} |"
    )
