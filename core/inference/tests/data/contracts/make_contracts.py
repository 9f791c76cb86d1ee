"""Writes the small models of this folder, their contracts and expected.json, what numpy reads from their outputs.

Needs numpy, onnx, onnxruntime, opencv-python-headless and shapely (the files here were written with numpy 2.4.6,
onnx 1.23.2, onnxruntime 1.32.0, OpenCV 5.0.0 and shapely 2.2.0). Run it in this folder:
    python make_contracts.py
ONNX Runtime computes the outputs; everything before and after is written anew in reference.py and families.py.
"""

import hashlib
import json
import sys
import tomllib

import numpy as np
import onnxruntime

from cases_more import CASES
from families import read
from graphs import NUMPY
from reference import DEFAULT_INPUT, Margins, rle, tensor

# `even` images scale alike on both axes of the letterboxes here, `cover` ones lose an even number of pixels.
SIZES = {"uneven": [(100, 60), (50, 80)], "even": [(120, 60), (60, 120)], "cover": [(100, 60), (50, 80)]}


def synthetic(width, height):
    """The image of make_letterbox.py."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 11 * 3 + (x + 2 * y + c) % 5 * 17) % 256).astype(np.uint8)


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value)


def contract(description):
    """A description as TOML: plain keys first, then tables."""
    lines = []

    def table(path, entries):
        if path:
            lines.extend(["", f"[{path}]"])
        lines.extend(f"{key} = {toml(value)}" for key, value in entries.items() if not isinstance(value, dict))
        for key, value in entries.items():
            if isinstance(value, dict):
                table(f"{path}.{key}" if path else key, value)
    table("", description)
    text = "\n".join(lines) + "\n"
    assert tomllib.loads(text) == description
    return text


def run(path, graph, description, spec, image, options, margins):
    element = NUMPY[graph.dtype]
    pixels, fit = tensor(image, (graph.width, graph.height), spec, element)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {"images": pixels})
    out = {n: v.astype(np.int64 if v.dtype.kind in "iu" else np.float64) for n, v in zip(names, values)}
    classes = len(description.get("classes", {}).get("names", []))
    return read(description["family"], out, description.get("output", {}), classes, fit, options, margins)


def numbers(values):
    return [round(float(v), 7) for v in values]


def written(reading, size):
    """A reading as it stands in expected.json."""
    objects = []
    for o in reading["objects"]:
        item = {"bbox": numbers(o["bbox"]), "class": o["class"], "score": round(o["score"], 8),
                "class_scores": numbers(o["class_scores"])}
        if "turned" in o:
            item["rotated"] = numbers(o["turned"])
        if "mask" in o:
            item["mask"] = {"size": size[::-1], "counts": rle(o["mask"])}
        if "spread" in o:
            item |= {"spread": numbers(o["spread"]), "localisation": round(float(o["localisation"]), 8)}
        objects.append(item)
    return {"objects": objects} | {key: reading[key] and numbers(reading[key]) for key in ("classes", "embedding")}


def far_apart(a, b):
    """Whether two readings differ by more than any tolerance."""
    if len(a["objects"]) != len(b["objects"]):
        return True
    pairs = [(x, y) for key in ("classes", "embedding") if a[key] for x, y in zip(a[key], b[key])]
    for x, y in zip(a["objects"], b["objects"]):
        if "mask" in x and (x["mask"] != y["mask"]).mean() > 0.005:
            return True
        pairs += [(x["score"], y["score"]), *((p / 10, q / 10) for p, q in zip(x["bbox"], y["bbox"]))]
    return max(abs(x - y) for x, y in pairs) > 1e-3


WITHOUT_OBJECTS = ("classification", "embedding")
SUPPRESSED = ("yolov5", "yolov8", "yolox", "gfl", "anchors")
OTHER = {"fit": ["letterbox", "letterbox-top-left", "stretch", "cover"], "colour": ["rgb", "bgr"], "pad": [114, 0],
         "scale": [1 / 255, 1 / 200, 1.0, 1.1], "mean": [[0.1, 0.0, 0.0]], "std": [[0.9, 1.0, 1.0]]}


def what_does_not_matter(path, graph, description, images, options, readings):
    """Each key of [input], read wrongly, must change the reading of at least one image; else what does not."""
    spec = description["input"]
    for key, values in OTHER.items():
        right = (DEFAULT_INPUT | spec)[key]
        if key == "pad" and not spec.get("fit", "letterbox").startswith("letterbox") or right == "grey":
            continue
        for value in (v for v in values if v != right):
            if key in ("mean", "std"):
                value = [v * 100 for v in value] if spec.get("scale", 0) == 1.0 else value
            changed = False
            for image, reading in zip(images, readings):
                try:
                    with np.errstate(all="ignore"):
                        other = run(path, graph, description, spec | {key: value}, image, options, Margins(0, 0))
                    changed = changed or far_apart(reading, other)
                except AssertionError:  # a case that the document leaves open
                    changed = True
            if not changed:
                return f"{path} does not see {key} = {value}"
    return None


def make(name, build, sizes):
    """Tries seeds until no decision of any image is a close one; returns the cases."""
    for seed in range(400):
        graph, description, options = build(seed)
        options = {"score_threshold": 0.3, "nms_iou": 0.45, "max_detections": 300} | options
        tolerance = options.pop("tolerance", {"box": 1e-3, "score": 1e-4})
        least = options.pop("objects", 3)
        path = f"{name}.onnx"
        graph.save(path)
        images = [synthetic(*size) for size in sizes]
        margins = Margins(2 * tolerance["score"], 1e-3 if tolerance["box"] < 0.01 else 2e-2)
        readings = [run(path, graph, description, description["input"], i, options, margins) for i in images]
        few = (description["family"] in SUPPRESSED and margins.suppressed == 0
               or description["family"] not in WITHOUT_OBJECTS and min(len(r["objects"]) for r in readings) < least)
        unseen = None
        if not margins.found and not few:
            unseen = what_does_not_matter(path, graph, description, images, options, readings)
            if unseen is None:
                break
    else:
        raise AssertionError(f"{name}: no seed will do: {margins.found[:5]}, {unseen}, "
                             f"{[len(r['objects']) for r in readings]} objects")
    with open(f"{name}.toml", "w", encoding="utf-8") as f:
        f.write(contract(description))
    with open(path, "rb") as f:
        data = f.read()
    print(f"{name}: seed {seed}, {len(data)} bytes, {[len(r['objects']) for r in readings]} objects", file=sys.stderr)
    return [{"model": path, "sha256": hashlib.sha256(data).hexdigest(), "image": list(size), "options": options,
             "tolerance": tolerance, "classes_named": description.get("classes", {}).get("names", [])}
            | written(reading, list(size)) for size, reading in zip(sizes, readings)]


def main():
    cases = []
    for name, (build, sizes) in CASES.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        cases += make(name, build, SIZES[sizes])
    if sys.argv[1:]:
        return
    with open("expected.json", "w", encoding="utf-8") as f:
        f.write('{"onnxruntime":' + json.dumps(onnxruntime.__version__) + ',"cases":[\n')
        f.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        f.write("\n]}\n")


if __name__ == "__main__":
    main()
