#!/usr/bin/env bash
# The sweep's table on a file of labelled postings: examples/sweep.sh POSTINGS.ndjson[.gz] [LAKE]
#
# Serves the file as The Muse API, runs every stage up to `train`, and prints the best configurations,
# the classifier to beat (nearest neighbours on sentence embeddings), the readings of long texts beside
# each other, and the winner's calibration.
# CAREERPULSE names the binary; without it the development build is used.
set -euo pipefail

file="${1:?give a file of postings, one JSON object a line, plain or .gz}"
careerpulse="${CAREERPULSE:-$(dirname "${BASH_SOURCE[0]}")/../target/debug/careerpulse}"
scratch="$(mktemp -d)"
lake="${2:-$scratch/lake}"

"$careerpulse" replay "$file" --addr 127.0.0.1:0 >"$scratch/replay" &
replay=$!
trap 'kill "$replay" 2>/dev/null; rm -rf "$scratch"' EXIT
while ! grep -q http "$scratch/replay"; do
    kill -0 "$replay" 2>/dev/null || exit 1
    sleep 0.1
done
source="$(grep -m1 -o 'http://[^ ;]*' "$scratch/replay")"

"$careerpulse" --lake "$lake" run --to train --source "$source" >&2
query() { "$careerpulse" --lake "$lake" sql "$1"; }
figures="method, classifier, k, weights, c, prior_shift, title_repeats as title,
    round(macro_f1_mean, 3) as plain, round(grouped_macro_f1_mean, 3) as grouped,
    round(grouped_accuracy_mean, 3) as accuracy, round(grouped_top3_accuracy_mean, 3) as top3
    from careerpulse_ml.runs where sweep_key = (select sweep_key from careerpulse_ml.model_versions order by version desc limit 1)"
query "select $figures order by grouped_macro_f1_mean desc limit 12"
query "select $figures and method = 'sentence_transformer' and k = 7 and weights = 'distance' and title_repeats = 2"
query "select method, json_get_str(parameters, 'long_texts') as long_texts, count(*) as runs,
    round(max(grouped_macro_f1_mean), 3) as best_grouped, round(avg(grouped_macro_f1_mean), 3) as mean_grouped,
    round(max(macro_f1_mean), 3) as best_plain, round(avg(macro_f1_mean), 3) as mean_plain
    from careerpulse_ml.runs where sweep_key = (select sweep_key from careerpulse_ml.model_versions order by version desc limit 1)
    and method in ('sentence_transformer', 'combined') group by 1, 2 order by 1, 2"
query "select version, calibration, round(calibration_error, 3) as calibration_error, round(test_macro_f1, 3) as held_out_macro_f1,
    round(test_accuracy, 3) as held_out_accuracy, round(test_coverage, 3) as coverage, round(test_covered_accuracy, 3) as covered_accuracy
    from careerpulse_ml.model_versions order by version desc limit 1"
