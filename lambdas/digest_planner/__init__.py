"""Queues the viewers who want an e-mail today."""
