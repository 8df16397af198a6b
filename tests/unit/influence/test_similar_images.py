"""Like pictures: what a sender does to a copy, what is no picture, and the published hash."""

import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("PIL", reason="not here: needs Pillow (extra `images`)")

from PIL import Image

from evenhand.influence import similar_images
from evenhand.influence.picture_hashes import hash_picture, pdq
from evenhand.model.coordination import SimilarCreatives
from evenhand.model.errors import BadInput
from evenhand.store import pictures
from tests.unit.influence.made_pictures import barred, compressed, cropped, made_banner, made_picture, scaled

CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "compressed": lambda picture: compressed(picture, 30),
    "a third of the size": lambda picture: scaled(picture, 0.3),
    "twice the size": lambda picture: scaled(picture, 2),
    "2.5 % off each side": lambda picture: cropped(picture, 0.025),
    "5 % off each side": lambda picture: cropped(picture, 0.05),
    "8 % off each side": lambda picture: cropped(picture, 0.08),
    "a bar of text": lambda picture: barred(picture, 0.15),
    "all of it": lambda picture: compressed(cropped(barred(picture, 0.15), 0.05), 50),
    "transparent, of one layer": lambda picture: picture.convert("RGBA"),
    "grey": lambda picture: picture.convert("L"),
    "256 colours": lambda picture: picture.quantize(256),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures by number, with each change of them, `NUMBER CHANGE.png`."""
    made = tmp_path_factory.mktemp("pictures")
    for number in range(3):
        picture = made_picture(number)
        picture.save(made / f"{number}.png", compress_level=1)
        for name, change in CHANGES.items():
            change(picture).save(made / f"{number} {name}.png", compress_level=1)
    return made


def files(folder: Path, change: str) -> Iterator[tuple[str, Path]]:
    for number in range(3):
        yield f"{number}", folder / f"{number}.png"
        yield f"{number} changed", folder / f"{number} {change}.png"


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_has_the_object_of_its_picture_and_of_no_other(folder: Path, change: str) -> None:
    found = similar_images(files(folder, change))

    assert [cluster.creatives for cluster in sorted(found.clusters, key=lambda each: each.creatives)] == [
        (f"{number}", f"{number} changed") for number in range(3)
    ]
    assert {cluster.kind for cluster in found.clusters} == {"variant"}
    assert all(each.startswith("creative_image:") for each in found.object_ids.values())


def test_pictures_of_the_same_bytes_are_copies(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "again.png").write_bytes((folder / "0.png").read_bytes())

    found = similar_images([("b", tmp_path / "again.png"), ("a", folder / "0.png"), ("c", folder / "1.png")])

    assert [(cluster.kind, cluster.creatives, cluster.example) for cluster in found.clusters] == [
        ("copy", ("a", "b"), "a")
    ]


def test_the_order_of_the_pictures_changes_nothing(folder: Path) -> None:
    rows = [
        *files(folder, "compressed"),
        *((f"crop {name}", path) for name, path in files(folder, "5 % off each side")),
    ]

    assert similar_images(Random(3).sample(rows, len(rows))) == similar_images(rows)


def test_words_on_a_plain_ground_are_not_taken_for_one_another(tmp_path: Path) -> None:
    """Most of their 64 comparisons say only that white is as bright as white."""
    for number in range(8):
        made_banner(number).save(tmp_path / f"{number}.png", compress_level=1)
    Image.new("RGB", (300, 200), "white").save(tmp_path / "white.png")
    Image.new("RGB", (200, 200), "navy").save(tmp_path / "navy.png")

    found = similar_images((path.stem, path) for path in tmp_path.iterdir())

    assert found.clusters == ()
    assert len(found.object_ids) == 10


def test_a_picture_that_is_turned_by_its_file_is_seen_as_it_is_shown(tmp_path: Path) -> None:
    picture = made_picture(3)
    turn = Image.Exif()
    turn[0x0112] = 6  # shown turned by 90° to the right
    picture.save(tmp_path / "upright.jpg", quality=90)
    picture.rotate(90, expand=True).save(tmp_path / "lying.jpg", quality=90, exif=turn)

    found = similar_images((path.stem, path) for path in tmp_path.iterdir())

    assert [cluster.creatives for cluster in found.clusters] == [("lying", "upright")]


def _png(width: int, height: int) -> bytes:
    """Return a picture of one colour that has a few bytes and claims any size."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(999)))]
    written = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + written


