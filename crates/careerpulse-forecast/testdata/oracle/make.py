"""Makes expected.json: what statsforecast, statsmodels and NumPy say to the same series.

    python -m venv venv
    venv/bin/pip install statsforecast==2.1.1 statsmodels==0.15.0 scipy
    venv/bin/python make.py > expected.json
"""

import json

import numpy as np
from scipy.optimize import nnls
from statsforecast.models import MSTL, AutoETS, SeasonalNaive, SeasonalWindowAverage, WindowAverage
from statsmodels.tsa.seasonal import STL

WEEK = np.array([0.9, 1.0, 0.97, 0.92, 0.75, 0.2, 0.14])
HORIZON = 28


def series(rng, days, level, growth):
    """Poisson counts with a weekly rhythm, and a level that grows by `growth` over the span."""
    day = np.arange(days)
    return rng.poisson(level * (1 + growth * day / days) * WEEK[day % 7]).astype(float)


def stl(y, period, seasonal):
    """STL with degrees and skips as R's stl() and stlrs have them."""
    trend = int(np.ceil(1.5 * period / (1 - 1.5 / seasonal)))
    trend += trend % 2 == 0
    low_pass = period + 1 + period % 2
    fitted = STL(
        y, period=period, seasonal=seasonal, trend=trend, low_pass=low_pass, seasonal_deg=0, trend_deg=1,
        low_pass_deg=1, seasonal_jump=-(-seasonal // 10), trend_jump=-(-trend // 10),
        low_pass_jump=-(-low_pass // 10),
    ).fit(inner_iter=2, outer_iter=0)
    return np.asarray(fitted.seasonal)


def mstl_adjusted(y):
    """MSTL with week and year (Bandara, Hyndman & Bergmeir 2021, algorithm 1), two rounds."""
    rest, parts = y.copy(), {7: np.zeros_like(y), 365: np.zeros_like(y)}
    for _ in range(2):
        for period, window in ((7, 11), (365, 15)):
            rest += parts[period]
            parts[period] = stl(rest, period, window)
            rest -= parts[period]
    return rest


def weekly(y):
    first = len(y) % 7
    return y[first:].reshape(-1, 7).sum(axis=1)


def ahead(model, y, horizon):
    return model.forecast(y=y, h=horizon)["mean"].tolist()


def models(y):
    recent = y[-26 * 7:]
    return {
        "values": y.tolist(),
        "seasonal_naive": ahead(SeasonalNaive(7), y, HORIZON),
        "mean_28": ahead(WindowAverage(28), y, HORIZON),
        "weekday_mean_of_26": ahead(SeasonalWindowAverage(season_length=7, window_size=26), y, 7),
        "ets_weekly": ahead(AutoETS(season_length=1, model="AZN"), weekly(y), HORIZON // 7),
        "mstl": ahead(
            MSTL(
                [7],
                trend_forecaster=AutoETS(season_length=1, model="AAN", damped=True),
                stl_kwargs={
                    "seasonal_deg": 0, "trend": 13, "seasonal_jump": 2, "trend_jump": 2, "low_pass_jump": 1,
                },
            ),
            recent,
            HORIZON,
        ),
        "stl_adjusted": (y - stl(y, 7, 7)).clip(0).tolist(),
    }


def reconciled(rng, scale):
    """MinT with diagonal W: the projection, and the best that is not below 0."""
    categories, n = rng.gamma(0.6, scale, 6), 6
    total = float(rng.uniform(0.3, 1.5) * categories.sum())
    variances = rng.gamma(1.0, 2.0, n + 1)
    summing = np.vstack([np.eye(n), np.ones(n)])
    base = np.append(categories, total)
    weight = np.diag(1 / variances)
    free = np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ base)
    root = np.sqrt(weight)
    bounded, _ = nnls(root @ summing, root @ base)
    return {
        "categories": categories.tolist(), "total": total, "variances": variances.tolist(),
        "free": free.tolist(), "bounded": bounded.tolist(),
    }


def main():
    rng = np.random.default_rng(5)
    two_years = series(rng, 800, 40.0, 0.2)
    two_years += np.round(8 * np.sin(np.arange(800) / 365 * 2 * np.pi) + 8)
    print(json.dumps({
        "models": [
            models(series(rng, 213, 12.0, 0.5)),
            models(series(rng, 364, 160.0, -0.4)),
            models(series(rng, 189, 1.5, 0.0)),
        ],
        "two_years": {"values": two_years.tolist(), "adjusted": mstl_adjusted(two_years).clip(0).tolist()},
        "reconciled": [reconciled(rng, scale) for scale in (1.0, 1.0, 5.0, 5.0, 30.0, 30.0)],
    }))


if __name__ == "__main__":
    main()
