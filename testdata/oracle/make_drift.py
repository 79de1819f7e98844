"""Makes drift.json: SciPy's tests and distances of two samples.

Run with NumPy and SciPy at hand: python testdata/oracle/make_drift.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import false_discovery_control, fisher_exact, ks_2samp


def kolmogorov(rng):
    """Samples of several sizes and distances; the second of each pair is moved. No values are tied."""
    for then, now, shift in [(30, 30, 0.0), (200, 100, 0.2), (1000, 100, 0.5), (700, 450, 0.05), (64, 999, 0.4)]:
        old = rng.normal(size=then).round(6)
        new = (rng.normal(size=now) + shift).round(6)
        found = ks_2samp(old, new, method="exact")
        yield {
            "then": old.tolist(),
            "now": new.tolist(),
            "gap": float(found.statistic),
            "p_value": float(found.pvalue),
        }


def fisher(rng):
    """Counts of a part and the whole, now and then; with empty and full parts."""
    pairs = [((0, 12), (7, 90)), ((5, 5), (3, 60)), ((0, 400), (95, 5000)), ((52, 260), (330, 3300)), ((9, 30), (9, 30))]
    for _ in range(20):
        now, then = int(rng.integers(20, 1000)), int(rng.integers(200, 10_000))
        share = rng.random()
        pairs.append(((int(rng.binomial(now, share)), now), (int(rng.binomial(then, share * 0.9)), then)))
    for (k, n), (was, all_then) in pairs:
        table = [[k, n - k], [was, all_then - was]]
        yield {"now": [k, n], "then": [was, all_then], "p_value": float(fisher_exact(table).pvalue)}


def distances(rng):
    """Counts over kinds, of which some are of one side alone."""
    for kinds in (2, 5, 25):
        shares = rng.dirichlet(np.ones(kinds))
        then, now = rng.multinomial(3000, shares), rng.multinomial(200, rng.dirichlet(np.ones(kinds)))
        kept = (then + now) > 0
        p, q = (counts[kept] + 0.5 for counts in (then, now))
        p, q = p / p.sum(), q / q.sum()
        yield {
            "then": then.tolist(),
            "now": now.tolist(),
            "psi": float(((q - p) * np.log(q / p)).sum()),
            "js": float(jensenshannon(then, now, base=2)),
        }


def main():
    rng = np.random.default_rng(7)
    p_values = [rng.random(size).round(6).tolist() for size in (1, 7, 40)] + [[0.01, 0.01, 0.2, 0.0, 1.0]]
    oracle = {
        "made_with": {"numpy": np.__version__, "scipy": scipy.__version__},
        "ks": list(kolmogorov(rng)),
        "fisher": list(fisher(rng)),
        "distances": list(distances(rng)),
        "benjamini_hochberg": [
            {"p_values": values, "adjusted": false_discovery_control(values, method="bh").tolist()}
            for values in p_values
        ],
    }
    path = Path(__file__).parent / "drift.json"
    path.write_text(json.dumps(oracle, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
