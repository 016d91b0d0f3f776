"""Puts what queues of failures hold into the inbox."""
