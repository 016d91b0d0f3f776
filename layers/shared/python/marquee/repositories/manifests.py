"""The manifests of harvests, `tmdb/_manifests/<job>.json` in the archive, and how the job of a harvest ends."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.jobs import Job, JobState
from marquee.repositories.table import ConditionFailed, Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ATTEMPTS = 8


class Manifests:
    """Keeps what each harvest was asked for, what it found and what became of it, beside the data."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, job_id: str, manifest: Mapping[str, object]) -> None:
        """Write the manifest of a harvest in place of the one before."""
        body = json.dumps(manifest, indent=2, sort_keys=True).encode()
        self._client.put_object(Bucket=self._bucket, Key=_key(job_id), Body=body, ContentType="application/json")

    def get(self, job_id: str) -> dict[str, Any] | None:
        """Return the manifest of a harvest or None."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=_key(job_id))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        found: dict[str, Any] = json.loads(answer["Body"].read())
        return found


def settle_harvest(table: Table, manifests: Manifests, job_id: str) -> bool:
    """End the job of a harvest if all its ids are queued and none is left; returns whether it has ended.

    To be called by whoever has brought `queued` to zero or set `harvested`, and again when that may have been
    interrupted: repeated calls end in the same state. The manifest gets the final counts before the job says that it
    has ended. Ids that succeed in a replay make a failed job succeed. Raises Conflict.
    """
    for _ in range(ATTEMPTS):
        item = table.get(keys.job(job_id), keys.RECORD, consistent=True)
        job = Job.model_validate(item) if item and item.get("harvested") else None
        if job is None or job.aborted or job.counts.get("queued", 0) > 0:
            return False
        state: JobState = "failed" if job.counts.get("failed", 0) else "succeeded"
        finished_at = job.finished_at if job.state == state and job.finished_at else clock.now()
        ended = {"state": state, "finished_at": finished_at, "counts": job.counts}
        manifests.put(job_id, {**(manifests.get(job_id) or {}), **ended})
        try:
            # Only if the counts are still those of the manifest.
            table.update(
                keys.job(job_id),
                keys.RECORD,
                "SET #state = :state, finished_at = :finished_at",
                {":state": state, ":finished_at": finished_at, ":counts": job.counts},
                ConditionExpression="#counts = :counts",
                ExpressionAttributeNames={"#state": "state", "#counts": "counts"},
            )
        except ConditionFailed:
            continue
        return True
    raise Conflict(f"job {job_id}: its counts were changed by others {ATTEMPTS} times in a row")


def _key(job_id: str) -> str:
    return f"tmdb/_manifests/{job_id}.json"
