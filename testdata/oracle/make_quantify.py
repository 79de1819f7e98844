"""What the named estimators of `quantify` should find: writes quantify.json beside it.

The equations of each paper are written out with numpy; those constrained to the simplex are solved by
scipy's SLSQP, and the EM prior by maximising its likelihood directly, so that neither is our algorithm
again. Needs numpy 2 and scipy 1.17.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

CLASSES = 4


def softmax(values):
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def posteriors(rng, labels, prior, sharpness):
    evidence = rng.normal(size=(len(labels), CLASSES))
    evidence[np.arange(len(labels)), labels] += sharpness
    # With unit deviations the likelihood ratio is exp(sharpness * evidence).
    return softmax(sharpness * evidence + np.log(prior))


def over_simplex(loss, slope):
    found = minimize(
        loss,
        np.full(CLASSES, 1 / CLASSES),
        jac=slope,
        bounds=[(0, 1)] * CLASSES,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1, "jac": lambda x: np.ones(CLASSES)},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    assert found.success or found.status == 8, found.message
    return found.x


def least_squares(rates, shares):
    return over_simplex(
        lambda x: ((rates @ x - shares) ** 2).sum(),
        lambda x: 2 * rates.T @ (rates @ x - shares),
    )


def case(seed, sharpness, rows, new_prior):
    rng = np.random.default_rng(seed)
    prior = np.array([0.4, 0.3, 0.2, 0.1])
    labels = rng.choice(CLASSES, size=300, p=prior)
    truth = rng.choice(CLASSES, size=rows, p=new_prior)
    labeled = posteriors(rng, labels, prior, sharpness).round(12)
    unlabeled = posteriors(rng, truth, prior, sharpness).round(12)
    label_predictions, predicted = labeled.argmax(axis=1), unlabeled.argmax(axis=1)
    joint = np.zeros((CLASSES, CLASSES))
    np.add.at(joint, (labels, label_predictions), 1)
    counts = np.bincount(predicted, minlength=CLASSES)
    hard = (joint / joint.sum(axis=1, keepdims=True)).T
    soft = np.array([labeled[labels == label].mean(axis=0) for label in range(CLASSES)]).T
    ratios = unlabeled / prior

    def loss(x):
        return -np.log(ratios @ x).mean()

    def slope(x):
        return -(ratios / (ratios @ x)[:, None]).mean(axis=0)

    em = over_simplex(loss, slope)
    return {
        "prior": prior.tolist(),
        "labels": labels.tolist(),
        "labeled": labeled.ravel().tolist(),
        "unlabeled": unlabeled.ravel().tolist(),
        "classify_and_count": counts.tolist(),
        "adjusted_count": (rows * least_squares(hard, counts / rows)).tolist(),
        "probabilistic_count": unlabeled.sum(axis=0).tolist(),
        "probabilistic_adjusted_count": (rows * least_squares(soft, unlabeled.mean(axis=0))).tolist(),
        "em_prior": em.tolist(),
        "em_log_likelihood": -rows * loss(em),
        "calibration_estimator": (counts @ (joint / joint.sum(axis=0)).T).tolist(),
    }


cases = [
    case(1, 1.5, 200, [0.4, 0.3, 0.2, 0.1]),
    case(2, 1.5, 200, [0.1, 0.2, 0.3, 0.4]),
    # Nothing of one class, and a classifier so poor that solutions leave the simplex.
    case(3, 0.9, 150, [0.7, 0.3, 0.0, 0.0]),
]
Path(__file__).with_name("quantify.json").write_text(json.dumps(cases) + "\n")
