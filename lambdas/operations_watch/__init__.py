"""Looks after operations every few minutes: runs that stopped, failures that nobody wants, measures."""
