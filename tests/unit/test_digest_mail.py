"""What goes to SES and Cognito, as their own models and moto take it."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from digest_sender.digest import Email
from digest_sender.mail import Addresses, Mailer, MailRefused, MailUncertain, ses
from marquee import aws
from tests.fakes.mail import FakeCognito, FakeSes, answer_of_ses

EMAIL = Email(subject="Düne 🎬", text="text", html="<p>html</p>", unsubscribe="https://marquee.test/settings")


def test_e_mail_is_one_that_ses_takes() -> None:
    with mock_aws():
        boto3.client("sesv2").create_email_identity(EmailIdentity="digest@marquee.test")

        Mailer(ses(), "digest@marquee.test").send("anna@example.test", EMAIL)

        assert boto3.client("ses").get_send_quota()["SentLast24Hours"] == 1


def test_e_mail_says_how_to_end_them_to_programs_as_well() -> None:
    fake = FakeSes()

    Mailer(fake, "digest@marquee.test").send("anna@example.test", EMAIL)  # type: ignore[arg-type]

    (sent,) = fake.sent
    assert sent["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": "<https://marquee.test/settings>"}
    ]


def test_client_for_ses_never_sends_by_itself_again() -> None:
    config: Any = ses().meta.config

    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("fault", "error", "for_all"),
    [
        pytest.param(answer_of_ses("MessageRejected", 400), MailRefused, False, id="this e-mail"),
        pytest.param(answer_of_ses("SendingPausedException", 400), MailRefused, True, id="all e-mails"),
        pytest.param(answer_of_ses("SomethingNew", 503), MailUncertain, None, id="nobody knows"),
        pytest.param(ClientError({}, "SendEmail"), MailUncertain, None, id="no status"),
    ],
)
def test_failure_says_whether_it_was_sent_and_not_to_whom(
    fault: Exception, error: type[Exception], for_all: bool | None
) -> None:
    fake = FakeSes()
    fake.faults = [fault]

    with pytest.raises(error) as failed:
        Mailer(fake, "digest@marquee.test").send("anna@example.test", EMAIL)  # type: ignore[arg-type]

    assert "example.test" not in str(failed.value)
    assert getattr(failed.value, "for_all", None) is for_all
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(("verified", "address"), [("true", "anna@example.test"), ("false", None), ("", None)])
def test_address_counts_once_it_is_proven(verified: str, address: str | None) -> None:
    attributes = [each for each in FakeCognito.attributes("x", verified) if each["Name"] != "sub" and each["Value"]]
    with mock_aws():
        pool = aws.cognito().create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        attributes[0]["Value"] = "anna@example.test"
        made: Any = aws.cognito().admin_create_user(
            UserPoolId=pool,
            Username="anna@example.test",
            UserAttributes=attributes,  # type: ignore[arg-type]
        )

        addresses = Addresses(aws.cognito(), pool)

        assert addresses.of(made["User"]["Username"]) == address
        assert addresses.of("00000000-0000-0000-0000-000000000000") is None


def test_address_of_a_blocked_account_does_not_count() -> None:
    fake = FakeCognito("anna")
    fake.enabled = False

    assert Addresses(fake, "pool").of("anna") is None  # type: ignore[arg-type]
