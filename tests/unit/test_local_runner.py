from pathlib import Path

from local.runner import _clear_away
from local.waiting import wait_until


def test_what_an_earlier_run_left_is_out_of_the_way_at_once_and_then_gone(tmp_path: Path) -> None:
    for left in ("tmp", "tmp-old-1"):
        (tmp_path / left / "worker").mkdir(parents=True)

    _clear_away(tmp_path / "tmp")

    assert not (tmp_path / "tmp").exists()
    wait_until(lambda: list(tmp_path.iterdir()) == [], 5, "the old folders to be deleted")
