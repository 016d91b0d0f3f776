"""Lists a pair to its last page and publishes what has changed."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
