"""Cases of make_contracts.py: for each a function from a seed to a graph, its contract and the options of reading."""

import numpy as np
from onnx import TensorProto

from graphs import Graph

UNIT = {"middle": [0.5] * 3, "spread": [0.125] * 3}  # inputs 0..=1: the small models want contrast
LEVELS = {"middle": [127.5] * 3, "spread": [32.0] * 3}  # inputs 0..=255
SIGNED = {"middle": [0.0] * 3, "spread": [0.25] * 3}  # inputs -1..=1
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
NORMAL = {"middle": [0.0] * 3, "spread": [0.55] * 3}  # inputs after IMAGENET
CAFFE = {"colour": "bgr", "scale": 1.0, "mean": [103.53, 116.28, 123.675], "std": [57.375, 57.12, 58.395]}
NAMES = ["bolt", "nut", "washer"]


def named(family, fit_keys, output=None, names=None, **more):
    description = {"family": family, "input": fit_keys} | more
    if output:
        description["output"] = output
    return description | {"classes": {"names": NAMES if names is None else names}}


def box_base(rng, g, stride, anchors=1, low=0.9, high=3.2):
    """cx, cy, w, h in input pixels for each cell: `[4, gh, gw]`."""
    gh, gw = g.cells(stride)
    y, x = np.meshgrid(np.arange(gh), np.arange(gw), indexing="ij")
    centre = np.stack([x + 0.5, y + 0.5]) * stride + rng.normal(0, 0.25 * stride, (2, gh, gw))
    return np.concatenate([centre, rng.uniform(low, high, (2, gh, gw)) * stride])


BOX_GAIN = [1.0, 1.0, 1.2, 1.2]


def corner_rows(g, rows):
    """cx, cy, w, h rows `[B, 4, gh, gw]` to x1, y1, x2, y2."""
    centre, half = g.part(rows, 0, 2), g.op("Mul", [g.part(rows, 2, 4), g.const(0.5)])
    return g.join([g.op("Sub", [centre, half]), g.op("Add", [centre, half])], 1)


def scores(rng, shape, middle=-3.8, width=1.7):
    return rng.normal(middle, width, shape)


def objectness(rng, gh, gw):
    return np.concatenate([scores(rng, (1, gh, gw), -1.6, 1.8), scores(rng, (3, gh, gw), -0.4, 1.8)])


def factors(g, rng, stride, count):
    """Rows of mask coefficients."""
    return g.rows(stride, rng.normal(0.4, 0.7, (count, *g.cells(stride))), [0.2] * count)


def yolov8_rows(g, rng, strides, classes=3, coefficients=0, angle=False):
    levels = []
    for s in strides:
        gh, gw = g.cells(s)
        parts = [g.rows(s, box_base(rng, g, s), BOX_GAIN),
                 g.sigmoid(g.rows(s, scores(rng, (classes, gh, gw)), [0.5] * classes))]
        if coefficients:
            parts.append(factors(g, rng, s, coefficients))
        if angle:
            parts.append(g.rows(s, rng.uniform(-0.78, 2.35, (1, gh, gw)), [0.1]))
        rows = 4 + classes + coefficients + angle
        levels.append(g.flat(g.join(parts, 1), rows))
    return g.join(levels, 2), rows, sum(np.prod(g.cells(s)) for s in strides)


def prototypes(g, rng, count, stride=4):
    """Slow waves over the input, so that masks are patches and not dots."""
    gh, gw = g.cells(stride)
    y, x = np.meshgrid(np.arange(gh) / gh, np.arange(gw) / gw, indexing="ij")
    waves = [2.5 * np.cos(2 * np.pi * (rng.uniform(-1, 1) * x + rng.uniform(-1, 1) * y + rng.uniform())) + 0.8
             for _ in range(count)]
    proto = g.rows(stride, np.stack(waves), [0.1] * count)
    g.out(proto, "protos", [g.batch, count, gh, gw])


