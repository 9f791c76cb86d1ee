"""What docs/models.md says, in numpy and float64: from an image to the input tensor, from candidates to objects.

Written from the document, not from the program that is tested with it; families.py reads the outputs.
"""

import cv2
import numpy as np
import shapely


class Margins:
    """The distances to the next decision: a golden value must not hang on the last bit of an engine."""

    def __init__(self, score, iou):
        self.score, self.iou, self.found, self.suppressed = score, iou, [], 0

    def need(self, what, distance, least):
        if distance < least:
            self.found.append(f"{what}: {distance:.2e} < {least:.0e}")


class Fit:
    """input = image * scale + offset, for each axis."""

    def __init__(self, image, size, fit):
        (w, h), (iw, ih) = image, size
        if fit == "stretch":
            self.scaled = (iw, ih)
        else:
            ratio = max(iw / w, ih / h) if fit == "cover" else min(iw / w, ih / h)
            self.scaled = (round(w * ratio), round(h * ratio))
        surplus = (iw - self.scaled[0], ih - self.scaled[1])
        if fit == "letterbox":
            self.offset = (surplus[0] // 2, surplus[1] // 2)  # an odd pixel goes right or below
        elif fit == "cover":
            assert surplus[0] % 2 == 0 and surplus[1] % 2 == 0, "which side loses an odd pixel is not specified"
            self.offset = (surplus[0] // 2, surplus[1] // 2)
        else:
            self.offset = (0, 0)
        self.image, self.size = image, size
        self.scale = (self.scaled[0] / w, self.scaled[1] / h)

    def to_image(self, x, y):
        return (x - self.offset[0]) / self.scale[0], (y - self.offset[1]) / self.scale[1]

    def centres(self):
        """Where the centres of the image's pixels lie in the input: xs [w], ys [h]."""
        w, h = self.image
        return ((np.arange(w) + 0.5) * self.scale[0] + self.offset[0],
                (np.arange(h) + 0.5) * self.scale[1] + self.offset[1])


DEFAULT_INPUT = {"layout": "nchw", "fit": "letterbox", "pad": 114, "colour": "rgb", "scale": 1 / 255,
                 "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]}


def tensor(image, size, spec, dtype):
    """An RGB image as the model's input, batch of one, and the way back."""
    spec = DEFAULT_INPUT | spec
    fit = Fit((image.shape[1], image.shape[0]), size, spec["fit"])
    if fit.scaled != fit.image:
        image = cv2.resize(image, fit.scaled, interpolation=cv2.INTER_LINEAR)
    canvas = np.full((size[1], size[0], 3), spec["pad"], np.uint8)
    (ox, oy), (sw, sh) = fit.offset, fit.scaled
    x0, y0, x1, y1 = max(ox, 0), max(oy, 0), min(ox + sw, size[0]), min(oy + sh, size[1])
    canvas[y0:y1, x0:x1] = image[y0 - oy:y1 - oy, x0 - ox:x1 - ox]
    if spec["colour"] == "grey":
        canvas = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)[..., None]
    elif spec["colour"] == "bgr":
        canvas = canvas[..., ::-1]
    channels = canvas.shape[2]
    levels = (canvas * np.float64(spec["scale"]) - np.array(spec["mean"][:channels])) / np.array(spec["std"][:channels])
    if spec["layout"] == "nchw":
        levels = levels.transpose(2, 0, 1)
    return np.ascontiguousarray(levels[None].astype(dtype)), fit


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def activate(x, activation, axis=-1):
    return {"none": lambda: x, "sigmoid": lambda: sigmoid(x), "softmax": lambda: softmax(x, axis)}[activation]()


def sample(grid, ys, xs):
    """`grid [..., h, w]` bilinearly at grid coordinates whose half-integers are the cells' centres, edges repeated."""
    def axis(at, count):
        at = np.clip(at - 0.5, 0, count - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, count - 1), at - low
    y0, y1, fy = axis(ys, grid.shape[-2])
    x0, x1, fx = axis(xs, grid.shape[-1])
    rows = grid[..., y0, :] * (1 - fy)[:, None] + grid[..., y1, :] * fy[:, None]
    return rows[..., x0] * (1 - fx) + rows[..., x1] * fx


def xyxy(cx, cy, w, h):
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1)


def iou(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def corners(cx, cy, w, h, angle):
    """Corners of a box whose width lies along (cos, sin), y down."""
    c, s = np.cos(angle), np.sin(angle)
    return [(cx + dx * c - dy * s, cy + dx * s + dy * c)
            for dx, dy in ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))]


