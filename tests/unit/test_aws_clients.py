"""What a process keeps when it makes its clients."""

import gc

import pytest

from marquee import aws


def test_clients_made_anew_keep_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    aws._session.cache_clear()
    aws._session()
    kept = gc.get_freeze_count()
    assert kept > 0
    garbage = [object() for _ in range(1000)]
    garbage.append(garbage)
    aws._session.cache_clear()
    aws._session()
    assert gc.get_freeze_count() <= kept
