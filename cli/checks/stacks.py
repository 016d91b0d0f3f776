"""Whether everything is deployed and switched on: stacks, functions, what feeds them, schedules."""

from collections.abc import Iterator

from cli.checks.site import Site
from cli.functions import functions

GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"})
SCHEDULE, MAPPING = "AWS::Scheduler::Schedule", "AWS::Lambda::EventSourceMapping"
FIRST_PROBLEM = "PROBLEM"


def stacks_are_there(site: Site) -> Iterator[str]:
    """Say which stack is missing, or is not as it was deployed."""
    for name in site.wanted_stacks:
        status = site.stacks.get(name)
        if status is None:
            yield f"The stack {name} is missing; `cdk deploy --all -c env={site.place.name}` makes it."
        elif status == "UPDATE_ROLLBACK_COMPLETE":
            yield f"The last deployment of the stack {name} failed and was taken back; its events say why."
        elif status.endswith("_IN_PROGRESS"):
            yield f"The stack {name} is being deployed ({status}); ask again when that is over."
        elif status not in GOOD:
            yield f"The stack {name} is {status}; its events say why."


def functions_can_run(site: Site) -> Iterator[str]:
    """Say which function is gone, broken or may not run at all."""
    client = site.client("lambda")
    for name, physical in functions(site.place).items():
        try:
            found = client.get_function(FunctionName=physical)
        except client.exceptions.ResourceNotFoundException:
            yield f"The function {name} is gone; deploy its stack anew."
            continue
        configuration = found["Configuration"]
        if configuration.get("State", "Active") not in ("Active", "Inactive"):
            reason = configuration.get("StateReason", "no reason is given")
            yield f"The function {name} cannot run: {reason}."
        if configuration.get("LastUpdateStatus") == "Failed":
            reason = configuration.get("LastUpdateStatusReason", "no reason is given")
            yield f"The last update of the function {name} failed: {reason}."
        if found.get("Concurrency", {}).get("ReservedConcurrentExecutions") == 0:
            yield f"The function {name} is throttled to nothing: its reserved concurrency is 0."


def queues_and_streams_are_read(site: Site) -> Iterator[str]:
    """Say which function is not fed by its queue or stream."""
    client = site.client("lambda")
    for each in site.of_type(MAPPING):
        try:
            mapping = client.get_event_source_mapping(UUID=each.id)
        except client.exceptions.ResourceNotFoundException:
            yield f"{each.stack} lacks what feeds a function ({each.name}); deploy it anew."
            continue
        function = mapping["FunctionArn"].split(":function:")[1].split(":")[0]
        source = mapping.get("EventSourceArn", "").split(":", 5)[-1]
        if mapping["State"] not in ("Enabled", "Enabling", "Creating", "Updating"):
            yield f"The function {function} does not read {source}: the mapping is {mapping['State']}."
        elif mapping.get("LastProcessingResult", "").startswith(FIRST_PROBLEM):
            yield f"The function {function} cannot read {source}: {mapping['LastProcessingResult']}."


def schedules_are_on(site: Site) -> Iterator[str]:
    """Say which schedule is gone or switched off."""
    client = site.client("scheduler")
    for each in site.of_type(SCHEDULE):
        # A schedule of a group of its own is called `<group>|<name>`.
        group, _, name = each.id.rpartition("|")
        try:
            found = client.get_schedule(Name=name, **({"GroupName": group} if group else {}))
        except client.exceptions.ResourceNotFoundException:
            yield f"The schedule {name} is gone; deploy {each.stack} anew."
            continue
        if found.get("State", "ENABLED") != "ENABLED":
            what = found.get("Description") or found["Target"]["Arn"]
            yield f"The schedule {name} is off ({what}); enable it in EventBridge Scheduler."
