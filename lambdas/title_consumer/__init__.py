"""Writes what the programme-events stream says of titles into the catalogue."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
