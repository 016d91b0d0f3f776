"""Tells what arrived on a service, left one, or got a new season."""
