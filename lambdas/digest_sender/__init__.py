"""Sends viewers an e-mail with what is due."""
