"""Writes what the programme-events stream says of titles into the catalogue."""
