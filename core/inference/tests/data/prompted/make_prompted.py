"""Writes the small encoder/decoder pairs of this folder, their cards, wrong pairs, and expected.json.

Needs numpy, onnx, onnxruntime, opencv-python-headless and Pillow (the files here were written with numpy 2.4.6, onnx
1.23.2, onnxruntime 1.32.0, OpenCV 5.0.0 and Pillow 13.0.0). Run it in this folder:
    python make_prompted.py
The pairs answer prompts by the likeness of colours: a cell of 8 × 8 pixels belongs to the object when it is more like
the cells under the points that add than like those under the points that remove. expected.json is computed in numpy and
float64 by toy.py, which never reads the graphs; ONNX Runtime has to agree with it about every output before anything is
written.
"""

import hashlib
import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import toy

F32, I64, I32 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32


class Graph:
    """A graph under construction; methods return the names of tensors."""

    def __init__(self):
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []

    def op(self, kind, *inputs, out=None, **attributes):
        out = out or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def const(self, values, dtype=np.float32):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def ints(self, *values):
        return self.const(values, np.int64)

    def input(self, name, shape, dtype=F32):
        self.inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, at, name, shape):
        self.op("Identity", at, out=name)
        self.outputs.append(helper.make_tensor_value_info(name, F32, shape))

    def part(self, at, start, end, axis):
        return self.op("Slice", at, self.ints(start), self.ints(end), self.ints(axis))

    def resize(self, at, sizes):
        """Bilinear at half-pixel centres, edges repeated: F.interpolate(…, align_corners=False)."""
        return self.op("Resize", at, "", "", sizes, mode="linear", coordinate_transformation_mode="half_pixel")

    def save(self, path):
        graph = helper.make_graph(self.nodes, path.removesuffix(".onnx"), self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_prompted")
        model.ir_version = 8
        onnx.checker.check_model(model)
        onnx.save(model, path)


def cells(graph, pixels, mix, side):
    """Means over squares of `side` pixels, mixed to differences of colours."""
    mean = graph.op("AveragePool", pixels, kernel_shape=[side, side], strides=[side, side])
    mixed = graph.op("Conv", mean, graph.const(np.reshape(mix, (-1, 3, 1, 1))), kernel_shape=[1, 1], strides=[1, 1],
                     dilations=[1, 1], pads=[0, 0, 0, 0])
    return graph.op("Tanh", mixed)


def encoder(kind):
    graph = Graph()
    width, height = kind.size
    sides = ["height", "width"] if kind.open_size else [height, width]
    pixels = graph.input(kind.image, [1, 3, *sides])
    at = cells(graph, pixels, toy.MIX, toy.CELL)
    rows, columns = height // toy.CELL, width // toy.CELL
    finer = [] if not kind.finer else [(cells(graph, pixels, toy.FINE, side), side) for side in (2, 4)]
    for index, (fine, side) in enumerate(finer):
        graph.output(fine, f"high_res_feats_{index}", [1, 1, height // side, width // side])
    shape = [1, len(toy.MIX), "rows", "columns"] if kind.open_size else [1, len(toy.MIX), rows, columns]
    graph.output(at, kind.embedding_out, shape)
    graph.save(f"{kind.name}.encoder.onnx")


def decoder(kind, name=None, nan=False, channels=len(toy.MIX)):
    graph = Graph()
    width, height = kind.size
    rows, columns = height // toy.CELL, width // toy.CELL
    embedding = graph.input(kind.embedding_in, [1, channels, rows, columns])
    finer = [graph.input(f"high_res_feats_{i}", [1, 1, height // s, width // s])
             for i, s in enumerate((2, 4))] if kind.finer else []
    count = "num_points"
    if kind.batched:
        at = graph.input("batched_point_coords", [1, "num_queries", count, 2])
        places = graph.op("Reshape", at, graph.ints(-1, 2))
        labels = graph.op("Reshape", graph.input("batched_point_labels", [1, "num_queries", count]), graph.ints(-1, 1))
    else:
        batch = "num_labels" if kind.finer else 1
        places = graph.op("Reshape", graph.input("point_coords", [batch, count, 2]), graph.ints(-1, 2))
        label_type = I32 if kind.finer else F32
        labels = graph.input("point_labels", [batch, count], label_type)
        if kind.finer:
            labels = graph.op("Cast", labels, to=F32)
        labels = graph.op("Reshape", labels, graph.ints(-1, 1))
    low = likeness(graph, embedding, places, labels, rows, columns)
    low = graph.resize(low, graph.ints(1, 1, rows * 4, columns * 4))
    for fine in finer:
        fine = graph.resize(fine, graph.ints(1, 1, rows * 4, columns * 4))
        low = graph.op("Add", low, graph.op("Mul", fine, graph.const(toy.FINE_GAIN)))
    if not kind.batched:
        mask = graph.input("mask_input", [1, 1, rows * 4, columns * 4])
        has = graph.input("has_mask_input", [1])
        mask = graph.op("Mul", graph.op("Mul", graph.op("Tanh", mask), graph.const(toy.MASK_GAIN)), has)
        low = graph.op("Add", low, mask)
    offsets = np.reshape(toy.OFFSETS[kind.masks], (1, -1, 1, 1))
    low = graph.op("Add", low, graph.const(offsets))
    sure = graph.op("Tanh", graph.op("Mul", graph.op("Abs", low), graph.const(toy.SURENESS)))
    scores = graph.op("ReduceMean", sure, axes=[2, 3], keepdims=0)
    if nan:
        zero = graph.op("Sub", low, low)
        low = graph.op("Div", zero, zero)
    full, shape = low, [1, kind.masks, "height", "width"]
    if kind.sized:
        full = sized(graph, low, kind, width, height)
    if kind.batched:
        graph.output(graph.op("Unsqueeze", full, graph.ints(0)), "output_masks", [1, "num_queries", *shape[1:]])
        graph.output(graph.op("Unsqueeze", scores, graph.ints(0)), "iou_predictions", [1, "num_queries", kind.masks])
    else:
        graph.output(full, "masks", shape)
        graph.output(scores, "iou_predictions", [1, kind.masks])
        if kind.sized:
            graph.output(low, "low_res_masks", [1, kind.masks, rows * 4, columns * 4])
    graph.save(name or f"{kind.name}.decoder.onnx")


def flagged(graph, labels, label):
    """1 where the label is this one, else 0."""
    off = graph.op("Abs", graph.op("Sub", labels, graph.const(label)))
    return graph.op("Relu", graph.op("Sub", graph.const(1.0), off))


def likeness(graph, embedding, places, labels, rows, columns):
    """Logits [1, 1, rows, columns] of the cells."""
    cell = graph.op("Mul", graph.op("Add", places, graph.const(0.5)), graph.const(1.0 / toy.CELL))
    # The corners of a box: as limits, and their middle as one more point that adds.
    first, second = flagged(graph, labels, 2.0), flagged(graph, labels, 3.0)
    has_box = graph.op("ReduceMax", first, axes=[0], keepdims=1)
    corner = {}
    for name, flag in (("low", first), ("high", second)):
        corner[name] = graph.op("ReduceSum", graph.op("Mul", cell, flag), graph.ints(0), keepdims=1)
    middle = graph.op("Mul", graph.op("Add", corner["low"], corner["high"]), graph.const(0.5))
    all_places = graph.op("Concat", cell, middle, axis=0)
    adds = graph.op("Concat", flagged(graph, labels, 1.0), has_box, axis=0)
    removes = graph.op("Concat", flagged(graph, labels, 0.0), graph.op("Mul", has_box, graph.const(0.0)), axis=0)
    # Features under the points: cells weighted by their distance.
    grid = graph.const(np.stack([np.tile(np.arange(columns) + 0.5, rows), np.repeat(np.arange(rows) + 0.5, columns)]))
    x = graph.op("Sub", graph.part(all_places, 0, 1, 1), graph.part(grid, 0, 1, 0))
    y = graph.op("Sub", graph.part(all_places, 1, 2, 1), graph.part(grid, 1, 2, 0))
    apart = graph.op("Add", graph.op("Mul", x, x), graph.op("Mul", y, y))
    weights = graph.op("Softmax", graph.op("Mul", apart, graph.const(-1.0 / toy.SPREAD)), axis=1)
    features = graph.op("Transpose", graph.op("Reshape", embedding, graph.ints(-1, rows * columns)), perm=[1, 0])
    under = graph.op("MatMul", weights, features)
    off = graph.op("Sub", graph.op("Unsqueeze", under, graph.ints(1)), graph.op("Unsqueeze", features, graph.ints(0)))
    off = graph.op("ReduceSum", graph.op("Mul", off, off), graph.ints(2), keepdims=0)
    like = graph.op("Exp", graph.op("Mul", off, graph.const(-toy.STRICTNESS)))
    most = {name: graph.op("ReduceMax", graph.op("Mul", like, flag), axes=[0], keepdims=1)
            for name, flag in (("adds", adds), ("removes", removes))}
    logits = graph.op("Sub", graph.op("Sub", most["adds"], most["removes"]), graph.const(0.5))
    # Outside a box the logit is at most the distance to it, which is negative; without one it has no limit.
    inside = None
    for axis in (0, 1):
        at = graph.part(grid, axis, axis + 1, 0)
        for name, sign in (("low", 1.0), ("high", -1.0)):
            edge = graph.part(corner[name], axis, axis + 1, 1)
            side = graph.op("Mul", graph.op("Sub", at, edge), graph.const(sign))
            inside = side if inside is None else graph.op("Min", inside, side)
    free = graph.op("Mul", graph.op("Sub", graph.const(1.0), has_box), graph.const(1000.0))
    limit = graph.op("Add", graph.op("Mul", inside, has_box), free)
    return graph.op("Reshape", graph.op("Min", logits, limit), graph.ints(1, 1, rows, columns))


def sized(graph, low, kind, width, height):
    """The masks at the size that is asked for, as SamOnnxModel and EfficientSAM bring them to it."""
    asked = graph.input("orig_im_size", [2], I64 if kind.batched else F32)
    whole = asked if kind.batched else graph.op("Cast", asked, to=I64)
    ones = graph.ints(1, kind.masks)
    target = graph.op("Concat", ones, whole, axis=0)
    if kind.batched:
        return graph.resize(low, target)
    assert width == height, "Segment Anything's input is square"
    full = graph.resize(low, graph.ints(1, kind.masks, height, width))
    longest = graph.op("ReduceMax", asked, axes=[0], keepdims=1)
    scaled = graph.op("Div", graph.op("Mul", asked, graph.const([float(width)])), longest)
    cut = graph.op("Cast", graph.op("Floor", graph.op("Add", scaled, graph.const(0.5))), to=I64)
    return graph.resize(graph.op("Slice", full, graph.ints(0, 0), cut, graph.ints(2, 3)), target)


def card(kind):
    lines = [f"{key} = {json.dumps(value)}" for key, value in kind.input.items()]
    text = "\n".join(["[input]", *lines, "", "[prompted]", f'decoder = "{kind.name}.decoder.onnx"', ""])
    with open(f"{kind.name}.encoder.toml", "w", encoding="utf-8") as f:
        f.write(text)


def run(kind, image, prompt, mask_input):
    """The pair under ONNX Runtime, prompted as the exports' own examples do."""
    pixels, scale = toy.pixels(image, kind)
    enc = onnxruntime.InferenceSession(f"{kind.name}.encoder.onnx", providers=["CPUExecutionProvider"])
    dec = onnxruntime.InferenceSession(f"{kind.name}.decoder.onnx", providers=["CPUExecutionProvider"])
    given = dict(zip([o.name for o in enc.get_outputs()], enc.run(None, {kind.image: pixels.astype(np.float32)})))
    given[kind.embedding_in] = given[kind.embedding_out]
    places, labels = toy.tokens(prompt, scale, kind)
    lead = (1, 1) if kind.batched else (1,)
    asked = kind.size[::-1] if kind.batched else image.shape[:2]
    feeds = {"orig_im_size": np.array(asked), "mask_input": mask_input[None, None],
             "has_mask_input": np.array([float(np.any(mask_input))]), **given}
    for name, value in (("point_coords", places), ("point_labels", labels)):
        feeds[f"batched_{name}" if kind.batched else name] = value.reshape(*lead, *value.shape)
    types = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32}
    feeds = {i.name: np.asarray(feeds[i.name]).astype(types[i.type]) for i in dec.get_inputs()}
    return dict(zip([o.name for o in dec.get_outputs()], dec.run(None, feeds)))


def check(what, found, expect, tolerance):
    found = np.asarray(found, np.float64).reshape(np.shape(expect))
    worst = np.abs(found - expect).max()
    assert worst < tolerance, f"{what}: ONNX Runtime is {worst} off"


def case(kind, size, prompt, chain):
    """One prompt, or two where the first one's mask is given back with it."""
    image = toy.picture(*size)
    earlier = np.zeros((kind.size[1] // 2, kind.size[0] // 2))
    if chain:
        earlier = toy.answer(kind, image, {"points": prompt["points"][:1]}, earlier)["low"]
    answer = toy.answer(kind, image, prompt, earlier)
    found = run(kind, image, prompt, earlier)
    check("scores", found["iou_predictions"], answer["scores"], 1e-5)
    check("masks", found["output_masks" if kind.batched else "masks"], answer["planes"], 1e-4)
    what = f"{kind.name} {size} {prompt}"
    ranked = sorted(answer["considered"])
    assert len(ranked) < 2 or ranked[-1] - ranked[-2] > 1e-3, f"{what}: two masks are about as good, {answer['scores']}"
    mask = answer["mask"]
    near = np.abs(answer["logits"] - toy.THRESHOLD) < 1e-4
    assert near.mean() < 0.001, f"{what}: {near.sum()} pixels hang on the last bit"
    if prompt.get("empty"):
        assert not mask.any(), f"{what}: not empty"
    else:
        assert 0.03 < mask.mean() < 0.9, f"{what}: {mask.mean():.3f} of the image is hardly a test"
    return {"pair": kind.name, "image": list(size), "points": prompt.get("points", []), "bbox": prompt.get("bbox"),
            "chain": chain, "score": round(float(answer["score"]), 8), "index": int(answer["index"]),
            "mask": {"size": list(mask.shape), "counts": toy.rle(mask)} if mask.any() else None}


def wrong_pairs():
    """Pairs that do not fit, a reason each; the Rust tests write their cards."""
    square = toy.KINDS["square"]
    decoder(square, "nan.decoder.onnx", nan=True)
    decoder(square, "five_channels.decoder.onnx", channels=5)
    graph = Graph()
    places = graph.input("point_coords", ["num_points", 2])
    labels = graph.input("point_labels", ["num_points"])
    graph.input("image_embeddings", [1, 4, 8, 8])
    graph.output(places, "masks", ["num_points", 2])
    graph.output(labels, "iou_predictions", ["num_points"])
    graph.save("flat_points.decoder.onnx")
    graph = Graph()
    graph.output(graph.op("Relu", graph.input("images", [1, 3, 64, 64])), "detections", [1, 3, 64, 64])
    graph.save("no_sam.onnx")


def main():
    cases = []
    for kind in toy.KINDS.values():
        encoder(kind)
        decoder(kind)
        card(kind)
        cases += [case(kind, size, prompt, chain) for size, prompt, chain in toy.cases(kind)]
    wrong_pairs()
    names = sorted(f"{kind.name}.{part}.onnx" for kind in toy.KINDS.values() for part in ("encoder", "decoder"))
    digests = {name: hashlib.sha256(open(name, "rb").read()).hexdigest() for name in names}
    with open("expected.json", "w", encoding="utf-8") as f:
        f.write('{"onnxruntime":' + json.dumps(onnxruntime.__version__) + ',"sha256":' + json.dumps(digests))
        f.write(',"cases":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]}\n")
    for name in toy.KINDS:
        print(name, "masks", [c["index"] for c in cases if c["pair"] == name], file=sys.stderr)


if __name__ == "__main__":
    main()
