"""Lists a pair to its last page and publishes what has changed."""
