"""More cases: transformers, anchors, maps of classes, classification and embedding; and the list of all cases."""

import numpy as np
from onnx import TensorProto

import cases as c
from graphs import Graph


def detr(seed, kind):
    softmax = kind == "softmax"
    g = Graph((96, 64), **(c.NORMAL if softmax else c.UNIT), batch=1 if softmax else "batch", seed=seed)
    rng = np.random.default_rng(seed)
    gh, gw = g.cells(16)
    columns = 4 if softmax else 3
    middle = [-1.5, -1.5, -1.5, 0.5] if softmax else [-2.0] * 3
    logits = np.stack([c.scores(rng, (gh, gw), m, 1.6) for m in middle])
    boxes = g.listed(g.rows(16, c.box_base(rng, g, 16, low=0.9, high=2.4), c.BOX_GAIN), 4)
    g.out(g.listed(g.rows(16, logits, [0.4] * columns), columns), "pred_logits", [g.batch, gh * gw, columns])
    g.out(g.op("Div", [boxes, g.const([96.0, 64.0, 96.0, 64.0])]), "pred_boxes", [g.batch, gh * gw, 4])
    output = {"logits": "pred_logits", "boxes": "pred_boxes"}
    if softmax:
        return g, c.named("detr", {"fit": "stretch"} | c.IMAGENET, output), {}
    return g, c.named("detr", {"fit": "stretch"}, output | {"activation": "sigmoid", "background": "none"}), {}


def retinanet(seed):
    g = Graph((96, 64), **c.NORMAL, seed=seed)
    rng = np.random.default_rng(seed)
    output = {"scores": [], "boxes": [],
              "anchors": {"strides": [16, 32, 64], "sizes": [[12.0], [24.0], [48.0]], "ratios": [0.5, 1.0, 2.0],
                          "scales": [1.0, 1.26]}}
    for level, s in enumerate((16, 32, 64)):
        gh, gw = g.cells(s)
        logits = g.rows(s, c.scores(rng, (18, gh, gw), -4.6, 1.8), [0.4] * 18)
        deltas = g.rows(s, rng.normal(0, 0.3, (24, gh, gw)), [0.1] * 24)
        g.out(g.listed(logits, 3), f"cls{level}", [1, gh * gw * 6, 3])
        g.out(g.listed(deltas, 4), f"reg{level}", [1, gh * gw * 6, 4])
        output["scores"].append(f"cls{level}")
        output["boxes"].append(f"reg{level}")
    return g, c.named("anchors", {"fit": "letterbox-top-left", "pad": 0} | c.IMAGENET, output), {}


def ssd(seed):
    # The middle of the levels after the mean below.
    g = Graph((96, 64), [23.5, 10.5, 4.5], [32.0] * 3, batch="batch", seed=seed)
    rng = np.random.default_rng(seed)
    logits, deltas = [], []
    for s in (16, 32):
        gh, gw = g.cells(s)
        middle = np.tile([2.0, -0.8, -0.8, -0.8], 4)[:, None, None]
        logits.append(g.listed(g.rows(s, rng.normal(0, 1.6, (16, gh, gw)) + middle, [0.4] * 16), 4))
        deltas.append(g.listed(g.rows(s, rng.normal(0, 1.6, (16, gh, gw)), [0.4] * 16), 4))
    g.out(g.join(logits, 1), "confidence", [g.batch, 120, 4])
    g.out(g.join(deltas, 1), "location", [g.batch, 120, 4])
    output = {"scores": ["confidence"], "boxes": ["location"], "activation": "softmax", "background": "first",
              "anchors": {"strides": [16, 32], "sizes": [[14.0, 20.0], [30.0, 42.0]], "ratios": [1.0, 2.0],
                          "variances": [0.1, 0.1, 0.2, 0.2]}}
    levels = {"fit": "stretch", "colour": "bgr", "scale": 1.0, "mean": [104.0, 117.0, 123.0]}
    return g, c.named("anchors", levels, output), {}


