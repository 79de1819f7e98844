"""Makes the arrays that careerpulse-learn is held to, with the Python stack it replaces.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1 beautifulsoup4==4.15.0
    venv/bin/python make_learn.py

Writes learn_tfidf.json, learn_knn.json, learn_metrics.json and learn_clean.json beside itself.
"""

import json
import re
import unicodedata
from pathlib import Path

import numpy as np
from bs4 import BeautifulSoup, Comment
from sklearn import metrics
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

HERE = Path(__file__).parent

TEXTS = [
    "Nurse for the surgical ward, night shifts, caring for patients and families",
    "Senior Nurse: lead a ward of twelve nurses, plan shifts and mentor new nurses",
    "Data engineer who builds pipelines in Python and SQL; Python, Python, Python!",
    "Data analyst: SQL dashboards, A/B tests and clear reports for the sales team",
    "Sales manager in Zürich, selling software to banks; fluent German is a plus",
    "Account manager: keep clients happy, renew contracts, grow sales by 20% a year",
    "Truck driver, class_b licence, 40 hours a week, home at weekends",
    "Warehouse driver and picker, early shifts, licence for forklift trucks wanted",
    "Software engineer (C++ / Rust), low-latency trading systems, R&D team of 8",
    "Software engineer for web services: Rust, SQL, and a calm on-call rota",
    "Teacher of physics and maths, İstanbul campus, classes of 24 pupils",
    "Teacher for primary school; class of 20 pupils, music and sports welcome",
    "Chef de cuisine, café and bistro, menu of the season, a team of five cooks",
    "Cook for a hospital kitchen, early shifts, diets and allergies in mind",
    "Project manager: plans, budgets, risks, reports; construction sites in ΟΔΟΣ 7",
    "Site engineer, bridges and roads, reports to the project manager",
    "Recruiter for engineers and analysts; you interview, we listen, they join",
    "Payroll and HR officer, contracts, pensions, quiet office, 30 hours",
    "the and of a",
    "",
    "Nurse for the surgical ward, night shifts, caring for patients and families",
    "UX designer: research, wireframes, usability tests; ½ remote, 10² ideas",
]

UNSEEN = [
    "Night nurse for families, surgical ward",
    "Rust and Python engineer, SQL pipelines, SQL reports",
    "nothing known herein whatsoever zzz",
    "",
]


class StableTfidf(TfidfVectorizer):
    """TfidfVectorizer whose cut through equal counts does not hang on the processor.

    NumPy's default argsort is not stable, and which of several equally frequent terms
    it leaves in differs between machines. Here the alphabetically first stay.
    """

    def _limit_features(self, X, vocabulary, high=None, low=None, limit=None):
        if limit is None:
            return super()._limit_features(X, vocabulary, high, low, limit)
        dfs = np.bincount(X.indices, minlength=X.shape[1])
        mask = (dfs <= high) & (dfs >= low)
        tfs = np.asarray(X.sum(axis=0)).ravel()
        kept = np.sort(np.where(mask)[0][(-tfs[mask]).argsort(kind="stable")[:limit]])
        names = {index: term for term, index in vocabulary.items()}
        vocabulary.clear()
        vocabulary.update({names[old]: new for new, old in enumerate(kept)})
        return X[:, kept]


def sparse(matrix):
    """Rows as [[columns], [values]] of a sparse matrix, columns ascending."""
    matrix = matrix.tocsr()
    matrix.sort_indices()
    rows = []
    for i in range(matrix.shape[0]):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        rows.append([matrix.indices[part].tolist(), [round(v, 9) for v in matrix.data[part].tolist()]])
    return rows


