"""One module for each kind of thing that operators see or start."""
