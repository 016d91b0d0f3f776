"""A running local cloud as the end-to-end tests see it."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx

from local.emulator import AwsClients
from local.outputs import Outputs
from local.users import DemoUser, create_user, id_token
from tests.waiting import ANSWER_SECONDS

_LOG_LINES = 40


@dataclass(frozen=True)
class Cloud:
    """What runs where, with clients for it."""

    outputs: Outputs
    state: Path
    environment: dict[str, str]
    """What a command of the local cloud needs in its environment to find this one."""

    @property
    def aws(self) -> AwsClients:
        """Make AWS clients with the rights of the account's root."""
        return AwsClients(self.outputs.aws_endpoint_url)

    def api(self, user: DemoUser | None = None) -> httpx.Client:
        """Return a client of the front door's API, signed in as `user` if there is one."""
        headers = {"Authorization": f"Bearer {self.token(user)}"} if user else {}
        return httpx.Client(base_url=self.outputs.api_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)

    def control(self) -> httpx.Client:
        """Return a client of the simulators' control endpoint."""
        return httpx.Client(base_url=self.outputs.upstreams["control_url"], timeout=ANSWER_SECONDS, trust_env=False)

    def token(self, user: DemoUser) -> str:
        """Return an ID token of a user."""
        return id_token(self.aws, self.outputs.user_pool_client_id, user)

    @cached_property
    def viewer_token(self) -> str:
        """The ID token of a viewer whom no other test knows."""
        return self.token(self.new_user())

    def new_user(self) -> DemoUser:
        """Create a viewer that no other test knows."""
        user = DemoUser(f"{uuid4().hex}@marquee.local")
        create_user(self.aws, self.outputs.user_pool_id, user)
        return user

    def processes(self, function: str) -> list[int]:
        """Return the processes that run a function of this cloud; in another one it has the same name."""
        worker = f"{self.state.resolve()}/tmp/ministack-lambda-{self.outputs.functions[function]}".encode()
        found = []
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if worker in command.read_bytes():
                    found.append(int(command.parent.name))
        return found

    def client_of(self, function: str, service: str) -> Any:
        """Return an AWS client with the rights of a function."""
        configuration = self.aws.client("lambda").get_function_configuration(
            FunctionName=self.outputs.functions[function]
        )
        role = self.aws.client("sts").assume_role(RoleArn=configuration["Role"], RoleSessionName="e2e")["Credentials"]
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.outputs.aws_endpoint_url,
            region_name=self.outputs.region,
            aws_access_key_id=role["AccessKeyId"],
            aws_secret_access_key=role["SecretAccessKey"],
            aws_session_token=role["SessionToken"],
        )

    def function_logs(self) -> dict[str, list[str]]:
        """Return every line that each function has logged so far."""
        functions, logs = self.aws.client("lambda"), self.aws.client("logs")
        lines: dict[str, list[str]] = {}
        for name, physical_name in self.outputs.functions.items():
            group = functions.get_function_configuration(FunctionName=physical_name)["LoggingConfig"]["LogGroup"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            lines[name] = [event["message"] for page in pages for event in page["events"]]
        return lines

    def recorded_calls(self, operation: str) -> list[dict[str, Any]]:
        """Return every AWS call of one operation, such as `Scan`, since the cloud started."""
        pages = (
            self.aws.client("cloudtrail")
            .get_paginator("lookup_events")
            .paginate(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": operation}])
        )
        return [event for page in pages for event in page["Events"]]

    def process_logs(self) -> dict[str, str]:
        """Return the end of each process's log, for the report of a failed test."""
        return {path.stem: _tail(path) for path in sorted((self.state / "logs").glob("*.log"))}


def _tail(path: Path) -> str:
    with suppress(OSError):
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
    return ""
