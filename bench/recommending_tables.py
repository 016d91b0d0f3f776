"""What the evaluation of recommendations found, as tables."""

from collections.abc import Mapping
from typing import Any

HEAD = "| {} | HR@10 | NDCG@10 | 95 % | NDCG@10 liked | coverage@10 |"
RULE = "|---|---|---|---|---|---|"

Figures = Mapping[str, Any]


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
