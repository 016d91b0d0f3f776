"""Fetches TMDB's lists by the plan of R2 and renews those that came in full."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
