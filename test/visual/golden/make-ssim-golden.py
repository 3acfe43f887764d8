#!/usr/bin/env python3
"""Writes ssim-golden.json: what scikit-image says of the pairs that test/kit/image-pairs.ts makes.

Run once, by hand: python3 test/visual/golden/make-ssim-golden.py (Debian: python3-skimage; made with 0.19.3).
Pixels are integers made by the same arithmetic in both languages; a checksum of each pair shows that they are the same.
"""
import hashlib
import json
import pathlib

import numpy
import skimage
from skimage.metrics import structural_similarity

WINDOW = 11
TILE = 16


def chance(seed):
    """Linear congruential, 32 bits; yields 0..255 from its upper bits."""
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state >> 24


def clamp(value):
    return max(0, min(255, value))


def gradient(x, y, c):
    return (x * 2 + y * 3 + c * 40) % 256


def waves(x, y, c):
    a = (x * (5 + c)) % 128
    b = (y * 7) % 128
    return clamp(64 + min(a, 128 - a) + min(b, 128 - b))


def text(x, y, c):
    glyph = (x // 3 * 7 + y // 12 * 13) % 5
    ink = y % 12 < 8 and glyph < 3 and (x + y) % 7 < 4
    return 34 + c * 10 if ink else 250


def checks(x, y, c):
    return 220 - c * 15 if (x // 5 + y // 5) % 2 == 0 else 60 + c * 20


def flat(x, y, c):
    return 180 - c * 30


def build(base, width, height):
    return [[[base(x, y, c) for c in range(3)] for x in range(width)] for y in range(height)]


def each(image, change):
    return [[[clamp(change(v, x, y, c)) for c, v in enumerate(p)] for x, p in enumerate(row)] for y, row in enumerate(image)]


def at(image, x, y, c):
    height, width = len(image), len(image[0])
    return image[max(0, min(height - 1, y))][max(0, min(width - 1, x))][c]


def noise(amplitude, seed):
    def apply(image):
        source = chance(seed)
        return each(image, lambda v, x, y, c: v + (next(source) * (2 * amplitude + 1) // 256) - amplitude)

    return apply


def blur(radius):
    side = 2 * radius + 1

    def value(image, x, y, c):
        total = sum(at(image, x + i, y + j, c) for j in range(-radius, radius + 1) for i in range(-radius, radius + 1))
        return total // (side * side)

    return lambda image: each(image, lambda v, x, y, c: value(image, x, y, c))


def shift(dx, dy):
    return lambda image: each(image, lambda v, x, y, c: at(image, x - dx, y - dy, c))


def brighter(levels):
    return lambda image: each(image, lambda v, x, y, c: v + levels)


def contrast(numerator, denominator):
    return lambda image: each(image, lambda v, x, y, c: 128 + (v - 128) * numerator // denominator)


def coarser(step):
    return lambda image: each(image, lambda v, x, y, c: v // step * step)


def square(left, top, side, levels):
    inside = lambda x, y: left <= x < left + side and top <= y < top + side
    return lambda image: each(image, lambda v, x, y, c: v + levels if inside(x, y) else v)


def inverted(image):
    return each(image, lambda v, x, y, c: 255 - v)


def swapped(image):
    return each(image, lambda v, x, y, c: at(image, x, y, 2 - c))


def same(image):
    return image


PAIRS = [
    ("gradient, same", gradient, 96, 64, same),
    ("gradient, little noise", gradient, 96, 64, noise(3, 1)),
    ("gradient, much noise", gradient, 96, 64, noise(40, 2)),
    ("gradient, blurred", gradient, 96, 64, blur(2)),
    ("gradient, brighter", gradient, 96, 64, brighter(25)),
    ("waves, noise", waves, 67, 43, noise(12, 3)),
    ("waves, blurred", waves, 67, 43, blur(1)),
    ("waves, shifted right", waves, 67, 43, shift(1, 0)),
    ("waves, less contrast", waves, 67, 43, contrast(1, 2)),
    ("waves, coarser", waves, 67, 43, coarser(32)),
    ("text, same", text, 120, 80, same),
    ("text, shifted by a pixel", text, 120, 80, shift(1, 1)),
    ("text, shifted by three", text, 120, 80, shift(3, 0)),
    ("text, blurred", text, 120, 80, blur(1)),
    ("text, noise", text, 120, 80, noise(8, 4)),
    ("text, a square", text, 120, 80, square(51, 37, 16, -90)),
    ("text, inverted", text, 120, 80, inverted),
    ("text, darker", text, 120, 80, brighter(-30)),
    ("checks, shifted", checks, 33, 97, shift(2, 3)),
    ("checks, colours swapped", checks, 33, 97, swapped),
    ("checks, less contrast", checks, 33, 97, contrast(3, 4)),
    ("checks, blurred", checks, 33, 97, blur(3)),
    ("flat, a faint square", flat, 64, 64, square(20, 29, 16, 10)),
    ("flat, colours swapped", flat, 64, 64, swapped),
    ("flat, noise", flat, 64, 64, noise(5, 5)),
    ("one window, noise", gradient, 11, 11, noise(20, 6)),
]


def worst_tile(full):
    """Least mean of a tile (16 px, one every 8) over windows whose middle is in it, in any channel."""
    height, width, _ = full.shape
    margin = WINDOW // 2
    valid = full[margin : height - margin, margin : width - margin]
    least = 2.0
    for top in range(0, max(1, -(-height // 8) - 1) * 8, 8):
        for left in range(0, max(1, -(-width // 8) - 1) * 8, 8):
            rows = slice(max(0, top - margin), max(0, top + TILE - margin))
            columns = slice(max(0, left - margin), max(0, left + TILE - margin))
            tile = valid[rows, columns]
            if tile.size > 0:
                least = min(least, *tile.mean(axis=(0, 1)))
    return float(least)


def golden(name, base, width, height, change):
    one = build(base, width, height)
    arrays = [numpy.array(image, dtype=numpy.uint8) for image in (one, change(one))]
    mean, full = structural_similarity(
        *arrays,
        win_size=WINDOW,
        gaussian_weights=False,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2,
        full=True,
    )
    return {
        "name": name,
        "sha256": hashlib.sha256(arrays[0].tobytes() + arrays[1].tobytes()).hexdigest(),
        "mean": float(mean),
        "worstTile": worst_tile(full),
    }


if __name__ == "__main__":
    document = {"madeWith": f"scikit-image {skimage.__version__}", "pairs": [golden(*pair) for pair in PAIRS]}
    file = pathlib.Path(__file__).with_name("ssim-golden.json")
    file.write_text(json.dumps(document, indent=2) + "\n")
