"""Addresses of objects in settings: each is taken or refused in a line, and nothing of a secret is shown."""

from pathlib import Path

import pytest

from evenhand.store.network import read_network
from evenhand.store.object_addresses import copy_of
from tests.unit.store.test_settings import SETTINGS, refusal


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://acts.s3.amazonaws.com/a.csv?X-Amz-Signature=hunter2", "is an address of a scheme that is not known"),
        ("file:///data/a.csv", "is an address of a scheme that is not known"),
        ("s3://AKIA:hunter2@acts/a.csv", "has credentials in its address"),
        ("s3://AKIA:hunt/er2@acts/a.csv", "has credentials in its address"),
        ("s3:///a.csv", "is an address without a bucket"),
        ("s3://", "is an address without a bucket"),
        ("s3://my bucket/a.csv", "has a bucket of a name that no store takes"),
        ("s3://acts", "names no object"),
        ("s3://acts/2026/", "names no object"),
        ("s3://acts/2026/*.parquet", "has `?` or `*` in its address"),
        ("s3://acts/a.csv?versionId=hunter2", "has `?` or `*` in its address"),
        ("s3://acts/a\\tb.csv", "has a key that no store takes"),
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(tmp_path: Path, address: str, says: str) -> None:
    """The line names the key of the settings; what stands there may be a secret."""
    line = refusal(tmp_path, SETTINGS.replace("# events =", f'events = "{address}"\n# events ='))

    assert line == (
        f"events in [intake] {says}; expected a path, or s3://bucket/key of one object;"
        " credentials come from the environment or ~/.aws"
    )


def test_settings_say_where_the_copies_are_and_the_network_where_they_come_from(tmp_path: Path) -> None:
    """Everything that reads a table reads a file."""
    (tmp_path / "evenhand.toml").write_text(SETTINGS.replace("# events =", 'events = "s3://acts/a.csv"\n# events ='))

    network = read_network(tmp_path)

    assert network.objects == {"events": "s3://acts/a.csv"}
    assert network.settings.intake.events == copy_of("s3://acts/a.csv")
    assert network.settings.intake.advertisers == "data/advertisers.csv"
