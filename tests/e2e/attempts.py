"""What somebody would try who runs code in one of our functions: calls to everything that Marquee has in AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.cloud import Cloud
from tests.e2e.held_rights import Names
from tests.e2e.rights import Rights, allows

_ID = "attack"
# One that is nobody's, and of the table that most functions share some that are somebody's.
_PARTITIONS = {
    "operations": (_ID, f"failure:{_ID}", f"audit:{_ID}", f"job:{_ID}"),
    "viewers": (_ID, f"user:{_ID}", f"userpref:{_ID}", f"title:{_ID}"),
}
# Below which beginnings of names functions may do something, of which they must not do anything else.
_PREFIXES = {"archive": ("tmdb/",), "events": ("activity/",), "uploads": ("uploads/", "imports/")}


@dataclass(frozen=True)
class Attempt:
    """A call, and what the table of rights would have to hold for it to be allowed."""

    resource: str
    action: str
    service: str
    operation: str
    arguments: Mapping[str, Any]
    part: str = ""
    """Of a table the partition, of a bucket what the names begin with that are listed."""

    def is_within(self, rights: Rights) -> bool:
        """Say whether the call is one that the function is meant to make."""
        return allows(rights, self.action, self.resource, self.part)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} {self.part}".rstrip()


def attempts(cloud: Cloud) -> list[Attempt]:
    """Return every attempt; its partition and its names are of its own, so that no right to a part covers them."""
    return [
        *(each for table in cloud.outputs.tables for each in _on_table(cloud, table)),
        *(each for table in cloud.outputs.tables for each in _on_indexes(cloud, table)),
        *_on_streams(cloud),
        *_on_queues(cloud),
        *(each for bucket in cloud.outputs.buckets for each in _on_bucket(cloud, bucket)),
        *_on_secrets(cloud),
        *_on_functions(cloud),
        *_on_people(cloud),
        *_on_the_account(cloud),
    ]


def _on_table(cloud: Cloud, table: str) -> Iterator[Attempt]:
    name = cloud.outputs.tables[table]
    whole: dict[str, tuple[str, dict[str, Any]]] = {
        "Scan": ("scan", {"TableName": name, "Limit": 1}),
        "DescribeTable": ("describe_table", {"TableName": name}),
        "PartiQLSelect": ("execute_statement", {"Statement": f'SELECT * FROM "{name}"'}),
    }
    for action, (operation, arguments) in whole.items():
        yield Attempt(table, action, "dynamodb", operation, arguments)
    for partition in _PARTITIONS.get(table, (_ID,)):
        for action, (operation, arguments) in _on_partition(name, partition).items():
            yield Attempt(table, action, "dynamodb", operation, arguments, partition)


def _on_partition(name: str, partition: str) -> dict[str, tuple[str, dict[str, Any]]]:
    one, key = {"TableName": name}, {"PK": {"S": partition}, "SK": {"S": _ID}}
    question = {"KeyConditionExpression": "PK = :pk", "ExpressionAttributeValues": {":pk": {"S": partition}}}
    check = {"ConditionCheck": {**one, "Key": key, "ConditionExpression": "attribute_exists(PK)"}}
    return {
        "GetItem": ("get_item", {**one, "Key": key}),
        "BatchGetItem": ("batch_get_item", {"RequestItems": {name: {"Keys": [key]}}}),
        "Query": ("query", {**one, **question}),
        "PutItem": ("put_item", {**one, "Item": key}),
        "UpdateItem": ("update_item", {**one, "Key": key}),
        "DeleteItem": ("delete_item", {**one, "Key": key}),
        "BatchWriteItem": ("batch_write_item", {"RequestItems": {name: [{"PutRequest": {"Item": key}}]}}),
        "ConditionCheckItem": ("transact_write_items", {"TransactItems": [check]}),
    }


def _on_indexes(cloud: Cloud, table: str) -> Iterator[Attempt]:
    name = cloud.outputs.tables[table]
    described = cloud.aws.client("dynamodb").describe_table(TableName=name)["Table"]
    for index in [*described.get("GlobalSecondaryIndexes", []), *described.get("LocalSecondaryIndexes", [])]:
        arguments = {
            "TableName": name,
            "IndexName": index["IndexName"],
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": index["KeySchema"][0]["AttributeName"]},
            "ExpressionAttributeValues": {":key": {"S": _ID}},
        }
        yield Attempt(f"{table} index {index['IndexName']}", "Query", "dynamodb", "query", arguments)
    if arn := described.get("LatestStreamArn"):
        yield Attempt(f"{table} stream", "DescribeStream", "dynamodbstreams", "describe_stream", {"StreamArn": arn})


def _on_streams(cloud: Cloud) -> Iterator[Attempt]:
    (name,) = cloud.outputs.streams.values()
    shard = {"StreamName": name, "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
    record = {"Data": b"{}", "PartitionKey": _ID}
    for action, operation, arguments in (
        ("PutRecord", "put_record", {"StreamName": name, **record}),
        ("PutRecords", "put_records", {"StreamName": name, "Records": [record]}),
        ("GetShardIterator", "get_shard_iterator", shard),
    ):
        yield Attempt("programme-events", action, "kinesis", operation, arguments)


def _on_queues(cloud: Cloud) -> Iterator[Attempt]:
    names = Names(cloud)
    for url in cloud.aws.client("sqs").list_queues()["QueueUrls"]:
        label = names.of(f"arn:aws:sqs:::{url.rpartition('/')[2]}")
        of_fifo = {"MessageGroupId": _ID, "MessageDeduplicationId": _ID} if url.endswith(".fifo") else {}
        one = {"QueueUrl": url}
        yield Attempt(label, "SendMessage", "sqs", "send_message", {**one, "MessageBody": "{}", **of_fifo})
        yield Attempt(label, "ReceiveMessage", "sqs", "receive_message", {**one, "VisibilityTimeout": 0})
        yield Attempt(label, "PurgeQueue", "sqs", "purge_queue", one)


def _on_bucket(cloud: Cloud, bucket: str) -> Iterator[Attempt]:
    name = cloud.outputs.buckets[bucket]
    for prefix in ("", *_PREFIXES[bucket]):
        label = f"bucket {bucket}/{prefix}*" if prefix else f"bucket {bucket}"
        one = {"Bucket": name, "Key": f"{prefix}{_ID}"}
        yield Attempt(label, "GetObject", "s3", "get_object", one)
        yield Attempt(label, "PutObject", "s3", "put_object", {**one, "Body": b""})
        yield Attempt(label, "DeleteObject", "s3", "delete_object", one)
    yield Attempt(f"bucket {bucket}", "ListBucket", "s3", "list_objects_v2", {"Bucket": name, "Prefix": _ID}, _ID)
    yield Attempt(f"bucket {bucket}", "PutBucketPolicy", "s3", "put_bucket_policy", {"Bucket": name, "Policy": "{}"})


def _on_secrets(cloud: Cloud) -> Iterator[Attempt]:
    names = Names(cloud)
    for secret in cloud.aws.client("secretsmanager").list_secrets()["SecretList"]:
        label, one = names.of(secret["ARN"]), {"SecretId": secret["ARN"]}
        yield Attempt(label, "GetSecretValue", "secretsmanager", "get_secret_value", one)
        yield Attempt(label, "PutSecretValue", "secretsmanager", "put_secret_value", {**one, "SecretString": _ID})


def _on_functions(cloud: Cloud) -> Iterator[Attempt]:
    for function, name in cloud.outputs.functions.items():
        label, one = f"function {function}", {"FunctionName": name}
        yield Attempt(label, "InvokeFunction", "lambda", "invoke", {**one, "InvocationType": "DryRun"})
        # Answers with where the code is and with all variables.
        yield Attempt(label, "GetFunction", "lambda", "get_function", one)
    changed = {"FunctionName": cloud.outputs.functions["admin_api"], "Description": _ID}
    yield Attempt(
        "function admin_api", "UpdateFunctionConfiguration", "lambda", "update_function_configuration", changed
    )


def _on_people(cloud: Cloud) -> Iterator[Attempt]:
    pool = {"UserPoolId": cloud.outputs.user_pool_id}
    user = {**pool, "Username": f"{_ID}@marquee.local"}
    for action, operation, arguments in (
        ("ListUsers", "list_users", pool),
        ("AdminGetUser", "admin_get_user", user),
        ("AdminCreateUser", "admin_create_user", user),
        ("AdminDeleteUser", "admin_delete_user", user),
        ("AdminSetUserPassword", "admin_set_user_password", {**user, "Password": "Attack-tonight-1"}),
        ("AdminAddUserToGroup", "admin_add_user_to_group", {**user, "GroupName": "admin"}),
        ("AdminLinkProviderForUser", "admin_link_provider_for_user", {**pool, **_LINK}),
        ("UpdateUserPoolClient", "update_user_pool_client", {**pool, "ClientId": cloud.outputs.user_pool_client_id}),
    ):
        yield Attempt("user pool", action, "cognito-idp", operation, arguments)


_LINK = {
    "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": _ID},
    "SourceUser": {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": _ID},
}


def _on_the_account(cloud: Cloud) -> Iterator[Attempt]:
    log = cloud.aws.client("lambda").get_function_configuration(FunctionName=cloud.outputs.functions["guide_api"])
    role = log["Role"].rpartition("/")[2]
    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    group = {"logGroupName": log["LoggingConfig"]["LogGroup"]}
    address = {"Name": "/marquee/local/web-url"}
    mail: dict[str, Any] = {
        "FromEmailAddress": f"{_ID}@marquee.local",
        "Destination": {"ToAddresses": [f"{_ID}@marquee.local"]},
        "Content": {"Simple": {"Subject": {"Data": _ID}, "Body": {"Text": {"Data": _ID}}}},
    }
    yield Attempt("anything", "CreateUser", "iam", "create_user", {"UserName": _ID})
    more = {"RoleName": role, "PolicyName": _ID, "PolicyDocument": policy}
    yield Attempt("anything", "PutRolePolicy", "iam", "put_role_policy", more)
    yield Attempt("anything", "AssumeRole", "sts", "assume_role", {"RoleArn": log["Role"], "RoleSessionName": _ID})
    yield Attempt("logs log", "FilterLogEvents", "logs", "filter_log_events", group)
    yield Attempt("logs log", "DeleteLogGroup", "logs", "delete_log_group", group)
    yield Attempt("parameter web-url", "GetParameter", "ssm", "get_parameter", address)
    yield Attempt("parameter web-url", "PutParameter", "ssm", "put_parameter", {**address, "Value": _ID})
    yield Attempt("mail other", "SendEmail", "sesv2", "send_email", mail)
    yield Attempt("anything", "GetApiKeys", "apigateway", "get_api_keys", {"includeValues": True})
    yield Attempt("anything", "DescribeStacks", "cloudformation", "describe_stacks", {})
    yield Attempt("anything", "ListSchedules", "scheduler", "list_schedules", {})
