"""Building blocks that the stacks share, so that a stack states only what is special about it."""
