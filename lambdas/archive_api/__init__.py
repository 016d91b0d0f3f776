"""The routes that read the archive of TMDB."""
