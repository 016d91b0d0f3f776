"""Plots of cost against size, as SVG that is the same for the same figures."""

import textwrap
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot
from matplotlib.axes import Axes

FIGURES = Path(__file__).resolve().parents[1] / "docs/figures"
# Without it each run gives other ids, and so another file.
mpl.rcParams["svg.hashsalt"] = "marquee"
mpl.rcParams["lines.markersize"] = 4
# Told apart without colour, too: two lines may lie on each other.
MARKERS = "osD^vX*Pdp<>h8"
STORED = {"gzip": "gzip", "protobuf": "Protocol Buffers", "shipped": "shipped", "trained": "trained"}

Figures = Mapping[str, Any]
Lines = Mapping[str, Sequence[float]]


def draw(results: Figures) -> list[Path]:
    """Draw the plots of the parts that have results; return the files."""
    return [PLOTS[name](results[name]) for name in PLOTS if name in results]


def routes(found: Figures) -> Path:
    """Draw the read units of each request against the size of the catalogue; return the file."""
    plainly = [each["read_units"] for each in found.get("plain", {}).values()]
    more = {"plainly: filter all titles": plainly} if plainly else {}
    return _reads(
        "routes", "titles in the catalogue", list(found["titles"].values()), found["sizes"], "read_units", more
    )


def library(found: Figures) -> Path:
    """Draw the read units of each way to use the library against its size; return the file."""
    return _reads("library", "movies in the library", list(map(int, found["sizes"])), found["sizes"], "units")


def archive(found: Figures) -> Path:
    """Draw what each way stores of a body, as a share of its JSON, kinds in order of their size; return the file."""
    rows = sorted((row["json"], name, row) for name, row in found["bytes"].items() if name != "all")
    names = [f"{textwrap.fill(name, 14)}\n{json / 1000:.0f} KB" for json, name, _ in rows]
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    lines = {told: [100 * row[way] / json for json, _, row in rows] for way, told in STORED.items()}
    _lines(axes, range(len(rows)), lines, style="")
    axes.axhline(20, linestyle=":", color="grey", label="goal")
    axes.set(ylabel="% of the body as JSON", ylim=(0, None))
    axes.set_xticks(range(len(rows)), names, fontsize=8)
    return _save("archive", axes, figure)


def collection(found: Figures) -> Path:
    """Draw the share of the permitted pace against the number of collectors; return the file."""
    collectors = list(map(int, found["collectors"]))
    share = [100 * row["per_second"] / found["permitted"] for row in found["collectors"].values()]
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    _lines(axes, collectors, {"used": share})
    axes.axhline(95, linestyle=":", color="grey", label="goal")
    axes.set(xscale="log", xlabel="collectors at once", ylabel="% of the permitted calls a second", ylim=(0, 105))
    _ticks(axes, collectors)
    return _save("collection", axes, figure)


def serving(found: Figures) -> Path:
    """Draw requests a second and the 99th of a hundred answers against viewers at once; return the file."""
    every = found["profiles"] | found["bare"]
    viewers = list(map(int, next(iter(every.values()))))
    figure, both = pyplot.subplots(1, 2, figsize=(11, 4.5))
    for axes, figures, told in zip(both, ("per_second", "p99_ms"), ("requests a second", "p99, ms"), strict=True):
        lines = {name: [row[figures] for row in levels.values()] for name, levels in every.items()}
        _lines(axes, viewers, lines, dashed=found["bare"])
        axes.set(xscale="log", yscale="log", xlabel="viewers at once, who do not wait", ylabel=told)
        axes.yaxis.set_major_formatter("{x:g}")
        _ticks(axes, viewers)
    return _save("serving", both[1], figure)


def _reads(name: str, across: str, sizes: list[int], rows: Figures, units: str, more: Lines | None = None) -> Path:
    ways = [way for way in next(iter(rows.values())) if way.startswith("GET")]
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    _lines(axes, sizes, {way: [size[way][units] for size in rows.values()] for way in ways} | dict(more or {}))
    axes.set(xscale="log", yscale="log", xlabel=across, ylabel="read units a request")
    axes.yaxis.set_major_formatter("{x:g}")
    _ticks(axes, sizes)
    return _save(name, axes, figure)


def _lines(axes: Axes, across: Sequence[float], lines: Lines, dashed: Container[str] = (), style: str = "-") -> None:
    for number, (label, values) in enumerate(lines.items()):
        told = "--" if label in dashed else style
        axes.plot(across, values, marker=MARKERS[number % len(MARKERS)], linestyle=told, label=label)


def _ticks(axes: Axes, values: Sequence[int]) -> None:
    """Write the sizes that were measured, not the powers of ten between them."""
    axes.set_xticks(values, [f"{each:,}" for each in values])
    axes.xaxis.minorticks_off()


def _save(name: str, labelled: Axes, figure: Any) -> Path:
    FIGURES.mkdir(parents=True, exist_ok=True)
    labelled.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    path = FIGURES / f"{name}.svg"
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    return path


PLOTS: dict[str, Callable[[Figures], Path]] = {
    "routes": routes,
    "archive": archive,
    "collection": collection,
    "library": library,
    "serving": serving,
}
