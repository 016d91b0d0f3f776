"""Dollars from counts: the list prices of one region on one day, times what was counted. Pure."""

import math
from collections.abc import Mapping
from typing import Any

REGION = "us-east-1"
PRICES_OF = "looked up on 2026-11-21; sources below"
PRICES = {
    "dynamodb_read_unit": 0.125e-6,
    "dynamodb_write_unit": 0.625e-6,
    "api_request": 3.50e-6,
    "lambda_request": 0.20e-6,
    "lambda_gb_second": 0.0000133334,
    "kinesis_put_unit": 0.014e-6,
    "transfer_gb": 0.085,
    "log_gb": 0.50,
}
# What says so, and of when it is. AWS fills the prices of most of its own pages in by script, so copies lack them.
DYNAMODB = "airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21 (after the cut of November 2024)"
GATEWAY = "go-cloud.io/aws-api-gateway-pricing, 2026"
REQUESTS = "git.mcrn.ar/mariano/lambda_local_runner, docs/lambdas-md/lambda-13-cost.md at 957e45b"
LAMBDA = "cloudchipr.com/blog/aws-lambda-pricing, 2024 (arm64, the first 7.5 billion GB-seconds of a month)"
SOURCES = {
    "dynamodb_read_unit": DYNAMODB,
    "dynamodb_write_unit": DYNAMODB,
    "api_request": f"{GATEWAY} (REST, the first 333 million of a month)",
    "lambda_request": REQUESTS,
    "lambda_gb_second": LAMBDA,
    "kinesis_put_unit": "costcalculator.calculator.city/aws-kinesis-cost-calculator, without a date",
    "transfer_gb": "aws.amazon.com/cloudfront/pricing, without a date (to viewers in Europe and North America)",
    "log_gb": GATEWAY,
}
# Guesses, named: what a call to DynamoDB takes of a function's time, and what a request writes into the log.
CALL_MS = 5.0
LOG_BYTES = 600
# Calls side by side are waited for together.
PARALLEL = 16
GUIDE_MB = 1769
CONSUMER_MB = 512
BATCH = 100
Figures = Mapping[str, Any]


def run(routes: Figures, titles: Figures) -> dict[str, Any]:
    """Return the dollars of a million requests of each route, in the largest catalogue, and of a thousand titles."""
    largest = list(routes["sizes"])[-1]
    requests = {name: route(row, routes["own_ms"].get(name, 2.0)) for name, row in routes["sizes"][largest].items()}
    rate = titles["events_per_second"]["new titles, each under three pairs"]
    ways = {name: title(row, 1 / rate) for name, row in list(titles["sizes"].values())[-1].items()}
    told = {"region": REGION, "prices_of": PRICES_OF, "prices": PRICES, "sources": SOURCES}
    return {**told, "routes": requests, "titles": ways}


def route(row: Figures, own_ms: float) -> dict[str, Any]:
    """Return what a million requests of a route cost, in parts."""
    waits = math.ceil(sum(row["calls"].values()) / PARALLEL) + 1 if row["calls"] else 0
    milliseconds = math.ceil(own_ms + waits * CALL_MS)
    seconds = GUIDE_MB / 1024 * milliseconds / 1000
    parts = {
        "api": PRICES["api_request"],
        "lambda": PRICES["lambda_request"] + seconds * PRICES["lambda_gb_second"],
        "dynamodb": _units(row),
        "transfer": row["bytes"] / 1e9 * PRICES["transfer_gb"],
        "logs": LOG_BYTES / 1e9 * PRICES["log_gb"],
    }
    million = {name: round(dollars * 1e6, 2) for name, dollars in parts.items()}
    return {
        **row,
        "milliseconds": milliseconds,
        "parts": million,
        "dollars_per_million": round(sum(million.values()), 2),
    }


def title(row: Figures, cpu_seconds: float) -> dict[str, Any]:
    """Return what a thousand titles cost on their way through the consumer, in batches."""
    gb_seconds = CONSUMER_MB / 1024 * (cpu_seconds + sum(row["calls"].values()) * CALL_MS / 1000)
    dollars = _units(row) + PRICES["kinesis_put_unit"] + gb_seconds * PRICES["lambda_gb_second"]
    dollars += PRICES["lambda_request"] / BATCH
    return {
        "calls": row["calls"],
        "read_units": round(row["read_units"] * 1000, 1),
        "write_units": round(row["write_units"] * 1000, 1),
        "kinesis_puts": 1000,
        "lambda_gb_seconds": round(gb_seconds * 1000, 2),
        "dollars": round(dollars * 1000, 4),
    }


def tables(found: Figures) -> str:
    """Return the dollars as tables."""
    parts = ("api", "lambda", "dynamodb", "transfer", "logs")
    lines = ["### A million requests", "", "| request | dollars | " + " | ".join(parts) + " |", "|---" * 7 + "|"]
    for name, row in found["routes"].items():
        cells = " | ".join(f"{row['parts'][part]:.2f}" for part in parts)
        lines.append(f"| {name} | {row['dollars_per_million']:.2f} | {cells} |")
    lines += ["", "### A thousand titles", "", "| titles | dollars | write units | GB-seconds |", "|---|---|---|---|"]
    for name, row in found["titles"].items():
        lines.append(f"| {name} | {row['dollars']:.4f} | {row['write_units']:,.0f} | {row['lambda_gb_seconds']:.2f} |")
    lines += [
        "",
        "### Prices",
        "",
        "| for a million, or a GB (transfer, log) | dollars | as said by |",
        "|---|---|---|",
    ]
    for name, price in found["prices"].items():
        dollars = price if name.endswith("_gb") else price * 1e6
        lines.append(f"| {name.replace('_', ' ')} | {dollars:,.6g} | {found['sources'][name]} |")
    return "\n".join(lines)


def _units(row: Figures) -> float:
    dollars: float = (
        row["read_units"] * PRICES["dynamodb_read_unit"] + row["write_units"] * PRICES["dynamodb_write_unit"]
    )
    return dollars
