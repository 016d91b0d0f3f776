"""What may tell viewers of changes, and where nobody sends e-mail."""

from __future__ import annotations

import json

from tests.stacks.assemblies import Assembly


def test_without_a_sender_nothing_can_send_mail(assembly: Assembly) -> None:
    senders = [
        policy.name
        for policy in assembly.resources("AWS::IAM::Policy")
        if "ses:" in json.dumps(policy.properties["PolicyDocument"])
    ]

    assert bool(senders) == bool(list(assembly.resources("AWS::SES::EmailIdentity")))
    assert bool(senders) == (assembly.environment == "local")


def test_mail_goes_out_from_the_configured_address_alone(local: Assembly) -> None:
    (identity,) = local.resources("AWS::SES::EmailIdentity")

    assert identity.properties["EmailIdentity"] == "digest@marquee.local"
    (resource,) = [resource for granted, resource in local.allowed("digest_sender") if "ses:SendEmail" in granted]
    assert identity.logical_id in json.dumps(resource)


def test_fan_out_touches_the_viewers_and_its_own_queue_and_nothing_else(dev: Assembly) -> None:
    granted = {
        action
        for actions, resource in dev.allowed("notification_fanout")
        for action in actions
        if "dynamodb" in action and "Viewers" in json.dumps(resource)
    }

    operations = ("GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem")
    assert granted == {f"dynamodb:{operation}" for operation in operations}
    assert not any("Catalogue" in json.dumps(resource) for _, resource in dev.allowed("notification_fanout"))


def test_fan_out_harvester_and_importer_may_hand_on_to_themselves_and_nobody_else_may(local: Assembly) -> None:
    allowed = {
        function.properties["Handler"].split(".")[0]
        for function in local.resources("AWS::Lambda::Function")
        if function.properties.get("RecursiveLoop") == "Allow"
    }

    assert allowed == {"notification_fanout", "archive_harvester", "library_importer"}


def test_api_may_delete_users_and_read_none(assembly: Assembly) -> None:
    allowed = {
        action
        for actions, _ in assembly.allowed("guide_api")
        for action in actions
        if action.startswith("cognito-idp:")
    }

    assert allowed == {"cognito-idp:AdminDeleteUser"}