def blazeface(seed):
    g = Graph((64, 64), **c.SIGNED, layout="nhwc", seed=seed)
    rng = np.random.default_rng(seed)
    scores, boxes = [], []
    for level, (s, count) in enumerate(((8, 2), (16, 3))):
        gh, gw = g.cells(s)
        place = rng.normal(0, 2.5, (count, 7, gh, gw))
        place[:, 2:4] = rng.uniform(1.0, 2.6, (count, 2, gh, gw)) * s
        logits = g.rows(s, c.scores(rng, (count, gh, gw), -3.2, 1.9), [0.5] * count)
        points = g.rows(s, place.reshape(count * 7, gh, gw), [0.6] * (count * 7))
        g.out(g.listed(logits, 1), f"classificators_{level}", [1, gh * gw * count, 1])
        g.out(g.listed(points, 7), f"regressors_{level}", [1, gh * gw * count, 7])
        scores.append(f"classificators_{level}")
        boxes.append(f"regressors_{level}")
    output = {"scores": scores, "boxes": boxes,
              "anchors": {"strides": [8, 16], "sizes": [[1.0, 1.0], [1.0, 1.0, 1.0]], "encoding": "pixels"}}
    levels = {"layout": "nhwc", "fit": "letterbox", "pad": 0, "scale": 1 / 127.5, "mean": [1.0, 1.0, 1.0]}
    return g, c.named("anchors", levels, output, names=["face"]), {"nms_iou": 0.3}


def distances(seed):
    g = Graph((96, 64), **c.SIGNED, batch="batch", seed=seed)
    rng = np.random.default_rng(seed)
    scores, boxes = [], []
    for s in (16, 32):
        gh, gw = g.cells(s)
        logits = g.rows(s, c.scores(rng, (2, gh, gw), -1.5, 1.9), [0.5] * 2)
        sides = g.rows(s, rng.uniform(0.4, 1.6, (8, gh, gw)), [0.06] * 8)
        scores.append(g.listed(g.sigmoid(logits), 1))
        boxes.append(g.listed(sides, 4))
        n = gh * gw * 2
        g.out(scores[-1], f"score_{s}", [g.batch, n, 1])
        g.out(boxes[-1], f"bbox_{s}", [g.batch, n, 4])
    output = {"scores": ["score_16", "score_32"], "boxes": ["bbox_16", "bbox_32"], "activation": "none",
              "anchors": {"strides": [16, 32], "sizes": [1.0, 1.0], "centre": 0.0, "encoding": "distances"}}
    levels = {"fit": "letterbox-top-left", "pad": 0, "scale": 1 / 128, "mean": [0.99609375] * 3}
    return g, c.named("anchors", levels, output, names=["face"]), {"nms_iou": 0.4}


def regions(g, rng, classes, stride, gain):
    """Slow waves a class: `[B, C, gh, gw]`."""
    gh, gw = g.cells(stride)
    y, x = np.meshgrid(np.arange(gh) / gh, np.arange(gw) / gw, indexing="ij")
    waves = [2.5 * np.cos(2 * np.pi * (rng.uniform(-1, 1) * x + rng.uniform(-1, 1) * y + rng.uniform()))
             for _ in range(classes)]
    return g.rows(stride, np.stack(waves), [gain] * classes), gh, gw


def semantic_softmax(seed):
    g = Graph((96, 64), **c.NORMAL, batch="batch", seed=seed)
    at, gh, gw = regions(g, np.random.default_rng(seed), 4, 4, 0.4)
    g.out(at, "logits", [g.batch, 4, gh, gw])
    output = {"classes": "logits", "background": 0}
    names = ["ground", *c.NAMES]
    return g, c.named("semantic", {"fit": "stretch"} | c.IMAGENET, output, names), {"objects": 2}


def semantic_one(seed):
    g = Graph((96, 64), **c.UNIT, layout="nhwc", seed=seed)
    at, gh, gw = regions(g, np.random.default_rng(seed), 1, 2, 1.2)
    g.out(g.op("Transpose", [at], perm=[0, 2, 3, 1]), "segment", [1, gh, gw, 1])
    output = {"classes": "segment", "activation": "sigmoid", "threshold": 0.6}
    levels = {"layout": "nhwc", "fit": "letterbox"}
    return g, c.named("semantic", levels, output, names=["person"]), {"objects": 1}


def semantic_numbers(seed):
    g = Graph((96, 64), **c.LEVELS, seed=seed)
    at, gh, gw = regions(g, np.random.default_rng(seed), 3, 4, 0.9)
    g.out(g.op("ArgMax", [at], axis=1, keepdims=0), "map", [1, gh, gw], TensorProto.INT64)
    output = {"classes": "map", "background": 1}
    return g, c.named("semantic", {"fit": "stretch", "colour": "bgr", "scale": 1.0}, output), {"objects": 2}


