"""Plots of cost against size, as SVG that is the same for the same figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot

FIGURES = Path(__file__).resolve().parents[1] / "docs/figures"
# Without it each run gives other ids, and so another file.
mpl.rcParams["svg.hashsalt"] = "marquee"


def routes(found: Mapping[str, Any]) -> Path:
    """Draw the read units of each request against the size of the catalogue; return the file."""
    sizes = list(found["titles"].values())
    ways = [name for name in next(iter(found["sizes"].values())) if name.startswith("GET")]
    lines = {way: [size[way]["read_units"] for size in found["sizes"].values()] for way in ways}
    return _plot("routes", "titles in the catalogue", "read units a request", sizes, lines)


def library(found: Mapping[str, Any]) -> Path:
    """Draw the read units of each way to use the library against its size; return the file."""
    sizes = [int(size) for size in found["sizes"]]
    ways = [name for name in next(iter(found["sizes"].values())) if name.startswith("GET")]
    lines = {way: [size[way]["units"] for size in found["sizes"].values()] for way in ways}
    return _plot("library", "movies in the library", "read units a request", sizes, lines)


def _plot(name: str, across: str, up: str, sizes: list[int], lines: Mapping[str, list[float]]) -> Path:
    FIGURES.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for label, values in lines.items():
        axes.plot(sizes, values, marker="o", label=label)
    axes.set(xscale="log", xlabel=across, ylabel=up, ylim=(0, None))
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    path = FIGURES / f"{name}.svg"
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    return path
