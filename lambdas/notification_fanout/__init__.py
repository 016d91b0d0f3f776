"""Tells the followers of a title of a change, a page of them at a time."""
