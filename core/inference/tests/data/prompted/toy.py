"""The small pairs of make_prompted.py in numpy and float64: what they compute, and how their examples use them."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

CELL = 8
# Differences of red, green and blue, a row a feature; values come in about -2..2 or 0..1.
MIX = [[1.0, -0.5, -0.5], [-0.5, 1.0, -0.5], [0.6, 0.6, -1.2], [0.4, 0.4, 0.4]]
FINE = [[0.5, 0.3, -0.8]]
FINE_GAIN, MASK_GAIN, SURENESS, SPREAD, STRICTNESS, THRESHOLD = 0.08, 0.2, 2.0, 0.3, 2.5, 0.0
# What the masks of one answer add to the logits.
OFFSETS = {1: [0.0], 3: [0.03, -0.12, 0.17], 4: [0.04, 0.0, -0.12, 0.17]}

SAM = {"mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "scale": 1.0}
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": 1 / 255}
PLAIN = {"mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0], "scale": 1 / 255}


@dataclass
class Kind:
    """One pair and its card."""

    name: str
    size: tuple
    masks: int
    colours: dict
    fit: str
    input: dict = field(default_factory=dict)
    image: str = "images"
    embedding_out: str = "image_embeddings"
    embedding_in: str = "image_embeddings"
    sized: bool = False
    batched: bool = False
    finer: bool = False
    open_size: bool = False


KINDS = {kind.name: kind for kind in [
    # SamOnnxModel with one mask, and with all four; the card leaves colours, fit and resampling to what is usual.
    Kind("square", (64, 64), 1, SAM, "top-left", {"size": [64, 64]}, sized=True),
    Kind("four", (64, 64), 4, SAM, "top-left", {"fit": "letterbox-top-left", "resample": "linear"}, sized=True),
    # SAM 2: stretched, finer features, low-res masks only, the embedding named differently in encoder and decoder.
    Kind("finer", (96, 64), 3, IMAGENET, "stretch",
         {"fit": "stretch", "resample": "linear", "scale": 1 / 255, "mean": IMAGENET["mean"], "std": IMAGENET["std"]}, image="image",
         embedding_out="image_embed", embedding_in="image_embeddings", finer=True),
    # EfficientSAM: points in batches, colours of 0..=1, an input of open size.
    Kind("batched", (96, 64), 3, PLAIN, "stretch",
         {"size": [96, 64], "fit": "stretch", "resample": "linear", "scale": 1 / 255, "mean": [0.0]}, image="batched_images", sized=True,
         batched=True, open_size=True),
]}


def picture(width, height):
    """A red disc, a green bar and a blue corner on a grey that is shaded; the tests paint the same."""
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    shade = (x * 40 // width + y * 30 // height).astype(np.int64)
    out = np.stack([100 + shade, 105 + shade, 95 + shade], -1)
    u, v = (2 * x + 1) * 100 // (2 * width), (2 * y + 1) * 100 // (2 * height)
    disc = (u - 30) ** 2 + (v - 40) ** 2 < 22 ** 2
    bar = (u >= 60) & (u < 90) & (v >= 15) & (v < 75)
    corner = (u < 45) & (v >= 75)
    out[disc] = [210, 40, 35]
    out[bar] = [40, 190, 60]
    out[corner] = [45, 60, 200]
    return out.astype(np.uint8)


def pixels(image, kind):
    """The tensor [1, 3, H, W], and input pixels an image pixel across and down."""
    height, width = image.shape[:2]
    if kind.fit == "stretch":
        across, down = kind.size
    else:
        # SAM's ResizeLongestSide, without the half pixel that it adds: sides that differ by it are not used here.
        longest = kind.size[0] / max(width, height)
        across, down = int(width * longest + 0.5), int(height * longest + 0.5)
        assert (across, down) == (int(width * longest + 1e-9), int(height * longest + 1e-9))
    if kind.input.get("resample") == "linear":
        levels = cv2.resize(image, (across, down), interpolation=cv2.INTER_LINEAR)
    else:
        levels = np.asarray(Image.fromarray(image).resize((across, down), Image.Resampling.BILINEAR))
    levels = (levels * kind.colours["scale"] - kind.colours["mean"]) / kind.colours["std"]
    padded = np.zeros((kind.size[1], kind.size[0], 3))
    padded[:down, :across] = levels
    return padded.transpose(2, 0, 1)[None], (across / width, down / height)


def tokens(prompt, scale, kind):
    """Coordinates and labels as the exports' examples give them: of pixels, whose centres lie half a pixel on.

    Places in the prompts are continuous, so that half a pixel is taken off after scaling.
    """
    points = [[x, y] for x, y, _ in prompt.get("points", [])]
    labels = [float(add) for _, _, add in prompt.get("points", [])]
    if prompt.get("bbox"):
        x1, y1, x2, y2 = prompt["bbox"]
        points, labels = [*points, [x1, y1], [x2, y2]], [*labels, 2.0, 3.0]
    places = np.array(points) * scale - 0.5
    if not prompt.get("bbox") and not kind.finer and not kind.batched:
        places, labels = np.concatenate([places, [[0.0, 0.0]]]), [*labels, -1.0]
    return places, np.array(labels)


def means(image, mix, side):
    _, _, height, width = image.shape
    cells = image[0].reshape(3, height // side, side, width // side, side).mean((2, 4))
    return np.tanh(np.einsum("fc,chw->fhw", np.array(mix), cells))


def sampled(planes, height, width):
    """Bilinear at half-pixel centres, edges repeated."""
    def axis(count, target):
        at = np.clip((np.arange(target) + 0.5) * count / target - 0.5, 0, count - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, count - 1), at - low
    y0, y1, fy = axis(planes.shape[-2], height)
    x0, x1, fx = axis(planes.shape[-1], width)
    rows = planes[..., y0, :] * (1 - fy)[:, None] + planes[..., y1, :] * fy[:, None]
    return rows[..., x0] * (1 - fx) + rows[..., x1] * fx


def logits_of_cells(features, places, labels):
    _, rows, columns = features.shape
    at = (places + 0.5) / CELL
    adds, removes = list(at[labels == 1]), list(at[labels == 0])
    box = None
    if (labels == 2).any():
        box = (at[labels == 2][0], at[labels == 3][0])
        adds.append((box[0] + box[1]) / 2)
    x, y = np.arange(columns) + 0.5, np.arange(rows) + 0.5

    def like(place):
        apart = (place[0] - x[None, :]) ** 2 + (place[1] - y[:, None]) ** 2
        weights = np.exp(-(apart - apart.min()) / SPREAD)
        under = (features * weights / weights.sum()).sum((1, 2))
        return np.exp(-STRICTNESS * ((features - under[:, None, None]) ** 2).sum(0))

    def most(places):
        return np.max([like(place) for place in places], 0) if places else np.zeros((rows, columns))
    logits = most(adds) - most(removes) - 0.5
    if box is not None:
        inside = np.minimum(np.minimum(x - box[0][0], box[1][0] - x)[None, :],
                            np.minimum(y - box[0][1], box[1][1] - y)[:, None])
        logits = np.minimum(logits, inside)
    return logits


def answer(kind, image, prompt, earlier):
    """Scores, planes as the decoder gives them, the chosen plane's low-res logits, and the mask of the image."""
    values, scale = pixels(image, kind)
    places, labels = tokens(prompt, scale, kind)
    (width, height), (image_h, image_w) = kind.size, image.shape[:2]
    low = sampled(logits_of_cells(means(values, MIX, CELL), places, labels), height // 2, width // 2)
    if kind.finer:
        for side in (2, 4):
            low = low + FINE_GAIN * sampled(means(values, FINE, side)[0], height // 2, width // 2)
    if np.any(earlier):
        low = low + MASK_GAIN * np.tanh(earlier)
    low = low[None] + np.reshape(OFFSETS[kind.masks], (-1, 1, 1))
    scores = np.tanh(np.abs(low) * SURENESS).mean((1, 2))
    if not kind.sized:
        planes = low
        image_planes = sampled(low, image_h, image_w)  # SAM 2: F.interpolate to the image
    elif kind.batched:
        planes = sampled(low, height, width)
        image_planes = sampled(planes, image_h, image_w)
    else:
        full = sampled(low, height, width)
        longest = width / max(image_h, image_w)
        cut = full[:, :int(image_h * longest + 0.5), :int(image_w * longest + 0.5)]
        planes = image_planes = sampled(cut, image_h, image_w)
    # SamOnnxModel.select_masks, which counts the padding point.
    count = len(prompt.get("points", [])) + (2 if prompt.get("bbox") else 1)
    score = scores + (count - 2.5) * 1000 * (np.arange(len(scores)) == 0) if kind.masks == 4 else scores
    index = int(np.argmax(score))
    considered = scores if kind.masks != 4 else scores[1:] if count < 2.5 else scores[:1]
    return {"scores": scores, "planes": planes, "low": low[index], "index": index, "score": scores[index],
            "logits": image_planes[index], "mask": image_planes[index] > THRESHOLD, "considered": considered}


def rle(mask):
    """COCO's uncompressed counts, column by column, beginning with background."""
    flat = mask.reshape(-1, order="F")
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]]).astype(int)))
    counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return counts if counts[-1] else counts[:-1]


def cases(kind):
    """Sizes of images, prompts, and whether the first point's mask is given back with all of them."""
    def place(size, u, v):
        return [round(size[0] * u / 100, 3), round(size[1] * v / 100, 3)]
    sizes = [(200, 125), (50, 80), (64, 64), (400, 150)]
    for size in sizes:
        disc, bar, blue, grey = (place(size, *at) for at in ((30, 40), (75, 40), (20, 88), (52, 8)))
        yield size, {"points": [[*disc, 1]]}, False
        yield size, {"points": [[*bar, 1], [*disc, 1]]}, False
        yield size, {"points": [[*grey, 1], [*disc, 0], [*blue, 0]]}, False
        yield size, {"bbox": [*place(size, 5, 10), *place(size, 57, 70)]}, False
        yield size, {"points": [[*blue, 1]], "bbox": [*place(size, 2, 30), *place(size, 60, 98)]}, False
        if not kind.batched:
            yield size, {"points": [[*bar, 1], [*grey, 0]]}, True
    yield (64, 64), {"points": [[20.5, 25.5, 0]], "empty": True}, False
