"""Writes gradcam.onnx, a small detector that gives the gradient of its best score beside its boxes, and gradcam.json, the
Grad-CAM that numpy works out with differences instead of that gradient.

Needs numpy, onnx and onnxruntime (the files here were written with onnx 1.23.2 and onnxruntime 1.32.0). In this folder:
    python make_gradcam.py
"""

import json

import numpy as np
import onnxruntime
from onnx import helper, numpy_helper

from make_models import CLASSES, FEATURES, GH, GW, H, NAMES, STRIDE, W, f32, head, save, value


def synthetic(width, height):
    """The image of make_letterbox.py."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 11 * 3 + (x + 2 * y + c) % 5 * 17) % 256).astype(np.uint8)


def make_model():
    nodes, weights = head()
    scores_w = next(w for w in weights if w.name == "scores_w")
    back = numpy_helper.to_array(scores_w).transpose(1, 0, 2, 3)
    one = {"strides": [1, 1], "dilations": [1, 1]}
    # d max(p) / d logit = p (1 - p) where p is the best score of all and 0 elsewhere; back through the 1 x 1 convolution.
    nodes = nodes + [
        helper.make_node("ReduceMax", ["probabilities"], ["best"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Sub", ["probabilities", "best"], ["behind"]),
        helper.make_node("Abs", ["behind"], ["distance"]),
        helper.make_node("Less", ["distance", "tiny"], ["is_best"]),
        helper.make_node("Cast", ["is_best"], ["at_best"], to=1),
        helper.make_node("Mul", ["probabilities", "probabilities"], ["squared"]),
        helper.make_node("Sub", ["probabilities", "squared"], ["slope"]),
        helper.make_node("Mul", ["slope", "at_best"], ["by_logits"]),
        helper.make_node("Conv", ["by_logits", "back_w"], ["gradients"], kernel_shape=[1, 1], **one),
    ]
    weights = weights + [f32("back_w", back), f32("tiny", np.array(1e-9))]
    outputs = [value("detections", ["batch", 4 + CLASSES, GH * GW]), value("features", ["batch", FEATURES, GH, GW]),
               value("gradients", ["batch", FEATURES, GH, GW])]
    meta = {"names": NAMES, "stride": str(STRIDE), "imgsz": str([H, W]), "task": "detect",
            "gradcam_activations": "features", "gradcam_gradients": "gradients"}
    save("gradcam.onnx", nodes, [value("images", ["batch", 3, H, W])], outputs, weights, meta)
    return numpy_helper.to_array(scores_w)[:, :, 0, 0].astype(np.float64)


def upsample(cam):
    """Bilinear at half-pixel centres, to the input's size."""
    def taps(cells, size):
        at = np.clip((np.arange(size) + 0.5) * cells / size - 0.5, 0, cells - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, cells - 1), at - low
    (y0, y1, fy), (x0, x1, fx) = taps(GH, H), taps(GW, W)
    rows = cam[y0] * (1 - fy[:, None]) + cam[y1] * fy[:, None]
    return rows[:, x0] * (1 - fx) + rows[:, x1] * fx


def main():
    scores_w = make_model()
    session = onnxruntime.InferenceSession("gradcam.onnx", providers=["CPUExecutionProvider"])
    image = synthetic(W, H)
    x = (image.astype(np.float32) / 255).transpose(2, 0, 1)[None]
    features = session.run(["features"], {"images": x})[0][0].astype(np.float64)

    def score(a):
        return (1 / (1 + np.exp(-np.einsum("ck,kij->cij", scores_w, a)))).max()

    gradient = np.zeros_like(features)
    step = 1e-6
    for place in np.ndindex(features.shape):
        more, less = features.copy(), features.copy()
        more[place] += step
        less[place] -= step
        gradient[place] = (score(more) - score(less)) / (2 * step)
    cam = np.maximum((gradient.mean((1, 2))[:, None, None] * features).sum(0), 0)
    low, high = cam.min(), cam.max()
    heat = upsample((cam - low) / (high - low))
    with open("gradcam.json", "w", encoding="utf-8") as f:
        heat = [round(float(v), 6) for v in heat.ravel()]
        json.dump({"range": [low, high], "map": heat}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
