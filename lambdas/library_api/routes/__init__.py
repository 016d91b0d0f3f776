"""The routes of the library, by domain."""
