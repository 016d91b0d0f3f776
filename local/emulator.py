"""The AWS emulator: how it is started and how the runner and the tests talk to it."""

import sys
from typing import Any

import boto3
from botocore.config import Config

from local.processes import Child, Processes
from local.settings import ACCOUNT, HOST, PROJECT, REGION, Settings, clean_environment
from local.waiting import answers, wait_until

ROOT_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_CALLS_REMEMBERED = 200_000
_ASSET_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


class AwsClients:
    """Makes boto3 clients for the emulator, whatever AWS profile the caller's shell has."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._session = boto3.Session(
            aws_access_key_id=ROOT_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ROOT_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )

    def client(self, service: str) -> Any:
        """Return a client with the rights of the account's root; a synchronous invocation may take its time."""
        config = Config(read_timeout=320, retries={"max_attempts": 0}, proxies={})
        return self._session.client(service, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]


def start_emulator(settings: Settings, processes: Processes) -> Child:
    """Start MiniStack with IAM enforced, for this machine only; `wait_for_emulator` tells when it answers."""
    scratch = settings.state / "tmp"
    environment = clean_environment() | {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(settings.aws_port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # Nothing here speaks MQTT or SFTP, and their fixed ports could be somebody else's.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Unpacked functions and layers: removed with the run.
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
        "CLOUDTRAIL_RECORDING": "1" if settings.record_calls else "0",
        "CLOUDTRAIL_MAX_EVENTS": str(_CALLS_REMEMBERED),
        "PYTHONUNBUFFERED": "1",
    }
    if settings.keeps_state:
        environment |= {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
    return processes.start("ministack", [sys.executable, "-m", "local.patched_ministack"], environment, PROJECT)


def wait_for_emulator(settings: Settings, processes: Processes) -> AwsClients:
    """Wait until MiniStack answers and make the bucket that `cdk deploy` puts its assets in."""
    wait_until(lambda: answers(f"{settings.aws_url}/_ministack/health"), 60, "MiniStack", alive=processes.check)
    clients = AwsClients(settings.aws_url)
    clients.client("s3").create_bucket(Bucket=_ASSET_BUCKET)
    return clients
