"""What differs between environments: as the page says, and no more than that."""

from __future__ import annotations

import re
from typing import Any

from tests.stacks.assemblies import CONTEXT, ROOT, Assembly

COMPARED = ("dev", "staging", "prod")
VALUES: dict[str, dict[str, Any]] = {
    name: {**CONTEXT["defaults"], **CONTEXT["environments"][name]} for name in CONTEXT["environments"]
}
# Where staging is not as prod: its size, its cost, and that nobody misses its data.
SMALLER_IN_STAGING = {
    *("api_requests_per_second", "api_burst", "monthly_budget_dollars", "log_retention", "price_class"),
    *("retain_data", "deletion_protection", "api_docs"),
}


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def test_page_names_every_difference_and_its_reason() -> None:
    page = (ROOT / "docs" / "environments.md").read_text(encoding="utf-8")
    told = {}
    for line in page.splitlines():
        if row := re.fullmatch(r"\| `(\w+)` \| (.*?) ?\| (.*?) ?\| (.*?) ?\| (.+) \|", line):
            key, *values, reason = row.groups()
            told[key] = values
            assert reason.endswith("."), key

    differing = {
        key: [written(VALUES[name][key]) for name in COMPARED]
        for key in CONTEXT["defaults"]
        if len({written(VALUES[name][key]) for name in COMPARED}) > 1
    }
    assert told == differing


def test_staging_is_built_as_prod_is() -> None:
    different = {key for key in CONTEXT["defaults"] if VALUES["staging"][key] != VALUES["prod"][key]}

    assert different == SMALLER_IN_STAGING


def test_every_environment_but_local_speaks_tls_and_has_a_firewall_and_a_budget() -> None:
    for name, values in VALUES.items():
        away = name != "local"
        assert values["tls_only"] is values["bootstrapped"] is away, name
        assert bool(values["waf_requests_per_5_minutes"]) is bool(values["monthly_budget_dollars"]) is away, name
        assert values["emulated"] is not away, name


def test_tables_can_be_had_as_they_were_in_every_environment(assembly: Assembly) -> None:
    for table in assembly.resources("AWS::DynamoDB::GlobalTable"):
        (replica,) = table.properties["Replicas"]
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True, table.name
        assert replica["DeletionProtectionEnabled"] is (assembly.environment == "prod"), table.name


def test_users_cannot_be_deleted_with_their_pool_in_prod(assembly: Assembly) -> None:
    (pool,) = assembly.resources("AWS::Cognito::UserPool")

    assert pool.properties["DeletionProtection"] == ("ACTIVE" if assembly.environment == "prod" else "INACTIVE")


def test_buckets_outlive_their_stack_and_events_keep_versions_in_prod_only(assembly: Assembly) -> None:
    kept = assembly.environment == "prod"

    for bucket in assembly.resources("AWS::S3::Bucket"):
        assert bucket.body["DeletionPolicy"] == ("Retain" if kept else "Delete"), bucket.name
    (events,) = [each for each in assembly.resources("AWS::S3::Bucket") if each.stack == "data"]
    assert ("VersioningConfiguration" in events.properties) == kept
