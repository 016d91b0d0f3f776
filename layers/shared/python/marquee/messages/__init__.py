"""What travels between functions: one envelope, and the payload of each event type (docs/events.md)."""
