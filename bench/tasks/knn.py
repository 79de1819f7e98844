"""The KNN sweep of both kinds of rows: 5 folds × 5 k × 2 weightings × 2 metrics."""

from joblib import Parallel, delayed
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.neighbors import KNeighborsClassifier

from harness.files import read_json, write_json
from harness.report import nearness

GRID = {
    "metric": ["cosine", "euclidean"],
    "weights": ["uniform", "distance"],
    "n_neighbors": [3, 5, 7, 10, 15],
}
# Equal distances, which twins among the postings make, are put in order by each side as it likes.
NEAR = 5e-3


def warm(given):
    """Starts joblib's processes before the clock does, and hands the input on."""
    Parallel(n_jobs=-1)(delayed(KNeighborsClassifier)() for _ in range(64))
    return given


def run(given):
    rows, labels, folds = given
    search = GridSearchCV(
        KNeighborsClassifier(algorithm="brute"),
        GRID,
        scoring="f1_macro",
        cv=PredefinedSplit(folds),
        n_jobs=-1,
        refit=False,
        error_score="raise",
    )
    return search.fit(rows, labels).cv_results_


def answer(_, results, answers):
    scores = [
        {
            "k": setting["n_neighbors"],
            "weights": setting["weights"],
            "metric": setting["metric"],
            "mean": mean,
        }
        for setting, mean in zip(results["params"], results["mean_test_score"].tolist())
    ]
    write_json(answers / "scores.json", scores)


def agree(_, ours, theirs):
    """Every configuration's score, and the best of them."""
    ours, theirs = (by_setting(side) for side in (ours, theirs))
    apart = max(abs(ours[setting] - theirs[setting]) for setting in ours)
    best = max(ours, key=ours.get)
    # What ours finds best is theirs' best, or as good by the scores' own nearness.
    lost = max(theirs.values()) - theirs[best]
    agreed = ours.keys() == theirs.keys() and apart <= NEAR and lost <= NEAR
    return agreed, (
        f"{len(ours)} scores {nearness(apart)}; best {best[2]}, {best[1]}, k={best[0]}: macro F1 "
        f"{ours[best]:.4f} and {theirs[best]:.4f}"
    )


def by_setting(side):
    scores = read_json(side / "scores.json")
    return {(one["k"], one["weights"], one["metric"]): one["mean"] for one in scores}
