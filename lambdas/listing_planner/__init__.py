"""Decides which pairs are worth listing today and queues them."""
