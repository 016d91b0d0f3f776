"""Load on a running environment, by profiles of what viewers and producers do."""
