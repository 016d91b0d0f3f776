"""What Marquee's functions share: models, messages, provider clients, repositories and the rules of the guide."""

import gc
from functools import cache

# A new function makes some ninety thousand objects that all stay; to look them through for garbage is a tenth of the
# time until it is ready (decision 0040). What is garbage later is found all the same, some later.
gc.set_threshold(100_000, 20, 20)


@cache
def settle() -> None:
    """Look what is loaded by now through for garbage no more; once in a process, because its garbage stays as well."""
    gc.freeze()
