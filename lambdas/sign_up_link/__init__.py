"""Makes one user of those who sign in with a password and with Google."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
