"""The local cloud: an AWS emulator, the real deploy, simulated providers and a front door on one machine."""
