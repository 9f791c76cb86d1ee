"""Writes letterbox.json: what OpenCV makes of a few synthetic images, letterboxed as Ultralytics does.

Needs numpy and opencv-python (the file here was written with OpenCV 5.0.0). Run it in this folder:
    python make_letterbox.py
Then run make_models.py, which reads letterbox.json.
"""

import json

import cv2
import numpy as np

PAD = 114


def synthetic(width, height):
    """An RGB image that a test can rebuild from this formula alone."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 11 * 3 + (x + 2 * y + c) % 5 * 17) % 256).astype(np.uint8)


def letterbox(image, width, height):
    """Ultralytics' LetterBox with auto=False, scaleup=True, center=True."""
    h, w = image.shape[:2]
    r = min(height / h, width / w)
    nw, nh = min(width, max(1, round(w * r))), min(height, max(1, round(h * r)))
    dw, dh = (width - nw) / 2, (height - nh) / 2
    if (w, h) != (nw, nh):
        image = cv2.resize(image, (nw, nh), interpolation=cv2.INTER_LINEAR)
    top, bottom = round(dh - 0.1), round(dh + 0.1)
    left, right = round(dw - 0.1), round(dw + 0.1)
    return cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(PAD, PAD, PAD))


def main():
    cases = []
    for (w, h), (iw, ih) in [
        ((40, 20), (48, 32)),
        ((64, 96), (48, 32)),
        ((61, 47), (32, 32)),
        ((5, 7), (24, 32)),
        ((48, 32), (48, 32)),
        ((1, 1), (16, 16)),
        ((200, 3), (32, 32)),
    ]:
        out = letterbox(synthetic(w, h), iw, ih)
        assert out.shape == (ih, iw, 3)
        cases.append({"image": [w, h], "input": [iw, ih], "rgb": out.tobytes().hex()})
    with open("letterbox.json", "w", encoding="utf-8") as f:
        json.dump({"opencv": cv2.__version__, "cases": cases}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
