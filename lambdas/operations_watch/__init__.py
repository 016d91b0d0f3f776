"""Looks after operations every few minutes: runs that stopped, failures that nobody wants, measures."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
