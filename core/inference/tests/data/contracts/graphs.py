"""Builds the small ONNX graphs of make_contracts.py: every output is a constant plus a term linear in the pixels."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

NUMPY = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.INT64: np.int64,
         TensorProto.UINT8: np.uint8}


class Graph:
    """A graph under construction. Tensors are named by their producers; methods return names."""

    def __init__(self, size, middle, spread, layout="nchw", dtype=TensorProto.FLOAT, batch=1, channels=3,
                 open_size=False, seed=0):
        """`middle` and `spread`: what an input value is brought to about -1..1 with, a list a channel."""
        self.width, self.height = size
        self.layout, self.dtype, self.batch, self.channels = layout, dtype, batch, channels
        self.nodes, self.weights, self.outputs = [], [], []
        self.rng = np.random.default_rng(seed)
        sides = ["height", "width"] if open_size else [self.height, self.width]
        shape = [batch, channels, *sides] if layout == "nchw" else [batch, *sides, channels]
        self.input = helper.make_tensor_value_info("images", dtype, shape)
        at = "images"
        if dtype != TensorProto.FLOAT:
            at = self.op("Cast", [at], to=TensorProto.FLOAT)
        if layout == "nhwc":
            at = self.op("Transpose", [at], perm=[0, 3, 1, 2])
        per_channel = (1, channels, 1, 1)
        at = self.op("Sub", [at, self.const(np.reshape(middle, per_channel))])
        self.pixels = self.op("Mul", [at, self.const(1.0 / np.reshape(spread, per_channel))])

    def op(self, kind, inputs, name=None, **attributes):
        name = name or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def const(self, array, dtype=TensorProto.FLOAT):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, NUMPY[dtype]), name))
        return name

    def cells(self, stride):
        """Rows and columns of the grid of a stride: the last cell may reach beyond the input."""
        return -(-self.height // stride), -(-self.width // stride)

    def rows(self, stride, base, gain):
        """`[B, R, gh, gw]`: `base` (that shape without B) plus `gain[r]` times a mix of the channels of each cell."""
        gh, gw = self.cells(stride)
        below, right = gh * stride - self.height, gw * stride - self.width
        cells = self.op("AveragePool", [self.pixels], kernel_shape=[stride, stride], strides=[stride, stride],
                        pads=[0, 0, below, right], count_include_pad=1)
        base = np.broadcast_to(base, (len(gain), gh, gw))
        mix = self.rng.normal(0.0, 1.0, (len(gain), self.channels)) * np.reshape(gain, (-1, 1)) * min(stride / 8, 2)
        part = self.op("Conv", [cells, self.const(mix[:, :, None, None])], kernel_shape=[1, 1], strides=[1, 1],
                       dilations=[1, 1], pads=[0, 0, 0, 0])
        return self.op("Add", [part, self.const(base[None])])

    def flat(self, at, rows):
        """`[B, R, gh, gw]` to `[B, R, N]`."""
        return self.op("Reshape", [at, self.const([0, rows, -1], TensorProto.INT64)])

    def listed(self, at, columns):
        """`[B, A * K, gh, gw]` to `[B, gh * gw * A, K]`: cells row by row, the anchors of a cell side by side."""
        at = self.op("Transpose", [at], perm=[0, 2, 3, 1])
        return self.op("Reshape", [at, self.const([0, -1, columns], TensorProto.INT64)])

    def part(self, at, start, end, axis=1):
        i64 = [self.const([value], TensorProto.INT64) for value in (start, end, axis)]
        return self.op("Slice", [at, *i64])

    def sigmoid(self, at):
        return self.op("Sigmoid", [at])

    def join(self, tensors, axis):
        return self.op("Concat", tensors, axis=axis) if len(tensors) > 1 else tensors[0]

    def out(self, at, name, shape, dtype=TensorProto.FLOAT):
        """Makes a tensor an output; `shape` as it stands in the file."""
        if dtype == TensorProto.FLOAT:
            self.op("Identity", [at], name)
        else:
            self.op("Cast", [at], name, to=dtype)
        shape = [side if isinstance(side, str) else int(side) for side in shape]
        self.outputs.append(helper.make_tensor_value_info(name, dtype, shape))

    def save(self, path):
        graph = helper.make_graph(self.nodes, "contract", [self.input], self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_contracts")
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, path)
