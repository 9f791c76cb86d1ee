"""The families of docs/models.md in numpy: how the outputs of a model become candidates."""

import numpy as np

from reference import activate, box_masks, candidates, finish, prototype_masks, sample, softmax, xyxy

# `out` maps the names of the outputs to arrays (float64 or int64), `spec` is [output].


def grid_cells(size, stride):
    """Rows and columns of a level, and the row and the column of every cell."""
    gh, gw = -(-size[1] // stride), -(-size[0] // stride)
    y, x = np.divmod(np.arange(gh * gw), gw)
    return gh * gw, x, y


def yolov5(out, spec, classes, fit, options, margins):
    rows = out[spec.get("boxes", "boxes")][0]
    scores = rows[:, 4:5] * rows[:, 5:5 + classes]
    more = {"coefficients": rows[:, 5 + classes:]} if "prototypes" in spec else {}
    found = candidates(xyxy(*rows[:, :4].T), scores, margins, options["score_threshold"], **more)
    objects = finish(found, fit, options, margins)
    return prototype_masks(objects, out[spec["prototypes"]][0], fit, margins) if more else objects


def yolov8(out, spec, classes, fit, options, margins):
    rows = out[spec.get("boxes", "boxes")][0]
    rows = rows if spec.get("transposed") else rows.T
    more = {}
    if "prototypes" in spec:
        more["coefficients"] = rows[:, 4 + classes:]
    if spec.get("angle"):
        more["turned"] = np.concatenate([rows[:, :4], rows[:, -1:]], 1)
    found = candidates(xyxy(*rows[:, :4].T), rows[:, 4:4 + classes], margins, options["score_threshold"], **more)
    objects = finish(found, fit, options, margins)
    return prototype_masks(objects, out[spec["prototypes"]][0], fit, margins) if "prototypes" in spec else objects


def one_score(found):
    for c in found:
        c["class_scores"] = []
    return found


def yolov10(out, spec, classes, fit, options, margins):
    rows = out[spec.get("boxes", "boxes")][0]
    more = {"label": rows[:, 5]} | ({"coefficients": rows[:, 6:]} if "prototypes" in spec else {})
    found = one_score(candidates(rows[:, :4], rows[:, 4:5], margins, options["score_threshold"], **more))
    for c in found:
        c["class"] = round(float(c.pop("label")))
    objects = finish(found, fit, options, margins, suppress=False)
    return prototype_masks(objects, out[spec["prototypes"]][0], fit, margins) if "prototypes" in spec else objects


def yolox(out, spec, classes, fit, options, margins):
    rows, at, boxes = out[spec.get("boxes", "boxes")][0], 0, []
    for stride in spec.get("strides", [8, 16, 32]):
        count, x, y = grid_cells(fit.size, stride)
        r = rows[at:at + count]
        w, h = np.exp(r[:, 2]), np.exp(r[:, 3])
        boxes.append(xyxy(r[:, 0] + x, r[:, 1] + y, w, h) * stride)
        at += count
    assert at == len(rows)
    found = candidates(np.concatenate(boxes), rows[:, 4:5] * rows[:, 5:], margins, options["score_threshold"])
    return finish(found, fit, options, margins)


def gfl(out, spec, classes, fit, options, margins):
    strides = spec.get("strides", [8, 16, 32])
    if "joined" in spec:
        rows = out[spec["joined"]][0]
        counts = [grid_cells(fit.size, s)[0] for s in (8, 16, 32, 64)]
        if "strides" not in spec and sum(counts) == len(rows):
            strides = [8, 16, 32, 64]
        ends = np.cumsum([grid_cells(fit.size, s)[0] for s in strides])[:-1]
        levels = [(r[:, :classes], r[:, classes:]) for r in np.split(rows, ends)]
    else:
        tensors = [a[0] for a in out.values() if a.ndim == 3]
        levels = []
        for stride in strides:
            ours = [a for a in tensors if len(a) == grid_cells(fit.size, stride)[0]]
            score, distribution = sorted(ours, key=lambda a: a.shape[1] != classes)
            levels.append((score, distribution))
    boxes, scores, spreads, blur = [], [], [], []
    for stride, (score, distribution) in zip(strides, levels):
        count, x, y = grid_cells(fit.size, stride)
        assert len(score) == count
        p = softmax(distribution.reshape(count, 4, -1))
        bins = np.arange(p.shape[2])
        mean = (p * bins).sum(2)
        distance, deviation = mean * stride, np.sqrt((p * (bins - mean[..., None]) ** 2).sum(2)) * stride
        centre = spec.get("centre", 0.5)
        cx, cy = (x + centre) * stride, (y + centre) * stride
        boxes.append(np.stack([cx - distance[:, 0], cy - distance[:, 1], cx + distance[:, 2], cy + distance[:, 3]], 1))
        scores.append(activate(score, spec.get("activation", "none")))
        spreads.append(deviation / np.array([*fit.scale, *fit.scale]))
        blur.append((-(p * np.log(p)).sum(2) / np.log(len(bins))).mean(1))
    found = candidates(np.concatenate(boxes), np.concatenate(scores), margins, options["score_threshold"],
                       spread=np.concatenate(spreads), localisation=np.concatenate(blur))
    return finish(found, fit, options, margins)


def listed(out, spec, classes, fit, options, margins):
    boxes, scores, labels = (out[spec.get(key, key)] for key in ("boxes", "scores", "classes"))
    if boxes.ndim == 3:
        boxes, scores, labels = boxes[0], scores[0], labels[0]
    if "count" in spec:
        count = round(float(out[spec["count"]].reshape(-1)[0]))
        boxes, scores, labels = boxes[:count], scores[:count], labels[:count]
    if spec.get("order") == "yxyx":
        boxes = boxes[:, [1, 0, 3, 2]]
    if spec.get("normalised"):
        boxes = boxes * np.array([*fit.size, *fit.size])
    more = {"label": labels}
    if "masks" in spec:
        grids = out[spec["masks"]]
        more["grid"] = (grids[:, 0] if grids.shape[1] == 1 and len(grids) >= len(boxes) else grids[0])[:len(boxes)]
    found = one_score(candidates(boxes, scores[:, None], margins, options["score_threshold"], **more))
    for c in found:
        c["class"] = round(float(c.pop("label"))) - spec.get("first_class", 0)
    objects = finish(found, fit, options, margins, suppress=False)
    return box_masks(objects, fit, margins) if "masks" in spec else objects


def without_background(p, background):
    return {"none": p, "first": p[..., 1:], "last": p[..., :-1]}[background]


def detr(out, spec, classes, fit, options, margins):
    logits, boxes = out[spec.get("logits", "logits")][0], out[spec.get("boxes", "boxes")][0]
    p = without_background(activate(logits, spec.get("activation", "softmax")), spec.get("background", "last"))
    corners4 = xyxy(*boxes.T) * np.array([*fit.size, *fit.size])
    return finish(candidates(corners4, p, margins, options["score_threshold"]), fit, options, margins, suppress=False)


def anchors(out, spec, classes, fit, options, margins):
    said = spec["anchors"]
    sizes, centre = said["sizes"], said.get("centre", 0.5)
    per_level = sizes if isinstance(sizes[0], list) else [sizes] * len(said["strides"])
    grid = []
    for stride, level in zip(said["strides"], per_level):
        count, x, y = grid_cells(fit.size, stride)
        for cell in range(count):
            for size in level:
                for ratio in said.get("ratios", [1.0]):
                    for scale in said.get("scales", [1.0]):
                        side = size * scale
                        grid.append([(x[cell] + centre) * stride, (y[cell] + centre) * stride,
                                     side / np.sqrt(ratio), side * np.sqrt(ratio), stride])
    ax, ay, aw, ah, s = np.array(grid).T
    d = np.concatenate([out[name][0] for name in spec["boxes"]])
    v = said.get("variances", [1, 1, 1, 1])
    encoding = said.get("encoding", "deltas")
    if encoding == "deltas":
        dx, dy, dw, dh = (d[:, i] * v[i] for i in range(4))
        boxes = xyxy(ax + dx * aw, ay + dy * ah, aw * np.exp(dw), ah * np.exp(dh))
    elif encoding == "pixels":
        boxes = xyxy(ax + d[:, 0], ay + d[:, 1], d[:, 2], d[:, 3])
    else:
        boxes = np.stack([ax - d[:, 0] * s, ay - d[:, 1] * s, ax + d[:, 2] * s, ay + d[:, 3] * s], 1)
    logits = np.concatenate([out[name][0] for name in spec["scores"]])
    p = without_background(activate(logits, spec.get("activation", "sigmoid")), spec.get("background", "none"))
    return finish(candidates(boxes, p, margins, options["score_threshold"]), fit, options, margins)


def semantic(out, spec, classes, fit, options, margins):
    scores = out[spec.get("classes", "classes")][0]
    w, h = fit.image
    xs, ys = fit.centres()
    if scores.ndim == 2:
        gx = np.clip(np.floor(xs * scores.shape[1] / fit.size[0]).astype(int), 0, scores.shape[1] - 1)
        gy = np.clip(np.floor(ys * scores.shape[0] / fit.size[1]).astype(int), 0, scores.shape[0] - 1)
        best, p = scores[gy][:, gx], None
    else:
        scores = scores if scores.shape[0] == classes else scores.transpose(2, 0, 1)
        p = activate(scores, spec.get("activation", "softmax"), axis=0)
        p = sample(p, ys * p.shape[1] / fit.size[1], xs * p.shape[2] / fit.size[0])
        top = np.sort(p, 0)
        gap = np.abs(p[0] - spec.get("threshold", 0.5)) if classes == 1 else top[-1] - top[-2]
        margins.need("pixels", 0.0005 - (gap < 2e-4).mean(), 0.0)
        best = p.argmax(0) if classes > 1 else np.where(p[0] > spec.get("threshold", 0.5), 0, 1)
    objects = []
    for c in range(classes):
        mask = best == c
        if c == spec.get("background") or not mask.any():
            continue
        margins.need("area of the mask", mask.sum(), 40)
        y, x = np.nonzero(mask)
        mean = [] if p is None else [float(v) for v in p[:, mask].mean(1)]
        objects.append({"bbox": [float(x.min()), float(y.min()), x.max() + 1.0, y.max() + 1.0], "class": c,
                        "score": mean[c] if mean else 1.0, "class_scores": mean, "mask": mask})
    return objects


DETECTORS = {f.__name__: f for f in (yolov5, yolov8, yolov10, yolox, gfl, listed, detr, anchors, semantic)}


def read(family, out, spec, classes, fit, options, margins):
    """The whole reading of one image: objects, probabilities of the image's classes, embedding."""
    reading = {"objects": [], "classes": None, "embedding": None}
    if family in DETECTORS:
        reading["objects"] = DETECTORS[family](out, spec, classes, fit, options, margins)
    if family == "classification":
        reading["classes"] = activate(out[spec.get("logits", "logits")][0], spec.get("activation", "softmax")).tolist()
    if "embedding" in spec or family == "embedding":
        reading["embedding"] = out[spec.get("embedding", "embedding")].reshape(-1).tolist()
    return reading
