"""The routes of the movie library."""
