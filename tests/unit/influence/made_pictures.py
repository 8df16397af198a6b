"""Made pictures: coloured shapes on a soft ground, and what senders do to a copy."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = (300, 200)


def made_picture(seed: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture of soft colours with a few shapes on them."""
    drawn = np.random.default_rng(seed)
    ground = np.zeros((size[1], size[0], 3))
    for cells in (3, 6, 12):
        coarse = drawn.normal(size=(cells, cells, 3)).astype(np.float32)
        layers = [Image.fromarray(coarse[:, :, layer]).resize(size, Image.Resampling.BICUBIC) for layer in range(3)]
        ground += np.stack([np.asarray(layer) for layer in layers], axis=2) / cells**0.5
    ground = (ground - ground.min()) / (ground.max() - ground.min()) * 255
    picture = Image.fromarray(ground.astype(np.uint8))
    canvas = ImageDraw.Draw(picture)
    for _ in range(int(drawn.integers(4, 10))):
        x, y, wide, high = (
            int(drawn.integers(low, high)) for low, high in ((0, size[0]), (0, size[1]), (10, 60), (10, 60))
        )
        shape = canvas.ellipse if drawn.random() < 0.5 else canvas.rectangle
        shape((x - wide, y - high, x + wide, y + high), fill=tuple(int(each) for each in drawn.integers(0, 256, 3)))
    return picture


def made_banner(seed: int) -> Image.Image:
    """Return a few words on a white ground."""
    drawn = np.random.default_rng(seed)
    picture = Image.new("RGB", SIZE, "white")
    canvas = ImageDraw.Draw(picture)
    words = ["sale", "vote", "now", "best", "price", "today", "free", "garden", "bread", "music", "travel", "home"]
    for line in range(3):
        canvas.text((20, 20 + 55 * line), " ".join(drawn.choice(words, 3)), "black", ImageFont.load_default(size=24))
    return picture


def cropped(picture: Image.Image, share: float) -> Image.Image:
    """Return what is left when a share is cut off on each side."""
    wide, high = picture.size
    return picture.crop((int(wide * share), int(high * share), wide - int(wide * share), high - int(high * share)))


def barred(picture: Image.Image, share: float) -> Image.Image:
    """Return the picture with a bar of text over its lowest part."""
    changed = picture.copy()
    wide, high = picture.size
    canvas = ImageDraw.Draw(changed)
    canvas.rectangle((0, int(high * (1 - share)), wide, high), fill="black")
    canvas.text((20, int(high * (1 - share)) + 4), "Order today", "white", ImageFont.load_default(size=18))
    return changed


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Return the picture as JPEG keeps it."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


def scaled(picture: Image.Image, share: float) -> Image.Image:
    """Return the picture in another size."""
    return picture.resize((int(picture.width * share), int(picture.height * share)))
