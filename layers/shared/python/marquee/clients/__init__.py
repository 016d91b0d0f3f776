"""The clients of the providers; the only code that speaks to them."""

import sys

# httpx takes zstandard along where it is installed, to read what none of them sends. The archive alone uses it, and
# loads it when it packs.
_zstandard = sys.modules.setdefault("zstandard", None)  # type: ignore[arg-type]
import httpx  # noqa: E402, F401

if _zstandard is None:
    del sys.modules["zstandard"]