def rotated_iou(a, b):
    p, q = shapely.Polygon(corners(*a)), shapely.Polygon(corners(*b))
    common = p.intersection(q).area
    return common / (p.area + q.area - common)


def candidates(boxes, scores, margins, threshold, **more):
    """One candidate a row: `boxes [N, 4]` corners in input pixels, `scores [N, C]`; `more` are other arrays `[N, …]`."""
    found = []
    for n, row in enumerate(scores):
        best = int(row.argmax())
        margins.need("threshold", abs(row[best] - threshold), margins.score)
        if row[best] >= threshold:
            if len(row) > 1:
                margins.need("class", row[best] - np.sort(row)[-2], margins.score)
            found.append({"box": boxes[n], "class": best, "score": float(row[best]), "class_scores": row.tolist()}
                         | {key: value[n] for key, value in more.items()})
    return found


def finish(found, fit, options, margins, suppress=True):
    """Best first, suppression, the way back to the image, boxes without area left out, the best `max_detections`."""
    found = sorted(found, key=lambda c: -c["score"])
    for a, b in zip(found, found[1:]):
        margins.need("order", a["score"] - b["score"], margins.score)
    kept = []
    for c in found:
        gone = False
        for k in kept if suppress else []:
            if k["class"] == c["class"]:
                both = rotated_iou(k["turned"], c["turned"]) if "turned" in c else iou(k["box"], c["box"])
                margins.need("overlap", abs(both - options["nms_iou"]), margins.iou)
                gone = gone or both > options["nms_iou"]
        margins.suppressed += gone
        if not gone:
            kept.append(c)
    w, h = fit.image
    out = []
    for c in kept:
        if "turned" in c:
            cx, cy, bw, bh, angle = c["turned"]
            assert abs(fit.scale[0] - fit.scale[1]) < 1e-12, "a turned box stays one only at equal scales"
            cx, cy = fit.to_image(cx, cy)
            c["turned"] = [float(v) for v in (cx, cy, bw / fit.scale[0], bh / fit.scale[1], angle)]
            points = np.array(corners(*c["turned"]))
            x1, y1, x2, y2 = *points.min(0), *points.max(0)
        else:
            (x1, y1), (x2, y2) = fit.to_image(*c["box"][:2]), fit.to_image(*c["box"][2:])
        x1, x2 = np.clip([x1, x2], 0, w).tolist()
        y1, y2 = np.clip([y1, y2], 0, h).tolist()
        if x2 > x1 and y2 > y1:
            margins.need("area", min(x2 - x1, y2 - y1), 0.05)
            out.append(c | {"bbox": [x1, y1, x2, y2]})
    return out[:options["max_detections"]]


def cut(probability, box, fit, margins):
    """The pixels of the image with a probability above 0.5 whose centre lies in the box (in input pixels)."""
    xs, ys = fit.centres()
    inside = ((ys >= box[1]) & (ys <= box[3]))[:, None] & ((xs >= box[0]) & (xs <= box[2]))[None]
    mask = (probability > 0.5) & inside
    margins.need("pixels", 0.0005 - (np.abs(probability - 0.5) < 1e-4)[inside].sum() / mask.size, 0.0)
    margins.need("area of the mask", mask.sum(), 12)
    return mask


def prototype_masks(objects, prototypes, fit, margins):
    count, ph, pw = prototypes.shape
    xs, ys = fit.centres()
    for o in objects:
        probability = sigmoid(np.tensordot(o.pop("coefficients"), prototypes, 1))
        spread = sample(probability, ys * ph / fit.size[1], xs * pw / fit.size[0])
        o["mask"] = cut(spread, o["box"], fit, margins)
    return objects


def box_masks(objects, fit, margins):
    """Masks of one object each: spread over the box, or over the input when they have its size."""
    xs, ys = fit.centres()
    for o in objects:
        grid, (x1, y1, x2, y2) = o.pop("grid"), o["box"]
        h, w = grid.shape
        if (w, h) == fit.size:
            spread = sample(grid, ys, xs)
            outside = spread[(ys < y1) | (ys > y2)].max(initial=0), spread[:, (xs < x1) | (xs > x2)].max(initial=0)
            assert max(outside) < 0.45, "whether such a mask is cut to the box is not specified"
        else:
            spread = sample(grid, (ys - y1) / (y2 - y1) * h, (xs - x1) / (x2 - x1) * w)
        o["mask"] = cut(spread, o["box"], fit, margins)
    return objects


def rle(mask):
    """COCO's uncompressed counts: column by column, background first."""
    flat = mask.T.reshape(-1).astype(int)
    change = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff([0, *change, flat.size]).tolist()
    return [0, *counts] if flat[0] else counts
