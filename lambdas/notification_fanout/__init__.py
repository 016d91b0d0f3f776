"""Tells the followers of a title of a change, a page of them at a time."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