BROKEN = {
    "empty": b"",
    "text": b"no picture at all",
    "page": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "head alone": b"\x89PNG\r\n\x1a\n",
    "ends early": _png(40, 40),
    "gif": b"GIF89a\xff\xff\xff\xff",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_picture_is_reported_and_stops_nothing(name: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(BROKEN[name])

    found = similar_images([("bad", tmp_path / "broken"), ("good", folder / "0.png")])

    assert set(found.object_ids) == {"good"}
    assert found.unreadable["bad"].startswith("is no picture that can be read")


@pytest.mark.parametrize("size", [(60_000, 60_000), (30_001, 1_000), (2**31 - 1, 1)])
def test_a_small_file_of_a_huge_picture_is_not_decoded(size: tuple[int, int], tmp_path: Path) -> None:
    """A few bytes can ask for gigabytes of memory."""
    (tmp_path / "bomb.png").write_bytes(_png(*size))

    assert "pixels, at most 30,000,000" in similar_images([("a", tmp_path / "bomb.png")]).unreadable["a"]


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(pictures.MOST_BYTES + 1)

    assert "33,554,433 bytes" in similar_images([("a", tmp_path / "large.png")]).unreadable["a"]


def test_what_is_no_file_is_reported(tmp_path: Path) -> None:
    found = similar_images([("folder", tmp_path), ("missing", tmp_path / "none.png")])

    assert found.unreadable == {"folder": "is no file", "missing": "No such file or directory"}
    assert found.object_ids == {}


def test_no_pictures_have_no_clusters() -> None:
    assert similar_images([]) == SimilarCreatives(object_ids={})


def test_without_pillow_the_message_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)

    with pytest.raises(BadInput, match=r"needs Pillow; run `pip install evenhand\[images\]`"):
        similar_images([("a", folder / "0.png")])


def pattern(a: int, b: int, rows: int, columns: int) -> np.ndarray:
    """Return a picture that a formula gives, the same everywhere."""
    y, x = np.mgrid[0:rows, 0:columns]
    return ((x * x * a // 97 + y * x * b // 53 + (x // 23) * (y // 31) * 40 + x * a + y * b) % 256).astype(np.uint8)


@pytest.mark.parametrize(
    ("picture", "bits"),
    [
        ((3, 5, 200, 300), "f481ea83d81ef00fa0035f0300010001201f7e7f07fffe87f8ff43ffa43f867e"),
        ((7, 2, 513, 400), "e0fc3f0f5dfedf03c783e340cb0300000800feb07c38839f919f13bf20ff13ff"),
        ((1, 1, 90, 800), "0001305f0e3b71cce71f98e75b50c52b5a89b95557d439d8aaa8ced089ded8fb"),
    ],
)
def test_the_256_bits_are_those_of_the_reference_code(picture: tuple[int, int, int, int], bits: str) -> None:
    """Written down from pdqhash 0.2.8, which compiles the reference code; lowest frequency first."""
    words, quality = pdq(pattern(*picture).astype(float))

    assert (words.tobytes().hex(), quality) == (bits, 100)


@pytest.mark.parametrize("seed", range(3))
def test_bits_and_quality_equal_those_of_pdqhash(seed: int) -> None:
    """Where it is installed; it is compiled from source, so it is not among the requirements."""
    peer = pytest.importorskip("pdqhash", reason="not here: pdqhash is compiled where it is installed")
    colours = np.asarray(made_picture(seed, (300 + 90 * seed, 200)).convert("RGB"))
    vector, quality = peer.compute(colours)

    words, ours = pdq(colours.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))

    assert ours == quality
    assert words.tobytes() == np.packbits(np.asarray(vector)[::-1].astype(bool)).tobytes()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (7, 9), (64, 64), (3, 2)])
def test_a_picture_of_any_size_has_hashes(shape: tuple[int, int]) -> None:
    hashed = hash_picture(np.full(shape, 128.0))

    assert (hashed.quality, hashed.pdq.shape, hashed.dhash.tolist()) == (0, (3, 4), [0, 0, 0])


def test_a_picture_is_given_as_path_or_as_text(folder: Path) -> None:
    file = sorted(folder.iterdir())[0]

    assert similar_images([("a", str(file)), ("b", file)]) == similar_images([("a", file), ("b", file)])
