"""Trains, exports and evaluates the detector of the sample project.

    python train.py fit DATA --out model.onnx [--epochs 22]
    python train.py evaluate DATA --model model.onnx

DATA is a folder that `conveyor export` has written. `fit` learns from all but the last 100 scenes, watches the loss on
those, and writes an ONNX file whose outputs are laid out like YOLOv8's, with a second output of features.
"""

import argparse
import contextlib
import csv
import io
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

NAMES = ["bolt", "nut", "washer", "gear", "spring"]
INPUT = 320
PAD = 114
STRIDES = (8, 16)
# Largest side that a cell of each stride can answer is four times this, in input pixels.
BASES = (24.0, 40.0)
# In training the picture fills 240 rows; this many grey rows stay above and below it, as in the letterbox.
MARGIN = 16
SEED = 1000
HELD_OUT = 100


# ---------------------------------------------------------------- data


def load_scene(path):
    """A 640x480 picture halved to 320x240: the mean of four pixels, which is what bilinear halving gives."""
    pixels = np.asarray(Image.open(path).convert("RGB"), dtype=np.uint16)
    return ((pixels[0::2, 0::2] + pixels[0::2, 1::2] + pixels[1::2, 0::2] + pixels[1::2, 1::2] + 2) >> 2).astype(np.uint8)


def load_folder(folder):
    """All pictures as uint8 [n, 240, 320, 3] and their boxes as [k, 5] (class, x1, y1, x2, y2), halved."""
    truth = json.loads((folder / "truth.json").read_text())
    boxes = {image["id"]: [] for image in truth["images"]}
    for a in truth["annotations"]:
        x, y, w, h = a["bbox"]
        boxes[a["image_id"]].append([a["category_id"] - 1, x / 2, y / 2, (x + w) / 2, (y + h) / 2])
    pictures = np.stack([load_scene(folder / "images" / image["file_name"]) for image in truth["images"]])
    return pictures, [np.array(boxes[i["id"]], dtype=np.float32).reshape(-1, 5) for i in truth["images"]]


def varied(image, box, generator):
    """A scene mirrored along either axis and, in half of the cases each, smaller, darker or tinted, or noisier.

    These variations are mild: they stand for lamps that age and cameras that are mounted anew, not for dim light or
    the other camera, which the detector has not learnt.
    """
    height, width = image.shape[:2]
    if generator.random() < 0.5:
        image, box[:, [1, 3]] = image[:, ::-1], width - box[:, [3, 1]]
    if generator.random() < 0.5:
        image, box[:, [2, 4]] = image[::-1], height - box[:, [4, 2]]
    if generator.random() < 0.5:
        small = (int(width * generator.uniform(0.84, 1.0)), int(height * generator.uniform(0.84, 1.0)))
        left, top = generator.integers(width - small[0] + 1), generator.integers(height - small[1] + 1)
        canvas = np.full_like(image, PAD)
        shrunk = Image.fromarray(np.ascontiguousarray(image)).resize(small, Image.Resampling.BILINEAR)
        canvas[top : top + small[1], left : left + small[0]] = np.asarray(shrunk)
        image = canvas
        box[:, 1:] *= np.array([small[0] / width, small[1] / height] * 2, dtype=np.float32)
        box[:, 1:] += np.array([left, top] * 2, dtype=np.float32)
    gain = np.exp(generator.normal(0.0, 0.05, 3))
    if generator.random() < 0.5:
        gain *= generator.uniform(0.6, 1.1)
    image = image * gain.astype(np.float32)
    if generator.random() < 0.5:
        image += generator.standard_normal(image.shape, dtype=np.float32) * np.float32(generator.uniform(0.0, 5.0))
    return image.clip(0.0, 255.0), box


def batch_of(pictures, boxes, order, generator):
    """Images with grey margins as [n, 3, rows, 320] in 0..1, and targets as [n, most, 5], class -1 where there is none."""
    height, width = pictures.shape[1:3]
    images = np.full((len(order), height + 2 * MARGIN, width, 3), PAD, dtype=np.float32)
    most = max(1, max(len(boxes[i]) for i in order))
    targets = np.zeros((len(order), most, 5), dtype=np.float32)
    targets[:, :, 0] = -1
    for slot, i in enumerate(order):
        image, box = pictures[i], boxes[i].copy()
        if generator is not None:
            image, box = varied(image, box, generator)
        images[slot, MARGIN : MARGIN + height] = image
        box[:, [2, 4]] += MARGIN
        targets[slot, : len(box)] = box
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).div(255.0).contiguous(memory_format=torch.channels_last)
    return tensor, torch.from_numpy(targets)


