"""Gives new titles of the catalogue their card."""
