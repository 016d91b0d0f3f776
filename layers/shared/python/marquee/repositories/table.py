"""One DynamoDB table in plain Python values: pages followed, unprocessed items resent, conflicts named."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee.errors import Conflict, MarqueeError
from marquee.repositories.values import decode as decode
from marquee.repositories.values import encode as encode

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Key = tuple[str, str]

# Limits of DynamoDB: BatchWriteItem takes 25 requests, BatchGetItem 100 keys, TransactWriteItems 100 actions.
BATCH_WRITE = 25
BATCH_GET = 100
TRANSACTION = 100
RESENDS = 8
# Reasons of a cancelled transaction: too much traffic, and what no repetition cures.
THROTTLED = {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"}
UNUSABLE = {"ValidationException", "ValidationError", "ItemCollectionSizeLimitExceeded"}


class ConditionFailed(Exception):
    """The condition of a write did not hold, nothing was written; `item` is what stood there if it was asked for."""

    def __init__(self, reason: str, item: "Item | None" = None) -> None:
        super().__init__(reason)
        self.item = item


class Collided(ConditionFailed):
    """A transaction met others on an item and nothing else was wrong: the same one may be sent again."""


class Table:
    """A table with the keys PK and SK."""

    def __init__(self, client: "DynamoDBClient", name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client = client
        self.name = name
        self._sleep = sleep

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        """Return one item or None."""
        answer = self.client.get_item(TableName=self.name, Key=encode_key((pk, sk)), ConsistentRead=consistent)
        return decode(answer["Item"]) if "Item" in answer else None

    def query(self, condition: str, values: Mapping[str, object], **more: Any) -> Iterator[Item]:
        """Yield all items that meet a key condition, page after page; `more` are arguments of Query."""
        request = self._query_request(condition, values, more)
        while True:
            answer = self.client.query(**request)
            yield from map(decode, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def query_page(self, condition: str, values: Mapping[str, object], **more: Any) -> tuple[list[Item], Item | None]:
        """Return the items of a single Query and the key at which it stopped, None at the end.

        They are as DynamoDB sends them (see `decode`): a caller that drops most of them need not pay for all.
        """
        answer = self.client.query(**self._query_request(condition, values, more))
        return answer["Items"], answer.get("LastEvaluatedKey")

    def _query_request(self, condition: str, values: Mapping[str, object], more: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": encode(values),
            **more,
        }

    def batch_get(self, keys: Iterable[Key], **more: Any) -> list[Item]:
        """Return the items that exist among `keys`, in no order; asks again for what a busy table left out."""
        wanted = [encode_key(key) for key in dict.fromkeys(keys)]
        found: list[Item] = []
        for start in range(0, len(wanted), BATCH_GET):
            pending: Any = {self.name: {"Keys": wanted[start : start + BATCH_GET], **more}}
            for attempt in range(RESENDS):
                answer = self.client.batch_get_item(RequestItems=pending)
                found += map(decode, answer["Responses"].get(self.name, []))
                pending = answer.get("UnprocessedKeys")
                if not pending:
                    break
                self._back_off(attempt)
            else:
                raise Conflict(f"{self.name}: a batch read stayed unfinished after {RESENDS} attempts")
        return found

    def batch_write(self, *, puts: Iterable[Mapping[str, object]] = (), deletes: Iterable[Key] = ()) -> None:
        """Put and delete items; not atomic, so only for writes that may be repeated."""
        requests: list[Any] = [{"PutRequest": {"Item": encode(item)}} for item in puts]
        requests += [{"DeleteRequest": {"Key": encode_key(key)}} for key in deletes]
        for start in range(0, len(requests), BATCH_WRITE):
            pending: Any = {self.name: requests[start : start + BATCH_WRITE]}
            for attempt in range(RESENDS):
                pending = self.client.batch_write_item(RequestItems=pending).get("UnprocessedItems")
                if not pending:
                    break
                self._back_off(attempt)
            else:
                raise Conflict(f"{self.name}: a batch write stayed unfinished after {RESENDS} attempts")

    def put(self, item: Mapping[str, object], **more: Any) -> None:
        """Put one item; raises ConditionFailed."""
        with conditions():
            self.client.put_item(TableName=self.name, Item=encode(item), **_encoded_values(more))

    def update(self, pk: str, sk: str, expression: str, values: Mapping[str, object], **more: Any) -> Item:
        """Update one item and return the attributes that `ReturnValues` asks for; raises ConditionFailed."""
        request = {"UpdateExpression": expression, "ExpressionAttributeValues": encode(values), **more}
        with conditions():
            answer = self.client.update_item(TableName=self.name, Key=encode_key((pk, sk)), **request)
        return decode(answer.get("Attributes", {}))

    def delete(self, pk: str, sk: str, **more: Any) -> None:
        """Delete one item; raises ConditionFailed."""
        with conditions():
            self.client.delete_item(TableName=self.name, Key=encode_key((pk, sk)), **_encoded_values(more))

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Write all `actions` (put, update, delete, check below) or none; raises ConditionFailed.

        Two transactions that meet on one item are as good as a failed condition: read again, try again; it is Collided
        if there was nothing else. One that is throttled is sent again here, because botocore does not know the code
        that DynamoDB gives for it.
        """
        for attempt in range(RESENDS):
            try:
                with conditions():
                    self.client.transact_write_items(TransactItems=list(actions))  # type: ignore[arg-type]
            except ClientError as error:
                if attempt + 1 == RESENDS or not _is_throttled(error):
                    raise
                self._back_off(attempt)
            else:
                return

    def put_action(self, item: Mapping[str, object], **more: Any) -> dict[str, Any]:
        """Return a Put for `transact`."""
        return {"Put": {"TableName": self.name, "Item": encode(item), **_encoded_values(more)}}

    def update_action(
        self, pk: str, sk: str, expression: str, values: Mapping[str, object], **more: Any
    ) -> dict[str, Any]:
        """Return an Update for `transact`."""
        request = {"UpdateExpression": expression, "ExpressionAttributeValues": encode(values), **more}
        return {"Update": {"TableName": self.name, "Key": encode_key((pk, sk)), **request}}

    def delete_action(self, pk: str, sk: str, **more: Any) -> dict[str, Any]:
        """Return a Delete for `transact`."""
        return {"Delete": {"TableName": self.name, "Key": encode_key((pk, sk)), **_encoded_values(more)}}

    def check_action(self, pk: str, sk: str, condition: str, values: Mapping[str, object]) -> dict[str, Any]:
        """Return a ConditionCheck for `transact`."""
        request = _encoded_values({"ConditionExpression": condition, "ExpressionAttributeValues": values})
        return {"ConditionCheck": {"TableName": self.name, "Key": encode_key((pk, sk)), **request}}

    def _back_off(self, attempt: int) -> None:
        self._sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))