# ---------------------------------------------------------------- network


class Conv(nn.Sequential):
    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Block(nn.Module):
    """Half of the channels pass through residual 3x3 pairs; everything seen on the way is joined at the end."""

    def __init__(self, inputs, outputs, depth):
        super().__init__()
        self.half = outputs // 2
        self.enter = Conv(inputs, outputs, 1)
        self.steps = nn.ModuleList(nn.Sequential(Conv(self.half, self.half), Conv(self.half, self.half)) for _ in range(depth))
        self.leave = Conv(outputs + depth * self.half, outputs, 1)

    def forward(self, x):
        seen = list(self.enter(x).split(self.half, 1))
        for step in self.steps:
            seen.append(seen[-1] + step(seen[-1]))
        return self.leave(torch.cat(seen, 1))


class Head(nn.Module):
    """Four box numbers and a score for each class at every cell."""

    def __init__(self, inputs, width):
        super().__init__()
        self.box = nn.Sequential(Conv(inputs, width), nn.Conv2d(width, 4, 1))
        self.score = nn.Sequential(Conv(inputs, width), nn.Conv2d(width, len(NAMES), 1))
        nn.init.constant_(self.score[1].bias, -math.log(99))

    def forward(self, x):
        return torch.cat([self.box(x), self.score(x)], 1)


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.to_4 = nn.Sequential(Conv(3, 16, 3, 2), Conv(16, 32, 3, 2), Block(32, 32, 1))
        self.to_8 = nn.Sequential(Conv(32, 64, 3, 2), Block(64, 64, 2))
        self.to_16 = nn.Sequential(Conv(64, 128, 3, 2), Block(128, 128, 2))
        self.lateral = Conv(128, 64, 1)
        self.merge_8 = Block(128, 64, 1)
        self.down = Conv(64, 64, 3, 2)
        self.merge_16 = Block(128, 96, 1)
        self.heads = nn.ModuleList([Head(64, 48), Head(96, 48)])

    def forward(self, x):
        """Raw answers of each stride as [n, 9, h, w], and the features that the finer head looks at."""
        at_8 = self.to_8(self.to_4(x))
        at_16 = self.lateral(self.to_16(at_8))
        fine = self.merge_8(torch.cat([at_8, F.interpolate(at_16, scale_factor=2.0, mode="nearest")], 1))
        coarse = self.merge_16(torch.cat([self.down(fine), at_16], 1))
        return [self.heads[0](fine), self.heads[1](coarse)], fine


def cells(height, width, stride):
    """Centres of the cells as [h*w, 2] (x, y), in input pixels."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return (torch.stack([x, y], -1).reshape(-1, 2).float() + 0.5) * stride


def decode(answer, centers, stride, base):
    """Centre and size in input pixels, [n, hw, 4], from raw box numbers [n, hw, 4]."""
    squashed = answer.sigmoid()
    middle = centers + (squashed[..., :2] * 4.0 - 2.0) * stride
    size = squashed[..., 2:] * squashed[..., 2:] * (4.0 * base)
    return torch.cat([middle, size], -1)


def unfold(answers):
    """All cells of all strides: boxes [n, a, 4] (cx, cy, w, h), logits [n, a, classes], centres [a, 2], strides [a]."""
    boxes, logits, centers, strides = [], [], [], []
    for answer, stride, base in zip(answers, STRIDES, BASES):
        n, _, h, w = answer.shape
        flat = answer.flatten(2).transpose(1, 2)
        here = cells(h, w, stride)
        boxes.append(decode(flat[..., :4], here, stride, base))
        logits.append(flat[..., 4:])
        centers.append(here)
        strides.append(torch.full((h * w,), float(stride)))
    return torch.cat(boxes, 1), torch.cat(logits, 1), torch.cat(centers), torch.cat(strides)


class Exported(nn.Module):
    """The network with its answers decoded: output0 [n, 4 + classes, cells] and the features."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector
        for i, stride in enumerate(STRIDES):
            side = INPUT // stride
            self.register_buffer(f"cells_{i}", cells(side, side, stride).t().reshape(1, 2, -1).contiguous())

    def forward(self, images):
        answers, features = self.detector(images)
        parts = []
        for i, (answer, stride, base) in enumerate(zip(answers, STRIDES, BASES)):
            side = INPUT // stride
            squashed = answer.reshape(-1, 4 + len(NAMES), side * side).sigmoid()
            offset, size, scores = squashed.split([2, 2, len(NAMES)], 1)
            middle = (offset * 4.0 - 2.0) * float(stride) + getattr(self, f"cells_{i}")
            parts.append(torch.cat([middle, size * size * (4.0 * base), scores], 1))
        return torch.cat(parts, 2), features


