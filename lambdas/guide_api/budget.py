"""How many requests to DynamoDB one answer may take."""

# Choice and settings (1), services and genres where they are old (2), marks (4), the titles they are of (1), and the
# records of the most promising (1). Whoever wants more asks for it.
CALLS, NEEDED = 12, 9


class Budget:
    """The requests that an answer may still take: those beside what every answer needs, or as many as are given."""

    def __init__(self, calls: int | None = None) -> None:
        self.left = CALLS - NEEDED if calls is None else calls

    def take(self, calls: int = 1) -> bool:
        """Return whether so many requests may be made now; they count as made."""
        if calls > self.left:
            return False
        self.left -= calls
        return True

    def give_back(self, calls: int = 1) -> None:
        """Count requests that turned out not to be needed."""
        self.left += calls
