"""What Marquee's functions share: models, messages, provider clients, repositories and the rules of the guide."""

import gc

# A new function makes some ninety thousand objects that all stay; to look them through for garbage is a tenth of the
# time until it is ready (decision 0040). What is garbage later is found all the same, some later.
gc.set_threshold(100_000, 20, 20)