def tfidf():
    cases = []
    for settings in [
        dict(max_features=None, min_df=1, ngram_range=(1, 1), stop_words="english", sublinear_tf=True),
        dict(max_features=None, min_df=1, ngram_range=(1, 1), stop_words=None, sublinear_tf=False),
        dict(max_features=12, min_df=1, ngram_range=(1, 1), stop_words="english", sublinear_tf=True),
        dict(max_features=25, min_df=1, ngram_range=(1, 2), stop_words="english", sublinear_tf=True),
        dict(max_features=None, min_df=2, ngram_range=(1, 2), stop_words="english", sublinear_tf=True),
        dict(max_features=9, min_df=3, ngram_range=(1, 3), stop_words=None, sublinear_tf=False),
        dict(max_features=10000, min_df=2, ngram_range=(2, 2), stop_words="english", sublinear_tf=True),
    ]:
        model = StableTfidf(**settings)
        matrix = model.fit_transform(TEXTS)
        if settings["max_features"] is None:
            plain = TfidfVectorizer(**settings).fit_transform(TEXTS)
            assert abs(plain - matrix).max() == 0
        cases.append(
            {
                "params": {**settings, "stop_words": settings["stop_words"] or "none"},
                "terms": model.get_feature_names_out().tolist(),
                "rows": sparse(matrix),
                "unseen": sparse(model.transform(UNSEEN)),
            }
        )
    return {"texts": TEXTS, "unseen": UNSEEN, "cases": cases}