# ---------------------------------------------------------------- loss


def corners(boxes):
    return torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)


def pair_iou(a, b):
    """IoU of corner boxes whose leading shapes broadcast."""
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    area = lambda box: (box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1)
    return shared / (area(a) + area(b) - shared + 1e-7)


@torch.no_grad()
def assign(boxes, logits, centers, strides, targets, top=10):
    """Task-aligned assignment (Feng et al. 2021): which target, if any, each cell should answer, and how surely.

    Returns the target index [n, a] (-1 for none) and the aimed score [n, a].
    """
    gt_class, gt = targets[..., 0].long(), targets[..., 1:]
    real = gt_class >= 0
    overlap = pair_iou(corners(boxes)[:, None], gt[:, :, None])
    scores = logits.sigmoid().transpose(1, 2)
    own = scores.gather(1, gt_class.clamp(min=0)[..., None].expand(-1, -1, scores.shape[2]))
    point = centers[None, None]
    inside = ((point > gt[:, :, None, :2]) & (point < gt[:, :, None, 2:])).all(-1)
    middle = (gt[..., :2] + gt[..., 2:])[:, :, None] / 2
    near = ((point - middle).abs().amax(-1) < strides)
    reach = (gt[..., 2:] - gt[..., :2]).amax(-1)[:, :, None] < 3.9 * torch.where(strides == 8, BASES[0], BASES[1])
    close = (point - middle).abs().amax(-1) < 1.9 * strides
    candidate = (inside & close | near) & reach & real[..., None]
    align = own.sqrt() * overlap.pow(4) * candidate
    chosen = torch.zeros_like(candidate)
    chosen.scatter_(2, align.topk(top, 2).indices, True)
    chosen &= candidate & (align > 0)
    # A cell wanted by several targets answers the one it overlaps most.
    best = torch.where(chosen, overlap, -1.0).max(1)
    index = torch.where(best.values >= 0, best.indices, -1)
    kept = chosen & (index[:, None] == torch.arange(gt.shape[1])[None, :, None])
    align, overlap = align * kept, overlap * kept
    scale = overlap.amax(2, keepdim=True) / (align.amax(2, keepdim=True) + 1e-9)
    aim = (align * scale).amax(1)
    return index, aim


def loss_of(answers, targets):
    boxes, logits, centers, strides = unfold(answers)
    index, aim = assign(boxes.detach(), logits.detach(), centers, strides, targets)
    positive = index >= 0
    wanted = torch.zeros_like(logits)
    row, cell = positive.nonzero(as_tuple=True)
    picked = targets[row, index[row, cell]]
    wanted[row, cell, picked[:, 0].long()] = aim[row, cell]
    total = aim.sum().clamp(min=1.0)
    # Quality focal weighting: easy background counts little.
    weight = (logits.detach().sigmoid() - wanted).abs().pow(1.5)
    class_loss = (F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight).sum() / total
    box, truth = boxes[row, cell], picked[:, 1:]
    mine = corners(box)
    iou = pair_iou(mine, truth)
    hull = torch.maximum(mine[:, 2:], truth[:, 2:]) - torch.minimum(mine[:, :2], truth[:, :2])
    truth_middle, truth_size = (truth[:, :2] + truth[:, 2:]) / 2, truth[:, 2:] - truth[:, :2]
    off = ((box[:, :2] - truth_middle) ** 2).sum(1) / ((hull**2).sum(1) + 1e-7)
    shape = (torch.atan2(truth_size[:, 0], truth_size[:, 1]) - torch.atan2(box[:, 2], box[:, 3] + 1e-7)) ** 2 * 4 / math.pi**2
    alpha = (shape / (1 - iou + shape + 1e-7)).detach()
    box_loss = ((1 - iou + off + alpha * shape) * aim[row, cell]).sum() / total
    return class_loss * 2.0 + box_loss * 2.5, class_loss.detach(), box_loss.detach()


