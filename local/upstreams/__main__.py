"""Run the upstream simulators: `python -m local.upstreams`."""

import argparse
import logging
import os
import sys
from pathlib import Path

import uvicorn

from local.catalogue import load_catalogue
from local.upstreams.app import create_app
from local.upstreams.archive_control import made_counts


def main() -> None:
    """Serve until interrupted."""
    options = _options()
    if options.data and not Path(options.data).is_dir():
        sys.exit(f"There is no folder {options.data} to read titles from.")
    logging.basicConfig(level=logging.INFO if options.access_log else logging.WARNING, format="%(message)s")
    catalogue = load_catalogue(options.data, options.titles)
    print(
        f"Upstream simulators with {len(catalogue.titles)} titles on http://{options.host}:{options.port}", flush=True
    )
    # Uvicorn's own access log would show the keys that clients put into the address.
    app = create_app(catalogue, made=options.export_ids)
    uvicorn.run(app, host=options.host, port=options.port, access_log=False, log_level="warning")


def _options() -> argparse.Namespace:
    environ = os.environ
    parser = argparse.ArgumentParser(prog="python -m local.upstreams", description=__doc__)
    parser.add_argument("--host", default=environ.get("MARQUEE_UPSTREAMS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(environ.get("MARQUEE_UPSTREAMS_PORT", "8081")))
    parser.add_argument("--data", default=environ.get("MARQUEE_UPSTREAM_DATA") or None, help="folder of real data")
    parser.add_argument(
        "--titles",
        type=int,
        default=int(environ.get("MARQUEE_UPSTREAM_TITLES") or 0) or None,
        help="cut or extend the catalogue to this many titles",
    )
    parser.add_argument(
        "--export-ids",
        type=made_counts,
        default=environ.get("MARQUEE_UPSTREAM_EXPORT_IDS") or {},
        metavar="N | movie=N,tv=N,person=N",
        help="made ids in TMDB's exports beside the catalogue's, of each kind or by kind",
    )
    parser.add_argument("--access-log", action="store_true", help="log each request, keys masked")
    return parser.parse_args()


if __name__ == "__main__":
    main()
