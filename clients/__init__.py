"""Typed clients of the API in Python and TypeScript, generated from docs/openapi.json."""
