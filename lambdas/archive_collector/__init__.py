"""Collects the ids that a harvest has queued."""
