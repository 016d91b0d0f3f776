"""Auth: the user pool, its sign-in pages and Google, the client of scripts, and the group of operators. Stateful."""

from __future__ import annotations

from aws_cdk import Duration, Fn
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.google_sign_in import google_sign_in
from stacks.constructs.operators import operators
from stacks.constructs.sign_up_link import link_sign_ups


class AuthStack(EnvironmentStack):
    """Who may sign in, and how."""

    def __init__(self, scope: Construct, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, config=config, domain="auth", description="Marquee: users and sign-in")

        self.user_pool = self._user_pool()
        self.domain = self._domain()
        self.google = self._google()
        self.scripts = client = self.user_pool.add_client(
            "Scripts",
            # The web stack adds its own client with the code flow, because only it knows where to call back.
            disable_o_auth=True,
            # `marquee verify` signs in as an administrator of the pool, which takes rights in the account.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True, user_password=config.password_sign_in),
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )
        operators(self, self.user_pool, self.config.admin_emails)

        self.output("UserPoolId", self.user_pool.user_pool_id)
        self.output("UserPoolClientId", client.user_pool_client_id)
        self.output("SignInUrl", self.config.aws_url or self.domain.base_url())

    def _domain(self) -> cognito.UserPoolDomain:
        """Give the pool its sign-in pages, under a prefix that no other account has: they share one name space."""
        stack_uuid = Fn.select(2, Fn.split("/", self.stack_id))
        return self.user_pool.add_domain(
            "SignIn",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=f"marquee-{self.config.name}-{Fn.select(0, Fn.split('-', stack_uuid))}"
            ),
            # The newer pages show nothing until each client has been given a style of its own.
            managed_login_version=cognito.ManagedLoginVersion.CLASSIC_HOSTED_UI,
        )

    def _google(self) -> cognito.IUserPoolIdentityProvider | None:
        if not self.config.google_sign_in:
            return None
        link_sign_ups(self, config=self.config, user_pool=self.user_pool)
        return google_sign_in(
            self,
            user_pool=self.user_pool,
            issuer=self.config.google_issuer,
            secret_name=f"marquee/{self.config.name}/google",
        )

    def _user_pool(self) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "Users",
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=True,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            # A new address counts only once it is proven; until then the old one still signs in.
            keep_original=cognito.KeepOriginalAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=self.config.deletion_protection,
            removal_policy=self.data_removal_policy,
        )
        acknowledge(
            pool,
            "COG2",
            "A guide holds no payment or health data: an authenticator app is offered, not forced.",
        )
        acknowledge(
            pool,
            "COG8",
            "The Plus plan is billed per user from the first one on; Cognito throttles sign-in without it.",
        )
        return pool
