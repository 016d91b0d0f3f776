"""The web stack: a closed bucket behind a distribution, a strict policy, and a client that keeps no secret."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.assemblies import Assembly, Resource, run_app

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b"


def only(assembly: Assembly, kind: str) -> Resource:
    (found,) = [each for each in assembly.resources(kind) if each.stack == "web"]
    return found


def flat(value: Any) -> str:
    """The text of a value, references in it as they are named."""
    if isinstance(value, dict):
        return flat(next(iter(value.values())))
    return "".join(map(flat, value)) if isinstance(value, list) else str(value)


def policy(assembly: Assembly) -> dict[str, str]:
    """The content security policy of the site, by directive."""
    (headers,) = [
        each.properties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["ContentSecurityPolicy"]
        for each in assembly.resources("AWS::CloudFront::ResponseHeadersPolicy")
        if "SiteHeaders" in each.logical_id
    ]
    directives = flat(headers["ContentSecurityPolicy"]).split("; ")
    return {name: rest for name, _, rest in (directive.partition(" ") for directive in directives)}


def test_nobody_but_the_distribution_reads_the_bucket(assembly: Assembly) -> None:
    bucket = only(assembly, "AWS::S3::Bucket")
    readers = [
        statement
        for statement in only(assembly, "AWS::S3::BucketPolicy").properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    ]

    assert all(bucket.properties["PublicAccessBlockConfiguration"].values())
    assert [statement["Action"] for statement in readers] == ["s3:GetObject"]
    assert "distribution/" in flat(readers[0]["Condition"]["StringEquals"]["AWS:SourceArn"])


def test_scripts_come_from_the_site_alone_and_none_is_inline(assembly: Assembly) -> None:
    directives = policy(assembly)

    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["img-src"] == "'self' https://image.tmdb.org https://cdn.watchmode.com"


def test_requests_go_to_the_site_sign_in_and_uploads_only(dev: Assembly) -> None:
    allowed = policy(dev)["connect-src"].split()

    assert allowed[0] == "'self'"
    assert any(".auth." in each and "amazoncognito" in each for each in allowed)
    assert sum(each.startswith("https://cognito-idp.") for each in allowed) == 1
    assert all("Uploads" in each for each in allowed if each.startswith("https://s3."))
    assert len(allowed) == 5
    assert "upgrade-insecure-requests" in policy(dev)


def test_api_is_forwarded_whole_and_never_kept(assembly: Assembly) -> None:
    config = only(assembly, "AWS::CloudFront::Distribution").properties["DistributionConfig"]
    (behaviour,) = config["CacheBehaviors"]

    assert behaviour["PathPattern"] == "/api/*"
    assert set(behaviour["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    # AWS's own: caching disabled, and everything but the viewer's Host header is passed on.
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_token_never_crosses_the_network_in_the_clear(dev: Assembly) -> None:
    config = only(dev, "AWS::CloudFront::Distribution").properties["DistributionConfig"]

    assert config["CacheBehaviors"][0]["ViewerProtocolPolicy"] == "https-only"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    (api,) = [origin for origin in config["Origins"] if "CustomOriginConfig" in origin]
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_client_has_no_secret_and_only_the_code_flow(assembly: Assembly) -> None:
    client = only(assembly, "AWS::Cognito::UserPoolClient").properties

    assert not client.get("GenerateSecret")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert all(flat(address).endswith("/callback") for address in client["CallbackURLs"])


def test_sign_in_comes_back_to_the_distribution(dev: Assembly) -> None:
    client = only(dev, "AWS::Cognito::UserPoolClient").properties
    distribution = only(dev, "AWS::CloudFront::Distribution").logical_id

    assert [flat(address) for address in client["CallbackURLs"]] == [f"https://{distribution}DomainName/callback"]


def test_hashed_files_are_kept_for_a_year_and_pages_never(dev: Assembly) -> None:
    releases = {
        each.properties["SystemMetadata"]["cache-control"]: each.properties
        for each in dev.resources("Custom::CDKBucketDeployment")
    }

    assert set(releases) == {"public, max-age=31536000, immutable", "no-cache"}
    hashed, pages = releases["public, max-age=31536000, immutable"], releases["no-cache"]
    assert (hashed["Exclude"], hashed["Include"]) == (["*"], ["assets/*"])
    assert pages["Exclude"] == ["assets/*", ".vite/*"]
    assert pages["DistributionPaths"] == ["/*"]
    assert not any(each["Prune"] for each in releases.values())


def test_built_site_holds_no_source_map_and_no_inline_script(dev: Assembly) -> None:
    html = next(path for path in dev.folder.glob("asset.*/index.html")).read_text()

    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert not list(dev.folder.glob("asset.*/assets/*.map"))


def synthesised_with(folder: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Synthesise dev with some values changed."""
    environments = json.loads((Path(__file__).resolve().parents[2] / "cdk.json").read_text())["context"]["environments"]
    environments["dev"] |= values
    return run_app(folder, env="dev", environments=environments)


def test_own_domain_is_named_wherever_the_address_of_the_app_is(tmp_path: Path) -> None:
    result = synthesised_with(
        tmp_path, domain_name="tv.example.org", certificate_arn=CERTIFICATE, hosted_zone_id="Z0123456789"
    )
    assert result.returncode == 0, result.stderr
    own = Assembly("dev", tmp_path)

    distribution = only(own, "AWS::CloudFront::Distribution")
    config = distribution.properties["DistributionConfig"]
    assert config["Aliases"] == ["tv.example.org"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    client = only(own, "AWS::Cognito::UserPoolClient").properties
    assert client["CallbackURLs"] == ["https://tv.example.org/callback"]
    assert client["LogoutURLs"] == ["https://tv.example.org/"]
    addresses = [each.properties for each in own.resources("AWS::SSM::Parameter")]
    assert "https://tv.example.org" in [each["Value"] for each in addresses]
    uploads = [each for each in own.resources("AWS::S3::Bucket") if "CorsConfiguration" in each.properties]
    ((rule,),) = [each.properties["CorsConfiguration"]["CorsRules"] for each in uploads]
    assert rule["AllowedOrigins"] == ["https://tv.example.org"]
    records = [each.properties for each in own.resources("AWS::Route53::RecordSet")]
    assert {(each["Name"], each["Type"]) for each in records} == {("tv.example.org.", "A"), ("tv.example.org.", "AAAA")}
    assert all(distribution.logical_id in json.dumps(each["AliasTarget"]["DNSName"]) for each in records)


@pytest.mark.parametrize("half", [{"domain_name": "tv.example.org"}, {"certificate_arn": CERTIFICATE}])
def test_domain_without_certificate_is_refused_in_one_sentence(tmp_path: Path, half: dict[str, str]) -> None:
    result = synthesised_with(tmp_path, **half)

    assert result.returncode == 1
    assert result.stderr.strip().endswith("must have both domain_name and certificate_arn, or neither.")


def test_zone_without_domain_is_refused_in_one_sentence(tmp_path: Path) -> None:
    result = synthesised_with(tmp_path, hosted_zone_id="Z0123456789")

    assert result.returncode == 1
    assert result.stderr.strip().endswith("has a hosted_zone_id but no domain_name to put into that zone.")
