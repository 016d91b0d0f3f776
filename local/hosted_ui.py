"""The sign-in pages of Cognito that MiniStack 1.5.33 lacks: sign-up, a forgotten password, two steps, the ways between.

No mail goes out, so the pages say which code they would have sent. Whom a code is for is remembered under a token in
the form instead of written into it, so that nobody can go on as somebody else.
"""

import json
import secrets
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ministack import app  # type: ignore[import-untyped]
from ministack.core.concurrency import run_reentrant  # type: ignore[import-untyped]
from ministack.services import cognito  # type: ignore[import-untyped]

from local.pages import alert, field, form, page
from local.patched_cognito import issue_code, revoke
from local.patched_sign_up import Answer

Fields = dict[str, str]
# What a request for authorization carries from page to page until its code is issued.
_REQUEST = (
    *("client_id", "redirect_uri", "response_type", "scope", "state"),
    *("code_challenge", "code_challenge_method", "nonce"),
)
_REQUIRED = {
    "RequireLowercase": "a small letter",
    "RequireUppercase": "a capital letter",
    "RequireNumbers": "a digit",
    "RequireSymbols": "a symbol",
}
_AUTHENTICATOR = "SOFTWARE_TOKEN_MFA"
_begun: dict[str, Fields] = {}


def add_pages() -> None:
    """Serve the pages at Cognito's own addresses, in one dress with those that MiniStack has."""
    cognito._page_shell, cognito._login_page_html = page, _sign_in_page
    get, post = app._handle_cognito_get_request, app._handle_cognito_body_request

    async def handle_get(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> Any:
        answer = _show(path, query) if method == "GET" else None
        return answer or await get(method, path, headers, query)

    async def handle_post(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        # A sign-up asks a function, which may ask back.
        answer = await run_reentrant(_take, path, headers, body) if method == "POST" and path in _TAKEN else None
        return answer or await post(method, path, headers, body, query)

    app._handle_cognito_get_request, app._handle_cognito_body_request = handle_get, handle_post


def _show(path: str, query: dict[str, Any]) -> Answer | None:
    """Answer a page that somebody opens, each with the same request as `/oauth2/authorize`; None for other pages."""
    if path not in ("/login", *_OPENED):
        return None
    checked: Answer = cognito.handle_oauth2_authorize("GET", path, {}, query)
    if path == "/login" or checked[0] != 200:
        return checked
    return _html(_OPENED[path]({name: cognito._qp(query, name) for name in _REQUEST}))


def _take(path: str, headers: dict[str, str], body: bytes) -> Answer | None:
    """Answer a form that somebody sends to one of `_TAKEN`, or None where the answer is MiniStack's own."""
    if path == "/oauth2/revoke":
        return revoke(headers, body)
    sent = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    known: Fields | None = {name: sent.get(name, "") for name in _REQUEST}
    if path in _SENT_WITH_CODE:
        known = _begun.get(sent.get("token", ""))
    if known is None:
        return _html(page("Too late", "This page is no longer good", "<p>Go back to Marquee and start again.</p>"), 400)
    # Finding the client also tells MiniStack whose account all that follows is about.
    _, pool, _ = cognito._find_pool_by_client_id(known["client_id"])
    return (_SENT | _SENT_WITH_CODE)[path](known, sent) if pool else None


def _sign_in(request: Fields, sent: Fields) -> Answer | None:
    """Ask for the code that proves the address, or for that of the authenticator app; the rest is MiniStack's."""
    pool = cognito._find_pool_by_client_id(request["client_id"])[1]
    user, _ = cognito._resolve_user(pool, sent.get("username"))
    if not user or user["_password"] != sent.get("password"):
        return None
    if user["UserStatus"] == "UNCONFIRMED":
        return _html(_confirm_page(_remember(request, sent["username"])))
    if user["UserStatus"] == "CONFIRMED" and user["Enabled"] and _AUTHENTICATOR in user.get("_mfa_enabled", []):
        return _html(_authenticator_page(_remember(request, sent["username"])))
    return None


def _sign_up(request: Fields, sent: Fields) -> Answer:
    email = sent.get("username", "").strip()
    status, _, body = cognito._sign_up(
        {
            "ClientId": request["client_id"],
            "Username": email,
            "Password": sent.get("password", ""),
            "UserAttributes": [{"Name": "email", "Value": email}],
        }
    )
    if status != 200:
        return _html(_sign_up_page(request, email, json.loads(body)["message"]))
    return _html(_confirm_page(_remember(request, email)))


def _confirm(begun: Fields, sent: Fields) -> Answer:
    data = _code(begun, sent)
    answer: Answer = cognito._confirmation_code_error("ConfirmSignUp", data) or cognito._confirm_sign_up(data)
    if answer[0] != 200:
        return _html(_confirm_page(sent["token"], json.loads(answer[2])["message"]))
    return _go_on(sent["token"])


def _authenticate(begun: Fields, sent: Fields) -> Answer:
    pool = cognito._find_pool_by_client_id(begun["client_id"])[1]
    user, _ = cognito._resolve_user(pool, begun["username"])
    if not cognito._totp_matches(user["_totp_secret"], sent.get("code", "").strip()):
        return _html(_authenticator_page(sent["token"], "Invalid code."))
    return _go_on(sent["token"])


def _forgot(request: Fields, sent: Fields) -> Answer:
    email = sent.get("username", "").strip()
    # Whether there is such a user, the answer does not say, and neither does the page.
    cognito._forgot_password({"ClientId": request["client_id"], "Username": email})
    return _html(_reset_page(_remember(request, email)))


def _reset(begun: Fields, sent: Fields) -> Answer:
    data = _code(begun, sent) | {"Password": sent.get("password", "")}
    answer: Answer = cognito._confirmation_code_error("ConfirmForgotPassword", data) or (
        cognito._confirm_forgot_password(data)
    )
    if answer[0] != 200:
        return _html(_reset_page(sent["token"], json.loads(answer[2])["message"]))
    return _go_on(sent["token"])


def _remember(request: Fields, username: str) -> str:
    token = secrets.token_urlsafe(24)
    _begun[token] = request | {"username": username}
    return token


def _code(begun: Fields, sent: Fields) -> Fields:
    code = sent.get("code", "").strip()
    return {"ClientId": begun["client_id"], "Username": begun["username"], "ConfirmationCode": code}


def _go_on(token: str) -> Answer:
    """Go back to the app with a code, as after a sign-in."""
    begun = _begun.pop(token)
    pool_id, pool, _ = cognito._find_pool_by_client_id(begun["client_id"])
    user, _ = cognito._resolve_user(pool, begun["username"])
    return issue_code(begun, pool_id, user["Username"])


def _sign_in_page(
    client_id: str,
    redirect_uri: str,
    scope: str,
    state: str,
    response_type: str,
    code_challenge: str = "",
    code_challenge_method: str = "",
    nonce: str = "",
    error_message: str = "",
) -> str:
    """Take the place of MiniStack's page, whose parameters these are, in the order of `_REQUEST` but for two."""
    values = (client_id, redirect_uri, response_type, scope, state, code_challenge, code_challenge_method, nonce)
    request = dict(zip(_REQUEST, values, strict=True))
    password = field("password", "Password", type="password", autocomplete="current-password")
    elsewhere = {name: request | {"identity_provider": name} for name in _providers(client_id)}
    others = [_link("/oauth2/authorize", asked, f"Continue with {name}") for name, asked in elsewhere.items()]
    return page(
        "Sign in to Marquee",
        "Sign in to Marquee",
        alert(error_message)
        + "".join(f'<p class="button">{link}</p>' for link in others)
        + form("/login", request, _email_field() + password, "Sign in")
        + f"<p>{_link('/forgotPassword', request, 'Forgot your password?')}</p>"
        + f"<p>New here? {_link('/signup', request, 'Create an account')}</p>",
    )


def _sign_up_page(request: Fields, email: str = "", error: str = "") -> str:
    return page(
        "Create an account for Marquee",
        "Create an account",
        alert(error)
        + form("/signup", request, _email_field(email) + _new_password_field(request["client_id"]), "Sign up")
        + f"<p>Already have an account? {_link('/login', request, 'Sign in')}</p>",
    )


def _confirm_page(token: str, error: str = "") -> str:
    sent = "Here no mail goes out: the code is 123456."
    return page(
        "Confirm your e-mail address for Marquee",
        "Confirm your e-mail address",
        alert(error) + form("/confirm", {"token": token}, _code_field(sent), "Confirm"),
    )


def _authenticator_page(token: str, error: str = "") -> str:
    return page(
        "Two-step sign-in for Marquee",
        "Enter a code",
        alert(error)
        + form("/mfa", {"token": token}, _code_field("The six digits that your authenticator app shows."), "Sign in"),
    )


def _forgot_page(request: Fields) -> str:
    return page(
        "Forgot your password for Marquee?",
        "Forgot your password?",
        form("/forgotPassword", request, _email_field(), "Send a code")
        + f"<p>{_link('/login', request, 'Back to sign in')}</p>",
    )


def _reset_page(token: str, error: str = "") -> str:
    sent = "Here no mail goes out: the code is 654321."
    fields = _code_field(sent) + _new_password_field(_begun[token]["client_id"])
    return page(
        "Choose a new password for Marquee",
        "Choose a new password",
        alert(error) + form("/confirmForgotPassword", {"token": token}, fields, "Change password"),
    )


def _email_field(value: str = "") -> str:
    return field("username", "E-mail", value=value, type="email", autocomplete="username", autofocus="")


def _new_password_field(client_id: str) -> str:
    pool = cognito._find_pool_by_client_id(client_id)[1]
    policy = pool.get("Policies", {}).get("PasswordPolicy", {})
    needed = ", ".join(words for name, words in _REQUIRED.items() if policy.get(name))
    hint = f"At least {policy.get('MinimumLength', 8)} characters" + (f", among them {needed}." if needed else ".")
    return field("password", "Password", hint=hint, type="password", autocomplete="new-password")


def _code_field(hint: str) -> str:
    return field("code", "Code", hint=hint, inputmode="numeric", autocomplete="one-time-code", autofocus="")


def _link(path: str, request: Fields, text: str) -> str:
    query = urlencode({name: value for name, value in request.items() if value})
    return f'<a href="{escape(f"{path}?{query}")}">{escape(text)}</a>'


def _providers(client_id: str) -> list[str]:
    _, pool, client = cognito._find_pool_by_client_id(client_id)
    return [name for name in client.get("SupportedIdentityProviders") or [] if name in pool["_identity_providers"]]


def _html(text: str, status: int = 200) -> Answer:
    return status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, text.encode()


_OPENED = {"/signup": _sign_up_page, "/forgotPassword": _forgot_page}
_SENT: dict[str, Callable[[Fields, Fields], Answer | None]] = {
    "/login": _sign_in,
    "/signup": _sign_up,
    "/forgotPassword": _forgot,
}
_SENT_WITH_CODE: dict[str, Callable[[Fields, Fields], Answer | None]] = {
    "/confirm": _confirm,
    "/confirmForgotPassword": _reset,
    "/mfa": _authenticate,
}
_TAKEN = ("/oauth2/revoke", *_SENT, *_SENT_WITH_CODE)
