"""The routes of the guide, by domain."""