@contextmanager
def conditions() -> Iterator[None]:
    """Translate DynamoDB's failed conditions and colliding transactions to ConditionFailed."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
            found: Any = error.response.get("Item")
            raise ConditionFailed(str(code), decode(found) if found else None) from error
        codes = _reasons(error)
        if code == "TransactionCanceledException" and codes <= {"ConditionalCheckFailed", "TransactionConflict"}:
            kind = Collided if codes == {"TransactionConflict"} else ConditionFailed
            raise kind(", ".join(sorted(codes))) from error
        raise


def _reasons(error: ClientError) -> set[str]:
    """Return why the actions of a cancelled transaction were refused; none for other errors."""
    reasons: Any = error.response.get("CancellationReasons") or ()
    return {str(reason.get("Code")) for reason in reasons} - {"None"}


def _is_throttled(error: ClientError) -> bool:
    """Return whether a transaction was refused for nothing but too much traffic, or meeting others in it."""
    codes = _reasons(error)
    return bool(codes) and codes <= THROTTLED | {"TransactionConflict"}


def may_go_better(error: Exception) -> bool:
    """Return whether the same work may succeed another time: not if DynamoDB finds the item itself unusable."""
    if isinstance(error, ClientError):
        return not ({error.response["Error"]["Code"]} | _reasons(error)) & UNUSABLE
    return isinstance(error, MarqueeError | BotoCoreError)


def encode_key(key: Key) -> dict[str, Any]:
    """Return a key as DynamoDB takes it."""
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def _encoded_values(request: Mapping[str, Any]) -> dict[str, Any]:
    """Encode the values of an expression; DynamoDB takes none at all, but not an empty set of them."""
    encoded = dict(request)
    if values := encoded.pop("ExpressionAttributeValues", None):
        encoded["ExpressionAttributeValues"] = encode(values)
    return encoded
