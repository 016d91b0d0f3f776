"""Where a client puts a file to import: an address that takes one file of one kind and size for a short while."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VALID_SECONDS = 900


@dataclass(frozen=True)
class Upload:
    """A file that somebody is about to upload; `size` is in bytes."""

    key: str
    media_type: str
    size: int


class Uploads:
    """Gives out addresses of the bucket of uploads, signed with the function's own right to put objects there."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def url(self, upload: Upload) -> str:
        """Return where to PUT the file; S3 refuses another size and another media type, because both are signed."""
        parameters = {
            "Bucket": self._bucket,
            "Key": upload.key,
            "ContentType": upload.media_type,
            "ContentLength": upload.size,
        }
        return self._client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=VALID_SECONDS)
