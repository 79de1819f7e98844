"""Makes the arrays that careerpulse-learn's calibration, curves and label noise are held to.

    python -m venv venv && venv/bin/pip install 'scikit-learn==1.9.1' 'cleanlab==2.9.0' 'numpy==2.4.6'
    venv/bin/python make_calibration.py

Writes calibration.json beside itself. Temperature: scikit-learn's own, where the labels held
off certainty are rows repeated once per class with the label's share as their weight.
"""

import json
from pathlib import Path

import cleanlab
import numpy as np
import sklearn
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.calibration import _TemperatureScaling, calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

assert sklearn.__version__ == "1.9.1", sklearn.__version__
assert cleanlab.__version__ == "2.9.0", cleanlab.__version__
HERE = Path(__file__).parent


def short(values, digits=6):
    """Rounds first, so that both sides start from the same numbers."""
    return np.array([float(f"{v:.{digits}g}") for v in np.ravel(values)]).reshape(np.shape(values))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def margins(rng, rows, classes, signal):
    labels = rng.choice(classes, size=rows, p=rng.dirichlet(np.full(classes, 3.0)))
    z = rng.normal(size=(rows, classes)) - 1.0
    z[np.arange(rows), labels] += signal
    return short(z), labels


def votes(z, k, rng):
    """k neighbours drawn from each row's distribution, so that many votes are exactly 0."""
    drawn = np.array([rng.multinomial(k, p) for p in softmax(2 * z)])
    return short(drawn / k, 12)


def scale(logits, labels):
    rows, classes = logits.shape
    doubt = 1 / (rows + 2)
    weights = np.full((rows, classes), doubt / classes)
    weights[np.arange(rows), labels] += 1 - doubt
    model = _TemperatureScaling().fit(
        np.repeat(logits, classes, axis=0),
        np.tile(np.arange(classes), rows),
        sample_weight=weights.ravel(),
    )
    return float(model.beta_)


def temperature_cases(rng):
    cases = []
    for classes, kind, smoothing in [(5, "margins", 0.0), (2, "margins", 0.0),
                                     (4, "probabilities", 0.01), (3, "probabilities", 0.1)]:
        z, labels = margins(rng, 80, classes, 1.8)
        scores = z if kind == "margins" else votes(z, 7, rng)
        logits = scores if kind == "margins" else np.log(scores + smoothing)
        found = scale(logits, labels)
        cases.append({
            "kind": kind, "classes": classes, "smoothing": smoothing,
            "scores": scores.ravel().tolist(), "labels": labels.tolist(),
            "scale": found, "calibrated": softmax(found * logits)[:6].ravel().tolist(),
        })
    return cases


def isotonic_cases(rng):
    cases = []
    for points, ties, low, high in [(40, False, 0.0, 1.0), (60, True, 0.02, 0.9), (1, False, 0.0, 1.0)]:
        x = rng.uniform(0.2, 1.0, size=points)
        x = short(np.round(x, 1) if ties else x)
        y = short(np.clip(x + rng.normal(scale=0.3, size=points), 0, 1))
        weights = short(rng.uniform(0.5, 3.0, size=points))
        model = IsotonicRegression(y_min=low, y_max=high, out_of_bounds="clip")
        model.fit(x, y, sample_weight=weights)
        at = short(np.linspace(0.0, 1.2, 25))
        cases.append({
            "x": x.tolist(), "y": y.tolist(), "weights": weights.tolist(), "low": low, "high": high,
            "bends": model.X_thresholds_.tolist(), "heights": model.y_thresholds_.tolist(),
            "at": at.tolist(), "found": np.asarray(model.predict(at)).tolist(),
        })
    return cases


def reliability_case(rng):
    z, labels = margins(rng, 150, 5, 2.0)
    p = short(softmax(2.5 * z), 9)
    confidence = p.max(axis=1)
    correct = p.argmax(axis=1) == labels
    bins = 15
    accuracy, mean = calibration_curve(correct, confidence, n_bins=bins, strategy="uniform")
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    rows = np.bincount(np.searchsorted(inner, confidence), minlength=bins)
    rows = rows[rows > 0]
    return {
        "classes": 5, "scores": p.ravel().tolist(), "labels": labels.tolist(), "bins": bins,
        "rows": rows.tolist(), "confidence": mean.tolist(), "accuracy": accuracy.tolist(),
        "ece": float(np.sum(rows * np.abs(accuracy - mean)) / rows.sum()),
        "brier": float(brier_score_loss(np.eye(5)[labels], p, scale_by_half=False)),
        "log_loss": float(log_loss(labels, p / p.sum(axis=1, keepdims=True), labels=range(5))),
    }


def noise_cases(rng):
    cases = []
    for rows, classes, flipped in [(150, 4, 0.15), (120, 6, 0.3), (80, 2, 0.1)]:
        z, labels = margins(rng, rows, classes, 2.5)
        p = short(softmax(1.5 * z), 9)
        wrong = rng.uniform(size=rows) < flipped
        given = np.where(wrong, (labels + rng.integers(1, classes, size=rows)) % classes, labels)
        issues = find_label_issues(
            given, p, filter_by="confident_learning",
            return_indices_ranked_by="normalized_margin", n_jobs=1,
        )
        cases.append({
            "classes": classes, "scores": p.ravel().tolist(), "labels": given.tolist(),
            "thresholds": get_confident_thresholds(given, p).tolist(),
            "joint": compute_confident_joint(given, p, calibrate=False).tolist(),
            "suspects": issues.tolist(),
            "margins": get_label_quality_scores(given, p, method="normalized_margin")[issues].tolist(),
            "self_confidence": p[issues, given[issues]].tolist(),
        })
    return cases


def main():
    rng = np.random.default_rng(31)
    parts = {
        "temperature": temperature_cases(rng),
        "isotonic": isotonic_cases(rng),
        "reliability": reliability_case(rng),
        "noise": noise_cases(rng),
    }
    lines = [f'"{name}":{json.dumps(part, separators=(",", ":"))}' for name, part in parts.items()]
    (HERE / "calibration.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
