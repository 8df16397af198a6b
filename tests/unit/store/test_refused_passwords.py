"""An operator's list of refused passwords: found by halves as it would be line by line."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.model.errors import BadInput
from evenhand.store.accounts import PasswordPolicy, checked_password
from evenhand.store.refused_passwords import check_list, is_listed

PASSWORD = "seven made up words"


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def hashed(folder: Path, passwords: list[str], count: str = ":7", end: str = "\r\n", last: str = "\r\n") -> Path:
    path = folder / "hashes.txt"
    path.write_bytes((end.join(f"{each}{count}" for each in sorted(map(sha1, passwords))) + last).encode())
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    passwords=st.lists(st.text(max_size=6), min_size=1, max_size=60),
    other=st.text(max_size=6),
    count=st.sampled_from(["", ":1", ":123456789"]),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
)
def test_every_listed_password_is_found_and_no_other(
    tmp_path: Path, passwords: list[str], other: str, count: str, end: str, is_ended: bool
) -> None:
    """First, last, twice, with or without counts, however lines end."""
    path = hashed(tmp_path, passwords, count, end, end if is_ended else "")

    assert all(is_listed(path, each) for each in passwords)
    assert is_listed(path, other) == (other in passwords)


def test_small_hex_digits_and_plain_passwords_are_read_too(tmp_path: Path) -> None:
    """Others write hashes in small letters, and a short list by hand is of passwords."""
    path = tmp_path / "list.txt"
    path.write_text("\n".join(sorted(sha1(each).lower() for each in ("a", "b", PASSWORD))), "utf-8")
    assert is_listed(path, PASSWORD)
    path.write_text(f"tram depot nine\n{PASSWORD}\r\nüber drei Brücken", "utf-8", newline="")

    assert [is_listed(path, each) for each in (PASSWORD, "über drei Brücken", "tram", "")] == [True, True, False, False]


def test_a_large_file_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tens of gigabytes must not be: here some eighty short reads of 20,000 lines are enough."""
    path = hashed(tmp_path, [f"made up {number}" for number in range(20_000)])
    read: list[int] = []
    real = Path.open

    class Counting:
        def __init__(self, opened: object) -> None:
            self.opened = opened

        def __getattr__(self, name: str) -> object:
            if name == "readline":
                read.append(1)
            return getattr(self.opened, name)

        def __enter__(self) -> "Counting":
            return self

        def __exit__(self, *_: object) -> None:
            self.opened.close()  # type: ignore[attr-defined]

    monkeypatch.setattr(Path, "open", lambda self, *arguments: Counting(real(self, *arguments)))

    assert is_listed(path, "made up 777")
    assert len(read) < 140


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "is empty"), (b"\n\nabc", "begins with an empty line"),
     (b"\n".join(sha1(str(number)).encode() for number in range(100)), "not in order"),
     ((sha1("a") + "\n" + "no hash\n" * 50).encode(), "no SHA-1 among others")],
)  # fmt: skip
def test_a_list_that_could_not_be_searched_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    """Else every password would pass, and nobody would know."""
    path = tmp_path / "list.txt"
    path.write_bytes(data)

    with pytest.raises(BadInput, match=says):
        check_list(path)


def test_without_its_list_no_password_is_taken(tmp_path: Path) -> None:
    """A list that was moved is not one that refuses nothing."""
    policy = PasswordPolicy(frozenset(), tmp_path / "gone.txt")

    with pytest.raises(BadInput, match="cannot be read: No such file"):
        checked_password(PASSWORD, "ana", policy)


def test_a_listed_password_is_not_taken(tmp_path: Path) -> None:
    """However good it looks."""
    policy = PasswordPolicy(frozenset(), hashed(tmp_path, ["a", PASSWORD, "b"]))

    with pytest.raises(BadInput, match="list of those that leaked"):
        checked_password(PASSWORD, "ana", policy)
    checked_password(PASSWORD + " more", "ana", policy)
