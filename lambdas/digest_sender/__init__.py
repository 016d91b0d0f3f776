"""Sends viewers an e-mail with what is due."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
