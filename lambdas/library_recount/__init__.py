"""Counts a library anew from its movies, and mends what differs if asked to."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
