"""Makes gate.json: SciPy's bootstrap of the change between two classifiers on the same rows.

Run with NumPy, SciPy and scikit-learn at hand: python testdata/oracle/make_gate.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.stats import bootstrap
from sklearn.metrics import accuracy_score, f1_score

CLASSES = 3
LEVEL = 0.9
DRAWS = 20_000


def rows(rng):
    """160 adverts, every fourth of them posted up to three times, with the predictions of two models."""
    truth, candidate, production, groups = [], [], [], []
    for group in range(160):
        label = int(rng.choice(CLASSES, p=[0.5, 0.3, 0.2]))
        guesses = [label if rng.random() < recall else int(rng.integers(CLASSES)) for recall in (0.8, 0.7)]
        for _ in range(int(rng.integers(1, 4)) if group % 4 == 0 else 1):
            truth.append(label)
            candidate.append(guesses[0])
            production.append(guesses[1])
            groups.append(group)
    return map(np.array, (truth, candidate, production, groups))


def main():
    truth, candidate, production, groups = rows(np.random.default_rng(7))
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]

    def f1(picked, guesses, **how):
        return f1_score(truth[picked], guesses[picked], labels=range(CLASSES), zero_division=0, **how)

    def changes(sample):
        picked = np.concatenate([members[group] for group in sample.astype(int)])
        per_class = f1(picked, candidate, average=None) - f1(picked, production, average=None)
        accuracy = accuracy_score(truth[picked], candidate[picked]) - accuracy_score(truth[picked], production[picked])
        return np.array([accuracy, per_class.mean(), *per_class])

    all_groups = np.arange(len(members))
    found = bootstrap(
        (all_groups,),
        changes,
        n_resamples=DRAWS,
        confidence_level=LEVEL,
        method="percentile",
        vectorized=False,
        rng=np.random.default_rng(11),
    )
    observed = changes(all_groups)
    figures = [
        {
            "change": float(observed[at]),
            "low": float(found.confidence_interval.low[at]),
            "high": float(found.confidence_interval.high[at]),
            "standard_error": float(found.standard_error[at]),
        }
        for at in range(len(observed))
    ]
    answer = {
        "scipy": scipy.__version__,
        "classes": CLASSES,
        "level": LEVEL,
        "truth": truth.tolist(),
        "candidate": candidate.tolist(),
        "production": production.tolist(),
        "groups": groups.tolist(),
        "accuracy": figures[0],
        "macro_f1": figures[1],
        "f1": figures[2:],
    }
    Path(__file__).with_name("gate.json").write_text(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
