"""Makes every change of a library, one after the other, in the order in which they were asked for."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
