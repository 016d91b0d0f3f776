"""Faults at every request that Marquee's functions make to AWS, and what must hold after each (`make chaos`)."""
