"""What the writer raises."""

from marquee.errors import MarqueeError


class Unusable(MarqueeError):
    """A message can never be applied, however often it comes."""
