"""The kinds of rules that the firewall has, each with a metric of its own name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import aws_wafv2 as wafv2

# Producers are programs with keys and send more than people do; the stage's name may or may not be in the path.
INGEST_PATH = "^(/api)?/ingest(/batch)?$"
FIVE_MINUTES = 300
TOO_FAST = "TooFast"

_Statement = wafv2.CfnWebACL.StatementProperty
_Rule = wafv2.CfnWebACL.RuleProperty
_AS_IT_IS = [wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]


def present(header: str) -> _Statement:
    """Match a request that has the `header`, and something in it."""
    return _Statement(
        size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
            comparison_operator="GT", size=0, field_to_match=_header(header), text_transformations=_AS_IT_IS
        )
    )


def equals(header: str, value: str) -> _Statement:
    """Match a request whose `header` is exactly `value`."""
    return _Statement(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=_header(header),
            positional_constraint="EXACTLY",
            search_string=value,
            text_transformations=_AS_IT_IS,
        )
    )


def sends_events() -> _Statement:
    """Match a request of a producer."""
    return _Statement(
        regex_match_statement=wafv2.CfnWebACL.RegexMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
            regex_string=INGEST_PATH,
            text_transformations=_AS_IT_IS,
        )
    )


def unless(statement: _Statement) -> _Statement:
    """Match what the `statement` does not."""
    return _Statement(not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=statement))


def blocked(name: str, priority: int, *statements: _Statement) -> _Rule:
    """Refuse what all of the `statements` match."""
    return _Rule(
        name=name,
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=_all_of(statements),
        visibility_config=_visible(name),
    )


def too_fast(name: str, priority: int, limit: int, *statements: _Statement, header: str | None = None) -> _Rule:
    """Answer 429, with the firewall's body `TOO_FAST`, to more than `limit` requests in five minutes.

    Those that match all `statements` are counted by the address they come from, or by what their `header` says: one
    without it is not counted then.
    """
    key = wafv2.CfnWebACL.RateLimitHeaderProperty(name=header, text_transformations=_AS_IT_IS) if header else None
    return _Rule(
        name=name,
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block=_try_again()),
        statement=_Statement(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="CUSTOM_KEYS" if key else "IP",
                custom_keys=[wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(header=key)] if key else None,
                limit=limit,
                evaluation_window_sec=FIVE_MINUTES,
                scope_down_statement=_all_of(statements),
            )
        ),
        visibility_config=_visible(name),
    )


def managed(group: str, priority: int, *, counted_only: Iterable[str] = ()) -> _Rule:
    """Refuse what AWS's `group` of rules refuses; what rules in `counted_only` match is let through and counted."""
    override, action = wafv2.CfnWebACL.RuleActionOverrideProperty, wafv2.CfnWebACL.RuleActionProperty
    return _Rule(
        name=group,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=_Statement(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[override(name=rule, action_to_use=action(count={})) for rule in counted_only]
                or None,
            )
        ),
        visibility_config=_visible(group),
    )


def _all_of(statements: Sequence[_Statement]) -> _Statement:
    if len(statements) == 1:
        return statements[0]
    return _Statement(and_statement=wafv2.CfnWebACL.AndStatementProperty(statements=list(statements)))


def _try_again() -> wafv2.CfnWebACL.BlockActionProperty:
    header = wafv2.CfnWebACL.CustomHTTPHeaderProperty
    headers = {"Retry-After": str(FIVE_MINUTES), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return wafv2.CfnWebACL.BlockActionProperty(
        custom_response=wafv2.CfnWebACL.CustomResponseProperty(
            response_code=429,
            custom_response_body_key=TOO_FAST,
            response_headers=[header(name=name, value=value) for name, value in headers.items()],
        )
    )


def _header(name: str) -> wafv2.CfnWebACL.FieldToMatchProperty:
    return wafv2.CfnWebACL.FieldToMatchProperty(single_header={"Name": name})


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
