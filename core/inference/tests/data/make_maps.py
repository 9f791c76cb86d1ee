"""Saliency maps as other tools write them: arrays of NumPy and grey pictures, and what they come to in 0..1.

Run with numpy (the files here were written with 2.4.6): python make_maps.py. The pictures are written by hand, so that no library decides on their depth.
"""

import json
import struct
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "maps"


def unit(array):
    a = np.nan_to_num(np.asarray(array, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return (a - a.min()) / (a.max() - a.min())


def png(name, array, depth, colour=0):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + row.astype(">u2" if depth == 16 else ">u1").tobytes() for row in array)
    head = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], depth, colour, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(data)


rng = np.random.default_rng(3)
base = rng.normal(size=(3, 5))
expected = {}


def keep(name, array):
    array = np.asarray(array)
    flat = array.reshape(array.shape[-2:]).astype(np.float64)
    finite = np.nan_to_num(flat, nan=0.0, posinf=0.0, neginf=0.0)
    expected[name] = {
        "size": [flat.shape[1], flat.shape[0]],
        "values": unit(flat).ravel().tolist(),
        "range": [finite.min(), finite.max()],
        "not_finite": bool((~np.isfinite(flat)).any()),
    }


for kind in ["<f2", "<f4", "<f8"]:
    array = base.astype(kind)
    keep(f"{kind[1:]}.npy", array)
    np.save(HERE / f"{kind[1:]}.npy", array)
for kind in ["|u1", "<u2"]:
    array = rng.integers(0, 200 if kind == "|u1" else 60000, size=(4, 3)).astype(kind)
    keep(f"{kind[1:]}.npy", array)
    np.save(HERE / f"{kind[1:]}.npy", array)
fortran = np.asfortranarray(base.astype("<f4"))
keep("fortran.npy", fortran)
np.save(HERE / "fortran.npy", fortran)
batch = np.asfortranarray(base.astype("<f4"))[None]
keep("batch.npy", batch)
np.save(HERE / "batch.npy", batch)
holes = base.astype("<f4").copy()
holes[0, 1], holes[1, 2], holes[2, 4] = np.nan, np.inf, -np.inf
keep("holes.npy", holes)
np.save(HERE / "holes.npy", holes)
for version in [(2, 0), (3, 0)]:
    name = f"version{version[0]}.npy"
    with open(HERE / name, "wb") as file:
        np.lib.format.write_array(file, base, version=version)
    keep(name, base)
# What is no map.
np.save(HERE / "bad_big_endian.npy", base.astype(">f4"))
np.save(HERE / "bad_int64.npy", np.arange(6).reshape(2, 3))
np.save(HERE / "bad_vector.npy", np.arange(6.0))
np.save(HERE / "bad_channels.npy", np.zeros((3, 2, 2)))
np.save(HERE / "bad_empty.npy", np.zeros((0, 4)))
np.save(HERE / "bad_record.npy", np.zeros((2, 2), dtype=[("a", "<f4"), ("b", "<f4")]))
np.save(HERE / "bad_object.npy", np.array([[None, 1]], dtype=object), allow_pickle=True)

grey8 = rng.integers(10, 240, size=(4, 6))
png("grey8.png", grey8, 8)
keep("grey8.png", grey8)
grey16 = rng.integers(300, 60000, size=(4, 6))
png("grey16.png", grey16, 16)
keep("grey16.png", grey16)
colour = np.repeat(grey8[:, :, None], 3, axis=2)
colour[2, 3, 1] += 1
png("bad_colour.png", colour.reshape(4, -1, 3).reshape(4, 6, 3), 8, 2)
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