def yolov8(seed, **kind):
    g = Graph((96, 64), **UNIT, batch=kind.get("batch", 1), open_size=kind.get("open_size", False), seed=seed,
              dtype=kind.get("dtype", TensorProto.FLOAT))
    rng = np.random.default_rng(seed)
    strides = kind.get("strides", [8, 16, 32])
    rows = yolov8_rows(g, rng, strides, coefficients=kind.get("coefficients", 0), angle=kind.get("angle", False))
    at, count, n = rows
    shape = [g.batch, count, n]
    output, entries = {}, {"fit": "letterbox"}
    if kind.get("transposed"):
        at, shape, output["transposed"] = g.op("Transpose", [at], perm=[0, 2, 1]), [g.batch, n, count], True
    if kind.get("open_size"):
        entries["size"], shape = [96, 64], [g.batch, "rows", "candidates"]
    if kind.get("angle"):
        output["angle"] = True
    g.out(at, kind.get("name", "output0"), shape, kind.get("dtype", TensorProto.FLOAT))
    output["boxes"] = kind.get("name", "output0")
    if kind.get("coefficients"):
        prototypes(g, rng, kind["coefficients"])
        output["prototypes"] = "protos"
    if kind.get("embedding"):
        gh, gw = g.cells(32)
        pooled = g.op("GlobalAveragePool", [g.rows(32, rng.normal(0, 1, (6, gh, gw)), [0.5] * 6)])
        g.out(g.op("Flatten", [pooled]), "vector", [g.batch, 6])
        output["embedding"] = "vector"
    return g, named("yolov8", entries, output), kind.get("options", {})


def yolov5(seed, coefficients=0):
    g = Graph((96, 64), **UNIT, batch="batch" if coefficients else 1, seed=seed)
    rng = np.random.default_rng(seed)
    levels = []
    for s in (16, 32) if coefficients else (8, 16):
        gh, gw = g.cells(s)
        chance = objectness(rng, gh, gw)
        parts = [g.rows(s, box_base(rng, g, s), BOX_GAIN), g.sigmoid(g.rows(s, chance, [0.4] * 4))]
        if coefficients:
            parts.append(factors(g, rng, s, coefficients))
        levels.append(g.listed(g.join(parts, 1), 8 + coefficients))
    g.out(g.join(levels, 1), "output0", [g.batch, "n", 8 + coefficients] if coefficients else [1, 120, 8])
    output = {"boxes": "output0"}
    if coefficients:
        prototypes(g, rng, coefficients)
        output["prototypes"] = "protos"
    return g, named("yolov5", {"fit": "letterbox"}, output), {"nms_iou": 0.3}


def candidate_columns(g, rng, stride=8, low=1.5, high=4.5, middle=-1.8):
    """Corners `[B, N, 4]` and scores `[B, N, 1]` of one candidate a cell, and N."""
    gh, gw = g.cells(stride)
    box = corner_rows(g, g.rows(stride, box_base(rng, g, stride, low=low, high=high), BOX_GAIN))
    score = g.sigmoid(g.rows(stride, scores(rng, (1, gh, gw), middle, 1.6), [0.4]))
    return g.listed(box, 4), g.listed(score, 1), gh * gw


def labels(g, rng, score, n, first=0, classes=3):
    """Class numbers `[B, N, 1]`, as floats."""
    nothing = g.op("Mul", [score, g.const(0.0)])
    return g.op("Add", [nothing, g.const(rng.integers(first, first + classes, (1, n, 1)))])


def yolov10(seed, coefficients=0):
    g = Graph((96, 64), **UNIT, batch=1 if coefficients else "batch", seed=seed)
    rng = np.random.default_rng(seed)
    box, score, n = candidate_columns(g, rng, 16 if coefficients else 8)
    parts = [box, score, labels(g, rng, score, n)]
    if coefficients:
        parts.append(g.listed(factors(g, rng, 16, coefficients), coefficients))
    g.out(g.join(parts, 2), "output0", [g.batch, n, 6 + coefficients])
    output = {"boxes": "output0"}
    if coefficients:
        prototypes(g, rng, coefficients)
        output["prototypes"] = "protos"
    return g, named("yolov10", {"fit": "letterbox", "pad": 114}, output), {"max_detections": 6}


def yolox(seed):
    g = Graph((96, 64), **LEVELS, seed=seed)
    rng = np.random.default_rng(seed)
    levels = []
    for s in (8, 16, 32):
        gh, gw = g.cells(s)
        place = np.concatenate([rng.normal(0.5, 0.3, (2, gh, gw)), rng.uniform(0.1, 1.1, (2, gh, gw))])
        chance = objectness(rng, gh, gw)
        parts = [g.rows(s, place, [0.1] * 4), g.sigmoid(g.rows(s, chance, [0.4] * 4))]
        levels.append(g.listed(g.join(parts, 1), 8))
    g.out(g.join(levels, 1), "output", [1, 126, 8])
    fit = {"fit": "letterbox-top-left", "colour": "bgr", "scale": 1.0}
    return g, named("yolox", fit, {"boxes": "output"}), {"nms_iou": 0.35}


