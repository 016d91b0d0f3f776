"""What every test needs before the first module of Marquee is imported."""

import os
from functools import cache

import botocore.session

# The logger and the metrics read these when they are made, which is at import.
os.environ["POWERTOOLS_SERVICE_NAME"] = "test"
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Marquee"

# The command's tables are as wide here as where they are piped on, whatever terminal or pipeline the tests run in.
os.environ["COLUMNS"] = "160"
os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"
for colour in ("FORCE_COLOR", "PY_COLORS", "CLICOLOR_FORCE"):
    os.environ.pop(colour, None)

# Sessions made anew for each test would each read what botocore knows of a service, which is a third of a test's time.
botocore.session.create_loader = cache(botocore.session.create_loader)
