"""Writes agreement.json: what other packages say about matchings, coefficients of agreement and consensus.

pip install numpy scipy statsmodels scikit-learn krippendorff==0.9.0 irrCAC==0.4.4 crowd-kit SimpleITK pandas
python make_agreement.py > agreement.json

Everything random comes from splitmix64, which the tests repeat; tables are strings with "." for a missing rating.
"""
import json
import sys
from importlib.metadata import version

import numpy as np
from scipy.optimize import linear_sum_assignment

MASK = (1 << 64) - 1


class Splitmix:
    """Steele, Lea & Flood 2014; the state is the seed."""

    def __init__(self, seed):
        self.state = seed

    def word(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def unit(self):
        return (self.word() >> 11) * 2.0**-53

    def below(self, n):
        return int(self.unit() * n)


def assignment():
    """Totals of the heaviest matchings: entries below tau are no candidates."""
    cases = []
    for seed, rows, columns, tau in [
        (1, 5, 5, 0.5), (2, 20, 30, 0.5), (3, 40, 25, 0.9), (4, 100, 100, 0.0), (5, 200, 200, 0.8),
        (6, 300, 120, 0.5), (7, 400, 400, 0.0), (8, 250, 250, 0.98),
    ]:
        draw = Splitmix(seed)
        weights = np.array([[draw.unit() for _ in range(columns)] for _ in range(rows)])
        weights[weights < tau] = 0.0
        i, j = linear_sum_assignment(weights, maximize=True)
        cases.append({"seed": seed, "rows": rows, "columns": columns, "tau": tau, "total": float(weights[i, j].sum())})
    return cases


def boxes_of(draw, count, spread, side):
    corner = [(draw.unit() * spread, draw.unit() * spread, draw.unit(), draw.unit()) for _ in range(count)]
    return np.array([(x, y, x + side * (0.5 + w), y + side * (0.5 + h)) for x, y, w, h in corner])


def iou(a, b):
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = lambda r: (r[:, 2] - r[:, 0]) * (r[:, 3] - r[:, 1])
    return shared / (area(a)[:, None] + area(b)[None, :] - shared)


def box_matching():
    """Candidates and largest total IoU of boxes, from sparse to wholly entangled."""
    cases = []
    for seed, a, b, spread, side, tau in [
        (11, 50, 60, 400.0, 40.0, 0.3), (12, 300, 280, 2000.0, 60.0, 0.5), (13, 200, 200, 60.0, 60.0, 0.5),
        (14, 150, 300, 8.0, 100.0, 0.4), (15, 80, 80, 1e6, 10.0, 0.5),
    ]:
        draw = Splitmix(seed)
        first, second = boxes_of(draw, a, spread, side), boxes_of(draw, b, spread, side)
        overlap = iou(first, second)
        overlap[overlap < tau] = 0.0
        i, j = linear_sum_assignment(overlap, maximize=True)
        cases.append({"seed": seed, "a": a, "b": b, "spread": spread, "side": side, "tau": tau,
                      "candidates": int((overlap > 0).sum()), "total": float(overlap[i, j].sum())})
    return cases


def random_tables():
    """Units x raters, drawn around a true category; strings of one row a unit."""
    for seed, units, raters, categories, missing, noise in [
        (21, 12, 2, 2, 0.0, 0.2), (22, 30, 3, 3, 0.0, 0.3), (23, 40, 5, 4, 0.3, 0.3), (24, 200, 4, 9, 0.5, 0.4),
        (25, 25, 6, 5, 0.0, 0.6), (26, 15, 2, 4, 0.3, 0.0), (27, 60, 8, 3, 0.7, 0.5), (28, 8, 3, 2, 0.2, 0.9),
    ]:
        draw = Splitmix(seed)
        rows = []
        for _ in range(units):
            truth = draw.below(categories)
            row = [str(draw.below(categories) if draw.unit() < noise else truth) for _ in range(raters)]
            rows.append("".join("." if draw.unit() < missing else rating for rating in row))
        yield rows, raters, categories


def coefficients():
    import krippendorff
    import pandas as pd
    from irrCAC.raw import CAC
    from statsmodels.stats.inter_rater import fleiss_kappa

    cases = []
    for rows, raters, categories in random_tables():
        cells = np.array([[np.nan if c == "." else float(c) for c in row] for row in rows])
        case = {"rows": rows, "raters": raters, "categories": categories}
        for level in ["nominal", "ordinal", "interval"]:
            case[level] = float(krippendorff.alpha(reliability_data=cells.T, level_of_measurement=level))
        # Values that no rank would give: category c stands for c^2 + 0.5.
        case["interval_of_squares"] = float(krippendorff.alpha(cells.T**2 + 0.5, level_of_measurement="interval"))
        case["ratio_of_squares"] = float(krippendorff.alpha(cells.T**2 + 0.5, level_of_measurement="ratio"))
        seen = cells[~np.isnan(cells).all(axis=1)]
        gwet = CAC(pd.DataFrame(seen), digits=17).gwet()["est"]
        case.update(ac1=float(gwet["coefficient_value"]), ac1_se=float(gwet["se"]), p_o=float(gwet["pa"]),
                    ac1_ci=[float(end) for end in gwet["confidence_interval"]], seen=len(seen))
        if not np.isnan(cells).any():
            counts = np.array([[(row == c).sum() for c in range(categories)] for row in cells])
            case["fleiss"] = float(fleiss_kappa(counts, method="fleiss"))
            case["randolph"] = float(fleiss_kappa(counts, method="randolph"))
        cases.append(case)
    return cases


def dawid_skene():
    """Posteriors after a fixed number of iterations; rows of opinions as in random_tables."""
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    cases = []
    for seed, items, annotators, classes, missing, noise, iterations in [
        (31, 30, 4, 3, 0.2, 0.3, 1), (32, 60, 5, 4, 0.4, 0.3, 5), (33, 40, 3, 2, 0.0, 0.2, 12), (34, 80, 8, 5, 0.5, 0.4, 30),
    ]:
        draw = Splitmix(seed)
        rows = []
        for _ in range(items):
            truth = draw.below(classes)
            row = [str(draw.below(classes) if draw.unit() < noise else truth) for _ in range(annotators)]
            row = ["." if draw.unit() < missing else answer for answer in row]
            rows.append("".join(row) if any(answer != "." for answer in row) else "0" + "." * (annotators - 1))
        data = pd.DataFrame([(i, a, int(answer)) for i, row in enumerate(rows) for a, answer in enumerate(row)
                             if answer != "."], columns=["task", "worker", "label"])
        fitted = DawidSkene(n_iter=iterations, tol=-np.inf).fit(data)
        posterior = fitted.probas_.sort_index()[sorted(fitted.probas_.columns)]
        assert list(posterior.columns) == list(range(classes))
        assert data.groupby("worker").label.nunique().eq(classes).all()
        cases.append({"rows": rows, "annotators": annotators, "classes": classes, "iterations": iterations,
                      "posterior": [[round(float(p), 12) for p in row] for row in posterior.to_numpy()]})
    return cases


def staple():
    """A disc seen by raters who shift it and add noise, 24 x 24 pixels, drawn with splitmix64."""
    import SimpleITK as sitk

    cases = []
    for seed, raters, noise in [(41, 3, 0.05), (42, 5, 0.1), (43, 7, 0.2)]:
        draw = Splitmix(seed)
        masks = []
        for _ in range(raters):
            dx, dy = draw.below(5) - 2, draw.below(5) - 2
            masks.append([int(((x - 12 - dx) ** 2 + (y - 11 - dy) ** 2 < 40) != (draw.unit() < noise))
                          for y in range(24) for x in range(24)])
        filter = sitk.STAPLEImageFilter()
        filter.SetForegroundValue(1)
        images = [sitk.GetImageFromArray(np.array(mask, dtype=np.uint8).reshape(24, 24)) for mask in masks]
        weights = sitk.GetArrayFromImage(filter.Execute(images)).ravel()
        cases.append({"seed": seed, "raters": raters, "noise": noise, "sensitivity": list(filter.GetSensitivity()),
                      "specificity": list(filter.GetSpecificity()), "sum": float(weights.sum()),
                      "mask": "".join("1" if w >= 0.5 else "0" for w in weights)})
    return cases


SECTIONS = {"assignment": assignment, "box_matching": box_matching, "coefficients": coefficients,
            "dawid_skene": dawid_skene, "staple": staple}

if __name__ == "__main__":
    packages = ["numpy", "scipy", "statsmodels", "scikit-learn", "krippendorff", "irrCAC", "crowd-kit", "SimpleITK"]
    made = {"made_by": "make_agreement.py", "packages": {name: version(name) for name in packages}}
    made.update({name: section() for name, section in SECTIONS.items()})
    lines = [f'"{key}": ' + (json.dumps(value) if not isinstance(value, list) else
             "[\n" + ",\n".join("  " + json.dumps(entry) for entry in value) + "\n]") for key, value in made.items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")