def gfl_parts(g, rng, s, bins, raw):
    gh, gw = g.cells(s)
    # A hump of bins a side, so that boxes have a size and some sides are vaguer than others.
    peak, sharp = rng.uniform(0.3, 2.6, (4, gh, gw)), rng.uniform(0.3, 2.0, (4, gh, gw))
    hump = -sharp[:, None] * (np.arange(bins)[None, :, None, None] - peak[:, None]) ** 2
    chance = g.rows(s, scores(rng, (3, gh, gw)), [0.5] * 3)
    distribution = g.rows(s, hump.reshape(4 * bins, gh, gw), [0.15] * (4 * bins))
    return g.listed(chance if raw else g.sigmoid(chance), 3), g.listed(distribution, 4 * bins), gh * gw


def gfl_levels(seed):
    g = Graph((96, 64), **NORMAL, seed=seed)
    rng = np.random.default_rng(seed)
    for s in (16, 8, 32):
        score, distribution, n = gfl_parts(g, rng, s, 5, raw=False)
        first, second = [(score, f"cls_{s}", 3), (distribution, f"dist_{s}", 20)][:: 1 if s != 8 else -1]
        g.out(first[0], first[1], [1, n, first[2]])
        g.out(second[0], second[1], [1, n, second[2]])
    return g, named("gfl", {"fit": "stretch"} | CAFFE), {"nms_iou": 0.4}


def gfl_joined(seed):
    # 72 is no multiple of 16, 32 or 64: the grids are rounded up, as NanoDet-Plus does at 416 pixels.
    g = Graph((96, 72), **NORMAL, batch="batch", seed=seed)
    rng = np.random.default_rng(seed)
    levels = [gfl_parts(g, rng, s, 4, raw=True)[:2] for s in (8, 16, 32, 64)]
    g.out(g.join([g.join(list(level), 2) for level in levels], 1), "output", [g.batch, 151, 19])
    output = {"joined": "output", "centre": 0.0, "activation": "sigmoid"}
    return g, named("gfl", {"fit": "stretch"} | CAFFE, output), {"nms_iou": 0.4}


def listed_tensorflow(seed):
    g = Graph((96, 64), **LEVELS, layout="nhwc", dtype=TensorProto.UINT8, seed=seed)
    rng = np.random.default_rng(seed)
    box, score, n = candidate_columns(g, rng, 16, low=0.8, high=2.2, middle=0.5)
    flip = g.op("Gather", [box, g.const([1, 0, 3, 2], TensorProto.INT64)], axis=2)
    g.out(g.op("Div", [flip, g.const([64.0, 96.0, 64.0, 96.0])]), "detection_boxes", [1, n, 4])
    squeeze = g.const([2], TensorProto.INT64)
    g.out(g.op("Squeeze", [labels(g, rng, score, n, first=1), squeeze]), "detection_classes", [1, n])
    g.out(g.op("Squeeze", [score, squeeze]), "detection_scores", [1, n])
    total = g.op("Mul", [g.op("ReduceMax", [score], axes=[1, 2], keepdims=0), g.const(0.0)])
    g.out(g.op("Add", [total, g.const([17.0])]), "num_detections", [1])  # what lies beyond is not to be read
    output = {"boxes": "detection_boxes", "scores": "detection_scores", "classes": "detection_classes",
              "count": "num_detections", "order": "yxyx", "normalised": True, "first_class": 1}
    return g, named("listed", {"layout": "nhwc", "fit": "stretch", "scale": 1.0}, output), {}


def listed_ssd(seed):
    g = Graph((96, 64), **NORMAL, seed=seed)
    rng = np.random.default_rng(seed)
    box, score, n = candidate_columns(g, rng)
    g.out(g.op("Div", [box, g.const([96.0, 64.0, 96.0, 64.0])]), "bboxes", [1, "nbox", 4])
    squeeze = g.const([2], TensorProto.INT64)
    g.out(g.op("Squeeze", [labels(g, rng, score, n, first=1), squeeze]), "labels", [1, "nbox"], TensorProto.INT64)
    g.out(g.op("Squeeze", [score, squeeze]), "scores", [1, "nbox"])
    output = {"boxes": "bboxes", "scores": "scores", "classes": "labels", "normalised": True, "first_class": 1}
    return g, named("listed", {"fit": "stretch"} | IMAGENET, output), {"score_threshold": 0.4}


