"""What `make chaos` counts anew, over tables as DynamoDB keeps them."""

import pytest

from marquee import keys
from tests.chaos import invariants
from tests.fakes.titles import details, listed, title
from tests.unit.conftest import Cloud


def rate_row(cloud: Cloud, rating: str) -> None:
    """Write the rating of the title's row anew, in digits of our choice."""
    row = cloud.items(cloud.catalogue)[keys.pair("203", "4"), keys.title("11")]
    cloud.catalogue.client.put_item(TableName=cloud.catalogue.name, Item={**row, "user_rating": {"N": rating}})


def test_index_is_that_of_the_titles_however_its_numbers_are_written(cloud: Cloud) -> None:
    listed(cloud.titles, title("11", "GB:203:4", details=details(user_rating=8.0)))

    for written in ("8", "8.0"):
        rate_row(cloud, written)
        invariants.index_equals_titles(cloud)


def test_row_that_differs_from_its_title_is_shown(cloud: Cloud) -> None:
    listed(cloud.titles, title("11", "GB:203:4", details=details(user_rating=8.0)))
    rate_row(cloud, "8.1")

    with pytest.raises(AssertionError, match=r"source:203:genre:4.*8\.1.* instead of .*'user_rating': 8"):
        invariants.index_equals_titles(cloud)
