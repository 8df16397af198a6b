"""Which register a verb of the gate reads."""

from pathlib import Path

import pytest

from evenhand.cli.commands.registers import register_of
from evenhand.model.errors import BadInput, NetworkUnreadable


def test_a_network_s_folder_stands_for_its_compiled_register(network: Path) -> None:
    """A run writes both forms; the compiled one needs not be read whole. Without it the plain one will do."""
    compiled, plain = network / "out/register.evh", network / "out/register.jsonl"
    compiled.touch()

    first, choice = register_of(network, None)
    compiled.unlink()
    second, _ = register_of(network, None)
    plain.unlink()
    third, _ = register_of(network, None)

    assert (first, second, third) == (compiled, plain, plain)
    assert choice == "hold"


def test_an_option_comes_before_the_network_s_choice(network: Path) -> None:
    """For once only; a lone file has no choice of its own."""
    assert register_of(network, "hold")[1] == "hold"
    assert register_of(network / "out/register.jsonl", None) == (network / "out/register.jsonl", None)


@pytest.mark.parametrize("word", ["use-last", "last"])
def test_the_last_register_may_be_used_in_either_spelling(network: Path, word: str) -> None:
    """`last` was the only one before."""
    assert register_of(network, word)[1] == "last"


def test_an_unknown_choice_is_bad_use(network: Path) -> None:
    """Nothing is guessed of what a stale register shall mean."""
    with pytest.raises(BadInput, match="--stale: unknown choice `deny`; expected allow, hold, refuse, use-last"):
        register_of(network, "deny")


def test_a_folder_that_is_no_network_is_refused(tmp_path: Path) -> None:
    """The error is that of the network, which names what is missing."""
    with pytest.raises(NetworkUnreadable):
        register_of(tmp_path, None)