def knn():
    rng = np.random.default_rng(7)
    # Eighths are exact in binary, so that distances of identical rows are exactly 0 there too.
    dense = rng.integers(-16, 17, size=(40, 6)) / 8
    labels = rng.integers(0, 4, size=40)
    # Twins of one another, of different classes; four entries of equal size have an exact length.
    dense[5] = dense[11] = dense[23] = [1, -1, 1, 1, 0, 0]
    labels[[5, 11, 23]] = [2, 0, 2]
    queries = np.vstack([rng.integers(-16, 17, size=(12, 6)) / 8, [[1, -1, 1, 1, 0, 0]], dense[:3]])

    # Sparse rows as TF-IDF makes them, rounded to f32 on both sides; twins at rows 0 and 20.
    words = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit(TEXTS)
    keep = [i for i, text in enumerate(TEXTS) if i not in (18, 19)]
    index = words.transform([TEXTS[i] for i in keep]).astype(np.float32).astype(np.float64)
    seen = words.transform(UNSEEN[:2] + TEXTS[4:8]).astype(np.float32).astype(np.float64)
    sparse_labels = np.array([i // 2 % 5 for i in range(len(keep))])

    cases = []
    for kind, X, y, Q in [("dense", dense, labels, queries), ("sparse", index, sparse_labels, seen)]:
        for metric in ["cosine", "euclidean"]:
            for weights in ["uniform", "distance"]:
                for k in [1, 3, 7]:
                    model = KNeighborsClassifier(n_neighbors=k, metric=metric, weights=weights, algorithm="brute")
                    model.fit(X, y)
                    distances, neighbours = model.kneighbors(Q)
                    # A tie at the edge is decided by chance in scikit-learn; such queries are left out.
                    wide, _ = model.kneighbors(Q, n_neighbors=k + 1)
                    clear = (wide[:, k] - wide[:, k - 1] > 1e-9).tolist()
                    cases.append(
                        {
                            "kind": kind,
                            "metric": metric,
                            "weights": weights,
                            "k": k,
                            "clear": clear,
                            "distances": np.round(distances, 9).tolist(),
                            "probabilities": np.round(model.predict_proba(Q), 9).tolist(),
                            "predicted": model.predict(Q).tolist(),
                        }
                    )
    return {
        "dense": {"index": dense.tolist(), "labels": labels.tolist(), "queries": queries.tolist()},
        "sparse": {
            "columns": index.shape[1],
            "index": sparse(index),
            "labels": sparse_labels.tolist(),
            "queries": sparse(seen),
        },
        "cases": cases,
    }


def scores():
    rng = np.random.default_rng(11)
    truth = rng.choice(6, p=[0.4, 0.25, 0.15, 0.1, 0.1, 0.0], size=80)
    probabilities = rng.dirichlet(np.full(6, 0.4), size=80) + 0.8 * np.eye(6)[truth] * (rng.random((80, 1)) < 0.6)
    # Votes of few neighbours: many exact zeros and ties.
    votes = np.array([np.bincount(row, minlength=6) / 3 for row in rng.integers(0, 6, size=(80, 3))])
    cases = []
    for p in [probabilities / probabilities.sum(axis=1, keepdims=True), votes]:
        p = np.round(p, 6)
        predicted = p.argmax(axis=1)
        # Class 4 is never predicted and class 5 never true.
        predicted = np.where(predicted == 4, 5, predicted)
        present = np.union1d(truth, predicted)
        precision, recall, f1, support = metrics.precision_recall_fscore_support(
            truth, predicted, labels=present, zero_division=0
        )
        cases.append(
            {
                "truth": truth.tolist(),
                "probabilities": p.tolist(),
                "predicted": predicted.tolist(),
                "accuracy": metrics.accuracy_score(truth, predicted),
                "macro_f1": metrics.f1_score(truth, predicted, average="macro", zero_division=0),
                "weighted_f1": metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
                "classes": present.tolist(),
                "precision": precision.tolist(),
                "recall": recall.tolist(),
                "f1": f1.tolist(),
                "support": support.tolist(),
                "confusion": metrics.confusion_matrix(truth, predicted, labels=range(6)).tolist(),
                "top": [metrics.top_k_accuracy_score(truth, p, k=k, labels=range(6)) for k in (1, 2, 3)],
                "log_loss": metrics.log_loss(truth, p, labels=range(6)),
            }
        )
    sizes = [[n, f, len(train_test_split(range(n), test_size=f)[1])] for n in (50, 97, 103) for f in (0.1, 0.2, 0.25, 0.3)]
    return {"cases": cases, "test_sizes": sizes}


HTML = [
    "<div><p>Join our <b>team</b> of <i>data</i> engineers.</p><p>You build pipelines &amp; tests.</p></div>",
    "<h2>Duties</h2><ul><li>Lead a ward</li><li>Plan shifts</li><li>Train <em>new</em> nurses</li></ul>",
    "Line one<br>Line two<br/>Line three<hr>End",
    "<table><tr><th>Pay</th><td>&euro;50k&ndash;60k</td></tr><tr><th>Hours</th><td>40 &frac12;</td></tr></table>",
    "<p>Write to <a href='https://example.org/?a=1&amp;b=2' title=\"a > b\">us</a>!</p>",
    "<style>p { color: red }</style><p>Seen</p><script>if (a < b) { hide() }</script><!-- not --><p>Too</p>",
    "<p>caf&eacute; cafe&#x301; na&#239;ve &#8220;quoted&#8221; &hellip;</p>",
    "<p>tabs\tand\n\nlines&nbsp;&nbsp;and   spaces </p>",
    "<blockquote>Quote</blockquote><pre>  pre  formatted </pre><dl><dt>Term</dt><dd>Meaning</dd></dl>",
    "<span>in</span><span>line</span> <strong>R&amp;D</strong>, <u>QA</u>.",
    "<p>5 &lt; 6 and 7 &gt; 6</p><p>C++ &amp; C#</p>",
    "plain text without any tag",
]
BLOCKS = "p div h2 ul li br hr table tr th td blockquote pre dl dt dd".split()


def clean(html):
    """What the Python pipeline does: BeautifulSoup, a space about block elements, regular expressions."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup(["script", "style"]):
        part.decompose()
    for part in soup.find_all(string=lambda part: isinstance(part, Comment)):
        part.extract()
    for part in soup.find_all(BLOCKS):
        part.insert_before(" ")
        part.insert_after(" ")
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", soup.get_text()).strip())


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("learn_tfidf.json", tfidf())
    write("learn_knn.json", knn())
    write("learn_metrics.json", scores())
    write("learn_clean.json", [[html, clean(html)] for html in HTML])