# ---------------------------------------------------------------- training


def blend(average, current, seen):
    """A moving average that forgets the first steps quickly and later looks back over about a hundred."""
    if not torch.is_floating_point(average):
        return current
    return average + (current - average) * torch.clamp(9.0 / (10.0 + seen), min=0.01)


def fit(arguments):
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    generator = np.random.default_rng(SEED)
    pictures, boxes = load_folder(arguments.data)
    learn = np.arange(len(pictures) - HELD_OUT)
    watch = np.arange(len(pictures) - HELD_OUT, len(pictures))
    model = Detector().to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(learn)} scenes", flush=True)
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=blend, use_buffers=True)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=1e-3)
    steps = arguments.epochs * (len(learn) // arguments.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=arguments.rate, total_steps=steps, pct_start=0.08)
    started, step = time.monotonic(), 0
    for epoch in range(arguments.epochs):
        model.train()
        sums = np.zeros(3)
        order = generator.permutation(learn)
        for at in range(0, len(order) - arguments.batch + 1, arguments.batch):
            images, targets = batch_of(pictures, boxes, order[at : at + arguments.batch], generator)
            loss, *parts = loss_of(model(images)[0], targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(model)
            step += 1
            sums += [loss.item(), *(part.item() for part in parts)]
            if step in (10, 40):
                print(f"step {step}/{steps}: {(time.monotonic() - started) / step:.2f} s a step, loss {sums / (at // arguments.batch + 1)}", flush=True)
        seen = len(order) // arguments.batch
        minutes = (time.monotonic() - started) / 60
        print(f"epoch {epoch + 1}: loss {sums / seen}, held out {held_out(average.module, pictures, boxes, watch)}, {minutes:.1f} min", flush=True)
        torch.save(average.module.state_dict(), arguments.out.with_suffix(".pt"))
    write_onnx(average.module, arguments.out)
    print(f"trained in {(time.monotonic() - started) / 60:.1f} min", flush=True)


@torch.no_grad()
def held_out(model, pictures, boxes, watch):
    """Class and box loss on the scenes that training does not see."""
    model.eval()
    sums = np.zeros(3)
    for at in range(0, len(watch), 20):
        images, targets = batch_of(pictures, boxes, watch[at : at + 20], None)
        sums += [float(v) for v in loss_of(model(images)[0], targets)]
    return sums / (len(watch) // 20)


def write_onnx(model, path):
    """Exports with batch normalisation folded into the convolutions."""
    import onnx

    model = Exported(model.to(memory_format=torch.contiguous_format)).eval()
    buffer = io.BytesIO()
    torch.onnx.export(
        model,
        (torch.zeros(1, 3, INPUT, INPUT),),
        buffer,
        dynamo=False,
        opset_version=17,
        do_constant_folding=True,
        input_names=["images"],
        output_names=["output0", "features"],
        dynamic_axes={"images": {0: "batch"}, "output0": {0: "batch"}, "features": {0: "batch"}},
    )
    graph = onnx.load_from_string(buffer.getvalue())
    properties = {
        "description": "Detector of the conveyor sample project: parts on a rendered inspection belt",
        "license": "MIT OR Apache-2.0",
        "task": "detect",
        "stride": str(STRIDES[0]),
        "imgsz": f"[{INPUT}, {INPUT}]",
        "names": "{" + ", ".join(f"{i}: '{name}'" for i, name in enumerate(NAMES)) + "}",
    }
    # The exporter leaves what follows from the input's size as names.
    cells_in_all = sum((INPUT // stride) ** 2 for stride in STRIDES)
    for axis, size in ((1, 4 + len(NAMES)), (2, cells_in_all)):
        graph.graph.output[0].type.tensor_type.shape.dim[axis].dim_value = size
    del graph.metadata_props[:]
    for key, value in properties.items():
        graph.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString(deterministic=True))
    print(f"{path}: {path.stat().st_size} bytes, operators {sorted({node.op_type for node in graph.graph.node})}")


# ---------------------------------------------------------------- evaluation


def suppress(boxes, scores, limit):
    """Greedy non-maximum suppression of corner boxes; indices in order of score."""
    order, kept = scores.argsort(kind="stable")[::-1], []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while len(order):
        first, rest = order[0], order[1:]
        kept.append(first)
        low, high = np.maximum(boxes[first, :2], boxes[rest, :2]), np.minimum(boxes[first, 2:], boxes[rest, 2:])
        shared = np.clip(high - low, 0, None).prod(1)
        order = rest[shared / (area[first] + area[rest] - shared + 1e-9) <= limit]
    return kept


def detect(session, path, least=0.01, limit=0.6, most=100):
    """Detections of one 640x480 picture as (class, x1, y1, x2, y2, score) in its pixels."""
    image = np.full((INPUT, INPUT, 3), PAD, dtype=np.uint8)
    image[40:280] = load_scene(path)
    tensor = (image.astype(np.float32) / 255.0).transpose(2, 0, 1)[None]
    answer = session.run(["output0"], {"images": tensor})[0][0].T
    found = []
    for name in range(len(NAMES)):
        rows = answer[answer[:, 4 + name] >= least]
        boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], 1)
        boxes = (boxes - [0, 40, 0, 40]) * 2
        boxes = np.clip(boxes, 0, [640, 480, 640, 480])
        scores = rows[:, 4 + name]
        found += [(name, *boxes[i], scores[i]) for i in suppress(boxes, scores, limit)]
    return sorted(found, key=lambda d: -d[5])[:most]


def evaluate(arguments):
    import onnxruntime
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
    rows = {row["file"]: row for row in csv.DictReader((arguments.data / "metadata.csv").open())}
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(arguments.data / "truth.json")
    results, groups = [], {"all": []}
    for image in truth.dataset["images"]:
        row = rows[image["file_name"]]
        keys = [f"{row['camera']} {row['lighting']}", f"{row['camera']} {row['lighting']} {row['belt_speed']}"]
        if row["camera"] == "B":
            keys.append(f"B {row['lighting']} firmware {row['firmware']}")
        for key in [*keys, "all"]:
            groups.setdefault(key, []).append(image["id"])
        for name, x1, y1, x2, y2, score in detect(session, arguments.data / "images" / image["file_name"]):
            box = [float(v) for v in (x1, y1, x2 - x1, y2 - y1)]
            results.append({"image_id": image["id"], "category_id": name + 1, "bbox": box, "score": float(score)})
    for key in sorted(groups):
        with contextlib.redirect_stdout(io.StringIO()):
            run = COCOeval(truth, truth.loadRes(results), "bbox")
            run.params.imgIds = groups[key]
            run.evaluate()
            run.accumulate()
            run.summarize()
        at_50 = run.eval["precision"][0, :, :, 0, 2].mean(0)
        per_class = " ".join(f"{name} {value:.3f}" for name, value in zip(NAMES, at_50))
        print(f"| {key} | {len(groups[key])} | {run.stats[1]:.3f} | {run.stats[0]:.3f} | {run.stats[8]:.3f} | {per_class}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("fit")
    command.add_argument("data", type=Path)
    command.add_argument("--out", type=Path, default=Path("model.onnx"))
    command.add_argument("--epochs", type=int, default=22)
    command.add_argument("--batch", type=int, default=24)
    command.add_argument("--rate", type=float, default=4e-3)
    command.add_argument("--threads", type=int, default=1)
    command.set_defaults(run=fit)
    command = commands.add_parser("evaluate")
    command.add_argument("data", type=Path)
    command.add_argument("--model", type=Path, default=Path("model.onnx"))
    command.add_argument("--threads", type=int, default=1)
    command.set_defaults(run=evaluate)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
