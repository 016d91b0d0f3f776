"""How MiniStack 1.5.33 asks the function before a sign-up (PreSignUp), and what it makes of links, put right.

Each correction says what AWS does, as in `patched_ministack`.
"""

import ast
import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cognito  # type: ignore[import-untyped]

Answer = tuple[int, dict[str, str], bytes]
# What AWS tells the trigger where no client has asked.
_NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"


def correct_sign_up() -> None:
    """Put everything right that this module knows of."""
    say_why_the_trigger_refused()
    ask_before_an_operator_makes_a_user()
    unlink_who_is_deleted()


def say_why_the_trigger_refused() -> None:
    """Say in Cognito's words what the function said: `PreSignUp failed with error <its message>.`"""
    original = cognito._apply_presignup_trigger

    def ask(*of: Any, **more: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = original(*of, **more)
        except cognito._PreSignUpRejected as refused:
            raise cognito._PreSignUpRejected(f"PreSignUp failed with error {_message(str(refused))}.") from refused
        return answer

    cognito._apply_presignup_trigger = ask


def ask_before_an_operator_makes_a_user() -> None:
    """Ask the function before AdminCreateUser keeps a user too, unless the call only repeats an invitation."""
    original = cognito._admin_create_user

    def create(data: dict[str, Any]) -> Answer:
        pool, error = cognito._resolve_pool(data.get("UserPoolId"))
        is_new = not error and not cognito._resolve_user(pool, data.get("Username", ""))[0]
        if is_new and data.get("MessageAction") != "RESEND":
            attributes = cognito._attr_list_to_dict(data.get("UserAttributes", []))
            asked = (data["UserPoolId"], _NO_CLIENT, data.get("Username", ""), attributes)
            try:
                cognito._apply_presignup_trigger(*asked, trigger_source="PreSignUp_AdminCreateUser")
            except cognito._PreSignUpRejected as refused:
                return _refusal(str(refused))
        answer: Answer = original(data)
        return answer

    cognito._admin_create_user = create


def unlink_who_is_deleted() -> None:
    """Forget the links of a user together with the user: the identity may come again, as somebody new."""

    def unlinking(original: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        def delete(data: dict[str, Any]) -> Answer:
            answer = original(data)
            for pool in cognito._user_pools.values():
                links = cognito._provider_links(pool)
                for key in [key for key, username in links.items() if username not in pool["_users"]]:
                    del links[key]
            return answer

        return delete

    cognito._admin_delete_user = unlinking(cognito._admin_delete_user)
    cognito._delete_user = unlinking(cognito._delete_user)


def instead_of_a_code(answer: Answer, pool: dict[str, Any], linked_before: Mapping[str, str]) -> str:
    """Return what the app is told where a federated sign-in does not end with a code; empty where it does.

    It ends with the sentence of the function that refused, or, although the function has linked the identity to a user,
    with the sentence that AWS has for this. The next sign-in finds the link.
    """
    body = json.loads(answer[2] or b"{}")
    if body.get("__type", "").endswith("UserLambdaValidationException"):
        return str(body["message"])
    linked = next((key for key in cognito._provider_links(pool) if key not in linked_before), None)
    if linked is None:
        return ""
    provider, _, subject = linked.split("\x00")
    return f"Already found an entry for username {provider}_{subject}"


def _refusal(reason: str) -> Answer:
    answer: Answer = cognito.error_response_json("UserLambdaValidationException", reason, 400)
    return answer


def _message(body: str) -> str:
    """Return the error message in what MiniStack makes of a failed function: the text of a dict, mostly."""
    try:
        return str(ast.literal_eval(body)["errorMessage"])
    except (ValueError, SyntaxError, KeyError, TypeError):
        return body
