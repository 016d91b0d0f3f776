"""What a month may cost, and who is told before it costs more."""

from __future__ import annotations

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

ALREADY_SPENT_PERCENT = 80
FORECAST_PERCENT = 100


def monthly_budget(scope: Construct, name: str, *, dollars: int, topic: sns.ITopic) -> None:
    """Tell `topic` when most of the month's dollars are spent, and when all of them are forecast to be.

    It is the account's: a budget of tagged resources sees nothing until somebody activates the tag for billing, and
    would never warn.
    """
    budgets.CfnBudget(
        scope,
        name,
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=dollars, unit="USD"),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
            )
            for kind, percent in (("ACTUAL", ALREADY_SPENT_PERCENT), ("FORECASTED", FORECAST_PERCENT))
        ],
    )
