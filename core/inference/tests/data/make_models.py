"""Writes the small ONNX models of these tests and expected.json, what ONNX Runtime computes with them.

Needs numpy, onnx and onnxruntime (the files here were written with onnx 1.23.2 and onnxruntime 1.32.0). Run
make_letterbox.py first, then, in this folder:
    python make_models.py
"""

import hashlib
import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

H, W, STRIDE, CLASSES, FEATURES = 32, 48, 8, 2, 5
GH, GW = H // STRIDE, W // STRIDE
NAMES = "{0: 'bolt', 1: \"nut's\"}"


def f32(name, array):
    return numpy_helper.from_array(np.asarray(array, dtype=np.float32), name)


def i64(name, array):
    return numpy_helper.from_array(np.asarray(array, dtype=np.int64), name)


def value(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def save(path, nodes, inputs, outputs, weights, metadata=None):
    graph = helper.make_graph(nodes, path.removesuffix(".onnx"), inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_models")
    model.ir_version = 8
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    onnx.save(model, path)


def head(channels_in=3, classes=CLASSES):
    """A stride-8 'detector': cell means drive the centre, the size and the class scores of one box a cell."""
    rng = np.random.default_rng(20)
    mix = rng.normal(0.0, 1.0, (FEATURES, channels_in, 3, 3))
    boxes = rng.normal(0.0, 1.0, (4, FEATURES, 1, 1)) * np.array([2.0, 2.0, 3.0, 3.0]).reshape(4, 1, 1, 1)
    scores = rng.normal(0.0, 1.2, (classes, FEATURES, 1, 1))
    gy, gx = np.meshgrid(np.arange(GH), np.arange(GW), indexing="ij")
    grid = np.stack([(gx + 0.5) * STRIDE, (gy + 0.5) * STRIDE, np.full((GH, GW), 14.0), np.full((GH, GW), 11.0)])
    weights = [
        f32("mix", mix), f32("boxes_w", boxes), f32("scores_w", scores), f32("grid", grid[None]),
        i64("flat", [0, 4 + classes, -1]),
    ]
    # rten 0.27 wants the strides that ONNX lets a file leave out; exporters always write them.
    one = {"strides": [1, 1], "dilations": [1, 1]}
    nodes = [
        helper.make_node("AveragePool", ["images"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Conv", ["cells", "mix"], ["neck"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], **one),
        # SiLU in two nodes: engines fuse them, so "gate" is a tensor that an optimised graph no longer has.
        helper.make_node("Sigmoid", ["neck"], ["gate"]),
        helper.make_node("Mul", ["neck", "gate"], ["features"]),
        helper.make_node("Conv", ["features", "boxes_w"], ["offsets"], kernel_shape=[1, 1], **one),
        helper.make_node("Add", ["offsets", "grid"], ["boxes"]),
        helper.make_node("Conv", ["features", "scores_w"], ["logits"], kernel_shape=[1, 1], **one),
        helper.make_node("Sigmoid", ["logits"], ["probabilities"]),
        helper.make_node("Concat", ["boxes", "probabilities"], ["stacked"], axis=1),
        helper.make_node("Reshape", ["stacked", "flat"], ["detections"]),
    ]
    return nodes, weights


def make_models():
    nodes, weights = head()
    images = value("images", ["batch", 3, H, W])
    detections = value("detections", ["batch", 4 + CLASSES, GH * GW])
    features = value("features", ["batch", FEATURES, GH, GW])
    meta = {"names": NAMES, "stride": str(STRIDE), "imgsz": str([H, W]), "task": "detect"}
    save("detector.onnx", nodes, [images], [detections, features], weights, meta)

    # No metadata, a batch of one, one output; the tensor that explains it is named in the metadata of `named_tensor`.
    one = [value("images", [1, 3, H, W])], [value("detections", [1, 4 + CLASSES, GH * GW])]
    save("plain.onnx", nodes, *one, weights)
    save("named_tensor.onnx", nodes, *one, weights, {"names": '{"0": "bolt", "1": "nut"}', "saliency_tensor": "gate"})

    # Everything symbolic, as an export with dynamic axes is: the size stands in the metadata only.
    loose = [value("images", ["batch", 3, "height", "width"])], [value("detections", ["batch", "rows", "anchors"])]
    save("dynamic.onnx", nodes, *loose, weights, meta)
    save("dynamic_no_size.onnx", nodes, *loose, weights, {"names": NAMES})

    # Models that break the contract, one reason each.
    save("three_names.onnx", nodes, *one, weights, {"names": "{0: 'a', 1: 'b', 2: 'c'}"})
    save("bad_names.onnx", nodes, *one, weights, {"names": "{0: 'a', 2: 'c'}"})
    save("stride_seven.onnx", nodes, *one, weights, {"stride": "7"})
    four_nodes, four_weights = head(channels_in=4)
    save("four_channels.onnx", four_nodes, [value("images", [1, 4, H, W])], one[1], four_weights)
    save("flat_input.onnx", [helper.make_node("Identity", ["x"], ["y"])], [value("x", [1, 3072])],
         [value("y", [1, 3072])], [])
    save("integer_output.onnx", [*nodes, helper.make_node("Cast", ["detections"], ["whole"], to=TensorProto.INT64)],
         one[0], [value("whole", [1, 4 + CLASSES, GH * GW], TensorProto.INT64)], weights)
    save("classifier.onnx", [helper.make_node("GlobalAveragePool", ["images"], ["pooled"]),
                             helper.make_node("Flatten", ["pooled"], ["logits"])],
         one[0], [value("logits", [1, 3])], [])
    save("batch_of_two.onnx", nodes, [value("images", [2, 3, H, W])], [value("detections", [2, 6, GH * GW])], weights)
    # Scores before the sigmoid: the shapes are right, the values are not probabilities.
    raw = [n for n in nodes if n.op_type != "Sigmoid" or n.output[0] == "gate"]
    raw = [helper.make_node("Concat", ["boxes", "logits"], ["stacked"], axis=1) if n.op_type == "Concat" else n
           for n in raw]
    save("logits.onnx", raw, *one, weights)
    # Dropout as it is in training: no two passes say the same. Only the class scores depend on it.
    drawn = [n for n in nodes if n.output[0] != "logits"]
    drawn[5:5] = [
        helper.make_node("Dropout", ["features", "ratio", "training"], ["dropped"]),
        helper.make_node("Conv", ["dropped", "scores_w"], ["logits"], kernel_shape=[1, 1], strides=[1, 1],
                         dilations=[1, 1]),
    ]
    switches = [f32("ratio", 0.5), numpy_helper.from_array(np.array(True), "training")]
    save("dropout.onnx", drawn, *one, [*weights, *switches], meta)
    # A division by zero in every box.
    nan = [*nodes, helper.make_node("Sub", ["detections", "detections"], ["zero"]),
           helper.make_node("Div", ["zero", "zero"], ["nan"])]
    save("nan.onnx", nan, one[0], [value("nan", [1, 4 + CLASSES, GH * GW])], weights)


def iou(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def detect(raw, image, threshold, nms_iou):
    """Ultralytics' post-processing, written anew in numpy: best class a box, class-wise NMS, undo the letterbox."""
    (w, h) = image
    r = min(H / h, W / w)
    nw, nh = round(w * r), round(h * r)
    left, top = (W - nw) // 2, (H - nh) // 2
    rows = raw.astype(np.float64).T
    best = rows[:, 4:].max(1)
    order = [i for i in np.argsort(-best, kind="stable") if best[i] >= threshold]
    corners = np.stack([rows[:, 0] - rows[:, 2] / 2, rows[:, 1] - rows[:, 3] / 2,
                        rows[:, 0] + rows[:, 2] / 2, rows[:, 1] + rows[:, 3] / 2], 1)
    classes = rows[:, 4:].argmax(1)
    kept = []
    for i in order:
        if all(classes[i] != classes[j] or iou(corners[i], corners[j]) <= nms_iou for j in kept):
            kept.append(i)
    out = []
    for i in kept:
        x1, x2 = (np.clip((corners[i][[0, 2]] - left) * w / nw, 0, w)).tolist()
        y1, y2 = (np.clip((corners[i][[1, 3]] - top) * h / nh, 0, h)).tolist()
        if x2 > x1 and y2 > y1:
            out.append({"bbox": [x1, y1, x2, y2], "class": int(classes[i]), "score": float(best[i]),
                        "class_scores": rows[i, 4:].tolist()})
    return out


def eigen_cam(activation):
    """grad-cam's get_2d_projection, with the sign fixed and the range brought to 0..1."""
    k, h, w = activation.shape
    flat = activation.reshape(k, -1).T.astype(np.float64)
    flat = flat - flat.mean(axis=0)
    _, _, vt = np.linalg.svd(flat, full_matrices=True)
    cam = flat @ vt[0]
    if abs(cam.max()) < abs(cam.min()):
        cam = -cam
    return ((cam - cam.min()) / (cam.max() - cam.min())).reshape(h, w)


def upscale(cam, height, width):
    """Bilinear at half-pixel centres, edges repeated, in f64."""
    def axis(source, target):
        at = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, source - 1), at - low
    y0, y1, fy = axis(cam.shape[0], height)
    x0, x1, fx = axis(cam.shape[1], width)
    rows = cam[y0] * (1 - fy)[:, None] + cam[y1] * fy[:, None]
    return rows[:, x0] * (1 - fx) + rows[:, x1] * fx


def listed(array):
    """Six decimals: the tests compare to 1e-4."""
    return array.reshape(-1).astype(np.float64).round(6).tolist()


def nms_case():
    rng = np.random.default_rng(5)
    n = 60
    centre = rng.uniform(10, 60, (n, 2))
    size = rng.uniform(8, 40, (n, 2))
    boxes = np.concatenate([centre - size / 2, centre + size / 2], 1).round(3)
    scores = rng.integers(1, 40, n) / 40  # many ties, on purpose
    classes = rng.integers(0, 3, n)
    # torchvision.ops.batched_nms by the coordinate trick, as Ultralytics calls it, with a stable order of ties.
    moved = boxes + (classes * 1000)[:, None]
    order, keep = list(np.argsort(-scores, kind="stable")), []
    while order:
        i = order.pop(0)
        keep.append(int(i))
        order = [j for j in order if iou(moved[i], moved[j]) <= 0.3]
    return {"boxes": boxes.tolist(), "scores": scores.tolist(), "classes": classes.tolist(), "iou": 0.3, "keep": keep}


def main():
    make_models()
    with open("letterbox.json", encoding="utf-8") as f:
        boxed = [c for c in json.load(f)["cases"] if c["input"] == [W, H]]
    session = onnxruntime.InferenceSession("detector.onnx", providers=["CPUExecutionProvider"])
    exposed = onnx.load("detector.onnx")
    exposed.graph.output.extend([onnx.ValueInfoProto(name="gate"), onnx.ValueInfoProto(name="neck")])
    inside = onnxruntime.InferenceSession(exposed.SerializeToString(), providers=["CPUExecutionProvider"])
    cases = []
    for case in boxed:
        pixels = np.frombuffer(bytes.fromhex(case["rgb"]), np.uint8).reshape(1, H, W, 3)
        image = pixels.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
        detections, features = session.run(None, {"images": image})
        gate, neck = inside.run(["gate", "neck"], {"images": image})
        w, h = case["image"]
        r = min(H / h, W / w)
        nw, nh = round(w * r), round(h * r)
        left, top = (W - nw) // 2, (H - nh) // 2
        heat = upscale(eigen_cam(features[0]), H, W)[top:top + nh, left:left + nw]
        gate_heat = upscale(eigen_cam(gate[0]), H, W)[top:top + nh, left:left + nw]
        cases.append({
            "image": case["image"],
            "detections": listed(detections[0]),
            "features": listed(features[0]),
            "gate": listed(gate[0]),
            "neck": listed(neck[0]),
            "threshold": 0.3, "nms_iou": 0.3,
            "kept": detect(detections[0], case["image"], 0.3, 0.3),
            "heat_size": [nw, nh],
            "heat": listed(heat),
            "gate_heat": listed(gate_heat),
        })
    with open("detector.onnx", "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    with open("expected.json", "w", encoding="utf-8") as f:
        json.dump({"onnxruntime": onnxruntime.__version__, "sha256": digest, "cases": cases, "nms": nms_case()}, f,
                  separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
