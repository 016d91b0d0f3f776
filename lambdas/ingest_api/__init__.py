"""The entrance for events of other systems."""
