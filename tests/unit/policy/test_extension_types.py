"""The texts of decimals, instants, spans and addresses, each refused where Cedar refuses it."""

from datetime import UTC, datetime, timedelta

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.engine import validation_errors
from evenhand.policy.typed.extension_types import CONSTRUCTORS, instant
from tests.each_case import each_case

TEXTS = {
    "datetime": """2024-01-01T10:00:00+0200 2024-01-01T10:00:00.123Z 0000-02-29 9999-12-31T23:59:59.999-2359 2024-02-29
        2000-02-29 2024-01-01T10:00:00+02:00 2024-01-01T10:00:00.1Z 2024-01-01T24:00:00Z 2024-02-30 2023-02-29
        1900-02-29 2024-00-01 2024-13-01 2024-01-00 2024-01-01T10:00:00+2400 2024-01-01T10:60:00Z
        2024-01-01T23:59:60Z 10000-01-01
        2024-01-01T10:00:00+1260 2024-01-01t10:00:00Z 2024-1-1 2024-04-31 2024-01-01T10:00:00 ２024-01-01""",
    "duration": """1d2h3m4s5ms -1d 0ms 1h1d 1d1d - d +1d 00000000000000000000001d -9223372036854775808ms
        9223372036854775807ms 9223372036854775808ms -9223372036854775809ms 106751991168d 1.5h 1D""",
    "decimal": """1.0 01.0000 -0.0 1 1.00000 .5 1. +1.0 922337203685477.5807 922337203685477.5808
        -922337203685477.5808 -922337203685477.5809 1e4 1.0x""",
    "ip": """1.2.3.4 1.2.3.4/32 1.2.3.4/33 1.2.3.4/00 1.2.3.4/08 01.2.3.4 1.2.3 1.2.3.4/ 1.2.3.4/0 :: ::1/128 ::1/129
        1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1::3:4:5:6:7:8 ::ffff:1.2.3.4 fe80::1%eth0 ABCD::1 00001:: ::1/0 ::1/012
        1:2:3:4:5:6:7:8:: 1::2::3 1.2.3.4/8/8 256.1.1.1 g::""",
}
SCHEMA = "entity U; action a appliesTo { principal: U, resource: U };"
CASES = [(name, text) for name, texts in TEXTS.items() for text in ["", *texts.split()]]


@each_case(("name", "text"), CASES)
def test_a_text_is_read_where_cedar_reads_it(name: str, text: str) -> None:
    """A text that one reader takes and the other refuses is a rule that means two things."""
    condition = f'{name}("{text}") == {name}("{text}")'
    policy = f"permit (principal, action, resource) when {{ {condition} }};"

    refused = bool(validation_errors(policy, cedarpy.Schema.from_str(SCHEMA)))

    if refused:
        with pytest.raises((ValueError, OverflowError)):
            CONSTRUCTORS[name](text)
    else:
        assert CONSTRUCTORS[name](text) == CONSTRUCTORS[name](text)


@given(st.datetimes())
def test_a_day_of_pythons_calendar_is_the_same_day(moment: datetime) -> None:
    """Year 0 is Cedar's alone; from year 1 on the two calendars count alike."""
    at = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    text = f"{at.year:04}-{at:%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"

    assert instant(text).ms == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
