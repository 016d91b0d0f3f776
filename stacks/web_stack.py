"""Web: the site's bucket, the distribution before it and the API, and the client that viewers sign in with."""

from __future__ import annotations

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.google_sign_in import PROVIDER_NAME
from stacks.constructs.known_clients import clients_parameter
from stacks.constructs.private_bucket import private_bucket
from stacks.constructs.site_distribution import site_distribution
from stacks.constructs.web_address import web_address_parameter
from stacks.constructs.web_client import web_client
from stacks.constructs.web_release import web_release
from stacks.version import version


class WebStack(EnvironmentStack):
    """What a browser gets, from one address: the app, its configuration and, below `/api`, the API."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        user_pool: cognito.IUserPool,
        scripts: cognito.IUserPoolClient,
        sign_in_pages: cognito.UserPoolDomain,
        has_google: bool,
        api_host: str,
        uploads: s3.IBucket,
        firewall_pass: secretsmanager.ISecret | None,
    ) -> None:
        super().__init__(scope, config=config, domain="web", description="Marquee: web app")
        bucket = private_bucket(
            self,
            "Site",
            lifecycle_rules=[],
            unlogged_because="The files of the web app, which anybody may fetch through CloudFront.",
        )
        sign_in_url = config.aws_url or sign_in_pages.base_url()
        user_pools_url = f"https://cognito-idp.{self.region}.{self.url_suffix}"
        google_provider = PROVIDER_NAME if has_google else None
        distribution = site_distribution(
            self,
            bucket,
            api_host,
            firewall_pass=firewall_pass,
            connect_to=[sign_in_url, config.aws_url or user_pools_url, *self._upload_addresses(uploads)],
        )
        if bucket.policy and not config.tls_only:
            acknowledge(
                bucket.policy, "S10", "The local cloud speaks nothing but plain HTTP on the loopback interface."
            )
        web_url = config.web_url or f"https://{config.domain_name or distribution.distribution_domain_name}"
        client = web_client(self, user_pool, google_provider, [web_url, *config.web_origins])
        configuration: dict[str, str | bool | None] = {
            "environment": config.name,
            "version": version(self.node.try_get_context("version")),
            "apiDocs": config.api_docs,
            "issuer": f"{user_pools_url}/{user_pool.user_pool_id}",
            "clientId": client.user_pool_client_id,
            "signInUrl": sign_in_url,
            "userPoolUrl": config.aws_url or user_pools_url,
            "googleProvider": google_provider,
        }
        web_release(self, bucket, distribution, configuration)
        ssm.StringParameter(
            self,
            "Address",
            parameter_name=web_address_parameter(config),
            string_value=web_url,
            description="Where the web app is, for the links in e-mails and calendars",
        )
        ssm.StringParameter(
            self,
            "Clients",
            parameter_name=clients_parameter(config),
            string_value=f"{client.user_pool_client_id},{scripts.user_pool_client_id}",
            description="The clients of the user pool whose ID tokens the API takes",
        )
        self._records(distribution)

        self.output("WebUrl", web_url)
        self.output("WebClientId", client.user_pool_client_id)
        self.output("WebBucket", bucket.bucket_name)
        self.output("DistributionId", distribution.distribution_id)
        self.output("DistributionDomain", distribution.distribution_domain_name)
        self.output("WebConfiguration", self.to_json_string(configuration))

    def _upload_addresses(self, uploads: s3.IBucket) -> list[str]:
        # Uploads are signed for S3's own host with the bucket in the path; us-east-1 still has its older name.
        if self.config.aws_url:
            # Functions of the emulator know it by its number.
            return [self.config.aws_url.replace("//localhost:", "//127.0.0.1:")]
        hosts = (f"s3.{self.region}.{self.url_suffix}", f"s3.{self.url_suffix}")
        return [f"https://{host}/{uploads.bucket_name}/" for host in hosts]

    def _records(self, distribution: cloudfront.Distribution) -> None:
        config = self.config
        if not config.hosted_zone_id:
            return
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self,
            "Zone",
            hosted_zone_id=config.hosted_zone_id,
            zone_name=config.domain_name.split(".", 1)[1],
        )
        target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution))
        for record, name in ((route53.ARecord, "Ipv4"), (route53.AaaaRecord, "Ipv6")):
            record(self, name, zone=zone, record_name=f"{config.domain_name}.", target=target)
