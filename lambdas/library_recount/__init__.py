"""Counts a library anew from its movies, and mends what differs if asked to."""
