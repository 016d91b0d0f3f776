"""Keeps the viewer counts of the pairs, has a new pair listed at once, and has followed titles looked at."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
