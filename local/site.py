"""The web app on the emulator: the files and the configuration that a deploy to AWS uploads by a function of CDK's."""

import json
import mimetypes
from pathlib import PurePosixPath

from local.emulator import AwsClients
from local.errors import LocalCloudError
from stacks.constructs.web_build import (
    API_DOCUMENT,
    BUILD_FOLDER,
    CONFIGURATION,
    HASHED,
    NAMED,
    WebBuildError,
    build_web,
)

# What Python does not know everywhere, as the AWS command line does that uploads elsewhere.
_TYPES = {".webmanifest": "application/manifest+json", ".woff2": "font/woff2", ".js": "text/javascript"}


def upload_site(clients: AwsClients, stacks: dict[str, str]) -> None:
    """Build the web app if it has changed and put it into its bucket; raises LocalCloudError when that fails."""
    try:
        site = build_web()
    except WebBuildError as error:
        raise LocalCloudError(str(error)) from error
    files = {file.relative_to(site): file for file in sorted(site.rglob("*")) if file.is_file()}
    contents = {name.as_posix(): file.read_bytes() for name, file in files.items() if name.parts[0] != BUILD_FOLDER}
    configuration = json.loads(stacks["WebConfiguration"])
    contents[CONFIGURATION] = json.dumps(configuration).encode()
    if configuration["apiDocs"]:
        contents[API_DOCUMENT.name] = API_DOCUMENT.read_bytes()
    s3 = clients.client("s3")
    for key, body in contents.items():
        rule = HASHED if PurePosixPath(key).match(HASHED.include[0]) else NAMED
        s3.put_object(
            Bucket=stacks["WebBucket"],
            Key=key,
            Body=body,
            ContentType=_type_of(key),
            CacheControl=rule.cache_control,
        )


def _type_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
