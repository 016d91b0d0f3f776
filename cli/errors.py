"""What can go wrong at the command line; every message is a sentence for the person at the terminal."""


class OperatorError(Exception):
    """Raised when a command cannot do what it was asked to."""
