"""The accounts that may read the simulated Drive, and their credentials as Google hands them out."""

from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SERVICE_ACCOUNT = "importer@marquee-local.iam.gserviceaccount.com"
CLIENT_ID = "demo-drive-client.apps.googleusercontent.com"
CLIENT_SECRET = "demo-drive-client-secret"
REFRESH_TOKEN = "demo-drive-refresh-token"
KEY_ID = "demo-drive-key"
KEY_BITS = 2048
SCOPES = frozenset({"https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/drive.readonly"})


def user_credentials(token_uri: str) -> dict[str, str]:
    """Return the credentials of a person who has signed in; they open nothing anywhere else."""
    return {
        "type": "authorized_user",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
        "token_uri": token_uri,
    }


class ServiceAccount:
    """The service account, with a key pair that is made when it is first needed and forgotten with the process."""

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        """Return the private key."""
        return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def credentials(self, token_uri: str) -> dict[str, Any]:
        """Return the key file of the account, as Google's console has it for download."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "marquee-local",
            "private_key_id": KEY_ID,
            "private_key": pem.decode(),
            "client_email": SERVICE_ACCOUNT,
            "client_id": "100000000000000000000",
            "token_uri": token_uri,
        }
