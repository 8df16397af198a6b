"""What is printed where the terminal's encoding lacks letters: an answer is never an error, data is always UTF-8."""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.cli import main
from evenhand.model.output_streams import show_every_text
from evenhand.web.gate import command
from tests.commands import DAY_2, append, evenhand

Streams = Callable[[str], tuple[io.BytesIO, io.BytesIO]]


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    """Give the process streams of an encoding, as a locale does; what was written is in the two buffers."""

    def give(encoding: str) -> tuple[io.BytesIO, io.BytesIO]:
        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=encoding))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding=encoding, errors="backslashreplace"))
        return out, err

    return give


@pytest.fixture(scope="module")
def foreign(built_network: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that refuses an advertiser whose name and website are in another script."""
    network = Path(shutil.copytree(built_network, tmp_path_factory.mktemp("foreign") / "network"))
    append("data/advertisers.csv", "мир,Новости Мир,новости-мир.рф\n")(network)
    append("lists-in/house-list.csv", "l2,Company,Новости Мир,,,новости-мир.рф,,,,,made-up-program,,,\n")(network)
    assert evenhand("run", network, "--at", DAY_2).status == 0
    return network


def printed(arguments: list[object], streams: Streams, encoding: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return what the program wrote to standard output; its status is 0."""
    out, _ = streams(encoding)
    monkeypatch.setattr(sys, "argv", ["evenhand", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    return out.getvalue()


@pytest.mark.parametrize("verb", ["explain NET мир --at AT", "reasons show NET мир", "run NET --at AT"])
def test_a_text_for_people_is_shown_by_every_terminal(
    foreign: Path, verb: str, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended in a traceback and status 1, which says "no"."""
    arguments = [{"NET": foreign, "AT": DAY_2}.get(word, word) for word in verb.split()]

    shown = printed(arguments, streams, "iso-8859-1", monkeypatch).decode("ascii", "replace")

    assert "\\u2068" not in shown, "the isolates of a letter show nothing"
    assert "\\u041d\\u043e\\u0432" in shown


@pytest.mark.parametrize(
    "verb",
    [
        "explain NET мир --at AT --json",
        "reasons show NET мир --json",
        "reasons show NET мир --form record",
        "gate export --register NET --format csv --at AT",
        "gate export --register NET --format prebid-go --at AT",
        "run NET --at AT --json",
    ],
)
def test_data_is_the_same_bytes_under_every_locale(
    foreign: Path, verb: str, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program reads it, perhaps on another machine."""
    arguments = [{"NET": foreign, "AT": DAY_2}.get(word, word) for word in verb.split()]

    utf_8 = printed(arguments, streams, "utf-8", monkeypatch)

    assert utf_8 == printed(arguments, streams, "iso-8859-1", monkeypatch)
    assert utf_8 == printed(arguments, streams, "ascii", monkeypatch)


def test_our_own_signs_are_shown_in_ascii(streams: Streams) -> None:
    """Escapes of dashes and quotes would make every line hard to read."""
    out, err = streams("ascii")
    show_every_text()

    for stream in (sys.stdout, sys.stderr):
        stream.write("“Brücke” – \u2068Мир\u2069 … 2 → 3\n")
        stream.flush()

    assert out.getvalue() == err.getvalue() == b'"Br\\xfccke" - \\u041c\\u0438\\u0440 ... 2 -> 3\n'


def test_the_gate_s_own_command_prints_its_verdict_in_utf_8(
    foreign: Path, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has an entry point of its own."""
    out, _ = streams("ascii")
    question = ["evenhand-gate", "check", "--register", str(foreign), "--adomain", "новости-мир.рф", "--at", DAY_2]
    monkeypatch.setattr(sys, "argv", question)

    with pytest.raises(SystemExit) as ended:
        command.run()
    sys.stdout.flush()

    assert ended.value.code == 1
    assert '"advertiser":"мир"' in out.getvalue().decode()


def test_a_folder_that_the_locale_cannot_name_is_one_line(network: Path) -> None:
    """A locale without letters beyond ASCII reads such a name as bytes, which no database takes."""
    folder = network.rename(network.with_name("d\udcc3\udca9"))  # what LC_ALL=C makes of `dé`

    status, out, err = evenhand("explain", folder, "a2")

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "/d\\udcc3\\udca9/" in err
    assert "set LC_ALL=C.UTF-8" in err


def test_any_other_text_that_cannot_be_encoded_is_a_fault(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ours then, and a line about names of files would lead nowhere."""

    def fails(*_: object) -> None:
        "é".encode("ascii")

    monkeypatch.setattr("evenhand.store.network.read_network", fails)

    with pytest.raises(UnicodeEncodeError):
        evenhand("lists", "show", network)
