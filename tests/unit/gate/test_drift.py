"""What a host has against what is due."""

from evenhand.gate.blocking.drift import Drift, Listed, drift


def test_values_and_switches_are_compared_apart() -> None:
    """A switch that is off is told in both states; `same` counts values alone."""
    due = Listed(
        {("domain", "b.example"), ("domain", "a.example"), ("bundle", "c")}, {"enforce": True, "unknown": False}
    )
    host = Listed({("domain", "b.example"), ("domain", "z.example")}, {"enforce": False, "unknown": False})

    assert drift(due, host) == Drift(
        missing=("a.example", "c", "enforce=true"), extra=("enforce=false", "z.example"), same=1
    )
    assert drift(due, due) == Drift(missing=(), extra=(), same=3)


def test_a_value_on_the_wrong_list_is_missing_on_the_right_one() -> None:
    """A bundle among domains blocks nothing."""
    found = drift(Listed({("bundle", "com.x")}, {}), Listed({("domain", "com.x")}, {}))

    assert found == Drift(missing=("com.x",), extra=("com.x",), same=0)
