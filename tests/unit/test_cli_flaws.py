"""Bad records on the stream: each says that it is an activity, and no consumer takes it for one."""

import json
from random import Random

import pytest

from activity_consumer.reading import read_event
from cli.flaws import RECORD_FLAWS, bad_record
from marquee.messages import envelope
from marquee.messages.envelope import ACTIVITY_PREFIX, MalformedEvent
from marquee.stream_records import StreamRecord


def consumed(data: bytes) -> object:
    """Read a record as its consumer does: what is no event at all is the other one's."""
    return read_event(StreamRecord("1", data)) or envelope.parse(data)


@pytest.mark.parametrize("number", range(len(RECORD_FLAWS)))
def test_no_consumer_takes_a_bad_record_for_an_event(number: int) -> None:
    flaw, data = bad_record(number, "run", Random(1))

    assert flaw == list(RECORD_FLAWS)[number]
    assert json.loads(data)["header"]["eventType"].startswith(ACTIVITY_PREFIX)
    with pytest.raises(MalformedEvent):
        consumed(data)


def test_bad_records_differ_so_that_each_is_set_aside_by_itself() -> None:
    found = [bad_record(number, "run", Random(1))[1] for number in range(100)]

    assert len({envelope.content_id(each) for each in found}) == 100