def classifier(seed, kind):
    grey = kind == "grey"
    batch = "batch" if kind == "softmax" else 1
    g = Graph((64, 48), **({"middle": [0.5], "spread": [0.125]} if grey else c.SIGNED if kind == "softmax" else c.UNIT),
              batch=batch, channels=1 if grey else 3, layout="nchw", seed=seed)
    rng = np.random.default_rng(seed)
    hidden = g.op("Relu", [g.rows(16, rng.normal(0, 0.5, (8, 3, 4)), [1.0] * 8)])
    vector = g.op("Flatten", [g.op("GlobalAveragePool", [hidden])])
    logits = g.op("MatMul", [vector, g.const(rng.normal(0, 1.6, (8, 5)))])
    names = ["scratch", "dent", "stain", "crack", "clean"]
    levels = {"softmax": {"fit": "cover", "scale": 1 / 128, "mean": [127 / 128] * 3}, "tags": {"fit": "cover"},
              "grey": {"fit": "cover", "colour": "grey"}, "done": {"fit": "stretch"}}[kind]
    output = {"logits": "logits"}
    if kind in ("tags", "done"):
        output["activation"] = {"tags": "sigmoid", "done": "none"}[kind]
    if kind == "done":
        logits = g.op("Softmax", [logits], axis=1)
    g.out(logits, "logits", [batch, 5])
    options = {}
    if kind == "softmax":
        g.out(vector, "embedding", [batch, 8])
        output["embedding"] = "embedding"
    if grey:
        options["tolerance"] = {"box": 1e-3, "score": 5e-3}  # how grey is rounded is not specified
    return g, c.named("classification", levels, output, names), options


def embedding(seed):
    g = Graph((64, 48), **c.UNIT, batch="batch", seed=seed)
    rng = np.random.default_rng(seed)
    vector = g.op("GlobalAveragePool", [g.op("Relu", [g.rows(8, rng.normal(0, 0.5, (12, 6, 8)), [1.0] * 12)])])
    g.out(g.op("Flatten", [vector]), "features", [g.batch, 12])
    return g, {"family": "embedding", "input": {"fit": "cover"}, "output": {"embedding": "features"}}, {}


HALF = {"tolerance": {"box": 0.15, "score": 2e-3}}

# Name: how it is built from a seed, and which sizes of images it reads. `even` images scale alike on both axes.
CASES = {
    "yolov5": (c.yolov5, "uneven"),
    "yolov5_masks": (lambda seed: c.yolov5(seed, coefficients=3), "uneven"),
    "yolov8": (lambda seed: c.yolov8(seed, batch="batch"), "uneven"),
    "yolov8_open": (lambda seed: c.yolov8(seed, batch="batch", open_size=True), "uneven"),
    "yolov8_transposed": (lambda seed: c.yolov8(seed, transposed=True, embedding=True), "uneven"),
    "yolov8_angle": (lambda seed: c.yolov8(seed, angle=True, options={"nms_iou": 0.25}), "even"),
    "yolov8_masks": (lambda seed: c.yolov8(seed, coefficients=4, batch="batch", strides=[16, 32], options={
        "max_detections": 5}), "uneven"),
    "yolov8_half": (lambda seed: c.yolov8(seed, dtype=TensorProto.FLOAT16, strides=[16, 32], options=dict(HALF)),
                    "uneven"),
    "yolov10": (c.yolov10, "uneven"),
    "yolov10_masks": (lambda seed: c.yolov10(seed, coefficients=3), "uneven"),
    "yolox": (c.yolox, "even"),
    "gfl_levels": (c.gfl_levels, "uneven"),
    "gfl_joined": (c.gfl_joined, "uneven"),
    "listed_tensorflow": (c.listed_tensorflow, "uneven"),
    "listed_ssd": (c.listed_ssd, "uneven"),
    "listed_torchvision": (c.listed_torchvision, "even"),
    "listed_box_masks": (c.listed_box_masks, "uneven"),
    "listed_full_masks": (c.listed_full_masks, "uneven"),
    "detr_softmax": (lambda seed: detr(seed, "softmax"), "uneven"),
    "detr_sigmoid": (lambda seed: detr(seed, "sigmoid"), "uneven"),
    "anchors_retinanet": (retinanet, "even"),
    "anchors_ssd": (ssd, "uneven"),
    "anchors_blazeface": (blazeface, "uneven"),
    "anchors_distances": (distances, "even"),
    "semantic_softmax": (semantic_softmax, "uneven"),
    "semantic_one": (semantic_one, "uneven"),
    "semantic_numbers": (semantic_numbers, "uneven"),
    "classifier_softmax": (lambda seed: classifier(seed, "softmax"), "cover"),
    "classifier_tags": (lambda seed: classifier(seed, "tags"), "cover"),
    "classifier_grey": (lambda seed: classifier(seed, "grey"), "cover"),
    "classifier_done": (lambda seed: classifier(seed, "done"), "uneven"),
    "embedding": (embedding, "cover"),
}
