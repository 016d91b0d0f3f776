"""Cognito as a function asks it, answered by MiniStack in this process, which may die in the middle."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import boto3
import pytest
from ministack.services import cognito, lambda_svc

from sign_up_link import handler
from tests.fakes.api_gateway import Context


class Died(Exception):
    """The function was stopped after one of its calls."""


class PoolClient:
    """A client of Cognito; `calls` are the operations it was asked for, of which `dies_after` is the last."""

    def __init__(self, dies_after: int | None = None) -> None:
        self.calls: list[str] = []
        self._dies_after = dies_after
        self.exceptions = boto3.client("cognito-idp").exceptions

    def __getattr__(self, operation: str) -> Any:
        return partial(self._call, operation)

    def _call(self, operation: str, **sent: Any) -> Any:
        status, _, body = getattr(cognito, f"_{operation}")(sent)
        self.calls.append(operation)
        if len(self.calls) == self._dies_after:
            raise Died
        answer = json.loads(body)
        if status != 200:
            told = {"Error": {"Code": answer["__type"], "Message": answer["message"]}}
            raise self.exceptions.from_code(answer["__type"])(told, operation)
        return answer


@contextmanager
def asked_before_sign_up(monkeypatch: pytest.MonkeyPatch, pool_id: str, client: PoolClient) -> Iterator[None]:
    """Have the pool ask the function before each sign-up, as the deployed one does."""

    def execute(record: object, event: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"body": handler.lambda_handler(event, Context())}
        except Exception as error:
            return {"body": {"errorMessage": str(error), "errorType": type(error).__name__}, "error": True}

    with monkeypatch.context() as patched:
        patched.setenv("IDENTITY_PROVIDER", "Google")
        patched.setattr(handler.aws, "cognito", lambda: client)
        patched.setattr(lambda_svc, "_get_func_record_for_ref", lambda arn: ({}, {}, arn))
        patched.setattr(lambda_svc, "_execution_record_for_config", lambda record, config: record)
        patched.setattr(lambda_svc, "_execute_function_with_config_scope", execute)
        cognito._user_pools[pool_id]["LambdaConfig"] = {"PreSignUp": "arn:aws:lambda:eu-west-2:000000000000:function:f"}
        yield
