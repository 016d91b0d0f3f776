"""The stacks of Marquee: what runs in the cloud and who may touch what."""
