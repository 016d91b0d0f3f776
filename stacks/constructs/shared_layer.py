"""The layer that every function shares: third-party packages and `marquee`."""

from __future__ import annotations

import platform

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.layer_build import build_layer

RUNTIME = lambda_.Runtime.PYTHON_3_13
ID = "SharedLayer"


class SharedLayer(lambda_.LayerVersion):
    """One version of the layer in the stack that uses it.

    Each stack publishes its own from the same asset: an ARN exported from one stack would change with every
    edit of `marquee`, and CloudFormation refuses to change an export that another stack imports.
    """

    def __init__(self, stack: Stack, *, config: EnvironmentConfig) -> None:
        super().__init__(
            stack,
            ID,
            description="Marquee: third-party packages and the marquee package",
            code=lambda_.Code.from_asset(str(build_layer(config.architecture))),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture(config)],
        )


def shared_layer(scope: Construct, *, config: EnvironmentConfig) -> lambda_.ILayerVersion:
    """Return the layer of the stack that `scope` is in, made at the first call."""
    stack = Stack.of(scope)
    layer = stack.node.try_find_child(ID)
    return layer if isinstance(layer, SharedLayer) else SharedLayer(stack, config=config)


def architecture(config: EnvironmentConfig) -> lambda_.Architecture:
    """Return what the functions of this environment run on."""
    if config.architecture == "arm64" or platform.machine() in ("arm64", "aarch64"):
        return lambda_.Architecture.ARM_64
    return lambda_.Architecture.X86_64
