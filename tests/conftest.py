"""What every test needs before the first module of Marquee is imported."""

import os

# The logger and the metrics read these when they are made, which is at import.
os.environ["POWERTOOLS_SERVICE_NAME"] = "test"
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Marquee"
