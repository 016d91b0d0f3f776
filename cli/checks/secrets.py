"""Whether the keys of the providers have been put where functions look for them."""

from collections.abc import Iterator

from cli.checks.site import Site, Skipped

OUTPUTS = {"WatchModeSecretArn": "WatchMode", "TmdbSecretArn": "TMDB", "DriveSecretArn": "Google Drive"}
# Without it the guide and the archive work all the same.
OPTIONAL = frozenset({"DriveSecretArn"})


def secrets_are_filled(site: Site) -> Iterator[str]:
    """Say which key is empty, or is still the random value that the deployment has put there."""
    client = site.client("secretsmanager")
    known = {output: who for output, who in OUTPUTS.items() if output in site.place.outputs}
    if not known:
        raise Skipped("the stacks put out no secret")
    for output, who in known.items():
        arn = site.place.outputs[output]
        try:
            value = client.get_secret_value(SecretId=arn).get("SecretString", "")
            versions = client.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True)["Versions"]
        except client.exceptions.ResourceNotFoundException:
            yield f"The secret of {who} is gone, or has no value; put the key into {arn}."
            continue
        except client.exceptions.InvalidRequestException:
            yield f"The secret of {who} is marked for deletion; restore it: {arn}."
            continue
        if not value.strip():
            yield f"The secret of {who} is empty; put the key into {arn}."
        elif len(versions) < 2 and output not in OPTIONAL:
            yield f"The secret of {who} is still the random value of the deployment; put the key into {arn}."