def listed_torchvision(seed):
    """No batch side, and only what the model itself finds good enough: nothing at all on a grey image."""
    g = Graph((96, 64), **UNIT, seed=seed)
    rng = np.random.default_rng(seed)
    gh, gw = g.cells(8)
    box = g.listed(corner_rows(g, g.rows(8, box_base(rng, g, 8, low=1.5, high=4.5), BOX_GAIN)), 4)
    # Scores follow the pixels: on grey none comes near the threshold.
    score = g.listed(g.sigmoid(g.rows(8, rng.uniform(-4.0, -2.2, (1, gh, gw)), [1.0])), 1)
    label = labels(g, rng, score, gh * gw, first=1)
    boxes, flat, label = (g.op("Squeeze", [t, g.const(axes, TensorProto.INT64)])
                          for t, axes in ((box, [0]), (score, [0, 2]), (label, [0, 2])))
    good = g.op("Greater", [flat, g.const(0.25)])
    index = g.op("Squeeze", [g.op("NonZero", [good]), g.const([0], TensorProto.INT64)])
    g.out(g.op("Gather", [boxes, index], axis=0), "boxes", ["n", 4])
    g.out(g.op("Gather", [label, index], axis=0), "labels", ["n"], TensorProto.INT64)
    g.out(g.op("Gather", [flat, index], axis=0), "scores", ["n"])
    return g, named("listed", {"fit": "letterbox-top-left", "pad": 0}, {"classes": "labels", "first_class": 1}), {
        "score_threshold": 0.3}


def bumps(g, box, grid_x, grid_y, rng, n, steep):
    """`[N, 1, h, w]`: a blob a candidate, from coordinates 0..=1 across its box."""
    column = g.const(grid_x), g.const(grid_y)
    flat = g.op("Reshape", [box, g.const([-1, 4, 1, 1], TensorProto.INT64)])
    x1, y1, x2, y2 = (g.part(flat, i, i + 1) for i in range(4))
    if steep:  # coordinates of the input: bring them into the box
        u = g.op("Div", [g.op("Sub", [column[0], x1]), g.op("Sub", [x2, x1])])
        v = g.op("Div", [g.op("Sub", [column[1], y1]), g.op("Sub", [y2, y1])])
    else:
        u, v = column
    middle = [g.const(rng.uniform(0.4, 0.6, (n, 1, 1, 1))) for _ in range(2)]
    far = [g.op("Mul", [d, d]) for d in (g.op("Sub", [u, middle[0]]), g.op("Sub", [v, middle[1]]))]
    wide = [g.const(rng.uniform(18.0, 60.0, (n, 1, 1, 1))) for _ in range(2)]
    drop = g.op("Add", [g.op("Mul", [far[0], wide[0]]), g.op("Mul", [far[1], wide[1]])])
    # The pixels move the height of the blob.
    lift = g.op("Add", [g.op("Mul", [g.op("Sub", [x2, x1]), g.const(0.02)]), g.const(2.0 if steep else 3.0)])
    return g.sigmoid(g.op("Sub", [lift, drop]))


def listed_box_masks(seed):
    g = Graph((96, 64), **UNIT, seed=seed)
    rng = np.random.default_rng(seed)
    box, score, n = candidate_columns(g, rng, 16, low=0.9, high=2.2, middle=-0.3)
    at = (np.arange(28) + 0.5) / 28
    masks = bumps(g, box, at.reshape(1, 1, 1, 28), at.reshape(1, 1, 28, 1), rng, n, steep=False)
    g.out(g.op("Reshape", [masks, g.const([1, n, 28, 28], TensorProto.INT64)]), "masks", [1, n, 28, 28])
    squeeze = g.const([2], TensorProto.INT64)
    g.out(box, "boxes", [1, n, 4])
    g.out(g.op("Squeeze", [labels(g, rng, score, n), squeeze]), "labels", [1, n], TensorProto.INT64)
    g.out(g.op("Squeeze", [score, squeeze]), "scores", [1, n])
    return g, named("listed", {"fit": "letterbox"}, {"classes": "labels", "masks": "masks"}), {}


def listed_full_masks(seed):
    g = Graph((96, 64), **UNIT, seed=seed)
    rng = np.random.default_rng(seed)
    box, score, n = candidate_columns(g, rng, 16, low=0.9, high=2.2, middle=-0.3)
    xs, ys = (np.arange(96) + 0.5).reshape(1, 1, 1, 96), (np.arange(64) + 0.5).reshape(1, 1, 64, 1)
    g.out(bumps(g, box, xs, ys, rng, n, steep=True), "masks", ["n", 1, 64, 96])
    drop = g.const([0], TensorProto.INT64)
    both = g.const([0, 2], TensorProto.INT64)
    g.out(g.op("Squeeze", [box, drop]), "boxes", ["n", 4])
    g.out(g.op("Squeeze", [labels(g, rng, score, n, first=1), both]), "labels", ["n"], TensorProto.INT64)
    g.out(g.op("Squeeze", [score, both]), "scores", ["n"])
    output = {"classes": "labels", "masks": "masks", "first_class": 1}
    return g, named("listed", {"fit": "letterbox"}, output), {}
