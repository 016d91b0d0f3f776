"""Brings services and genres in line with WatchMode."""
