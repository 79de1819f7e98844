"""Records what a real MLflow server answers to each call and each trap the client knows.

    mlflow server --host 127.0.0.1 --port 5000 --workers 1 --backend-store-uri sqlite:///new.db \
        --serve-artifacts --artifacts-destination file:///tmp/artifacts
    python record.py http://127.0.0.1:5000 > recorded.json

The server's database must be new: the script gives fixed names. Only the standard library is used.
"""

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

BASE = sys.argv[1].rstrip("/")
API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"
records = {}


def call(name, method, path, body=None, raw=None, headers=None):
    data = json.dumps(body).encode() if body is not None else raw
    sent = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(BASE + path, data=data, method=method, headers={**sent, **(headers or {})})
    try:
        with urllib.request.urlopen(request) as answer:
            status, kind, text = answer.status, answer.headers.get("Content-Type", ""), answer.read()
    except urllib.error.HTTPError as error:
        status, kind, text = error.code, error.headers.get("Content-Type", ""), error.read()
    text = text.decode("utf-8", "replace")
    if name:
        keep(name, method, path, status, kind, text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def keep(name, method, path, status, kind, text):
    """Neither a machine's folders nor a value of 6,000 letters belongs into a test."""
    assert name not in records, name
    text = re.sub(r"file:///[^\"\\ ]*", "file:///artifacts", text)
    text = re.sub(r"x{100,}", "xxx", text)
    records[name] = {"method": method, "path": path, "status": status, "content_type": kind, "body": text}


def post(name, path, body):
    return call(name, "POST", API + path, body)


def get(name, path, /, **query):
    return call(name, "GET", API + path + ("?" + urllib.parse.urlencode(query) if query else ""))


def kv(**pairs):
    return [{"key": key.replace("__", "."), "value": value} for key, value in pairs.items()]


call("health", "GET", "/health")
call("version", "GET", "/version")
call("server-info", "GET", "/api/3.0/mlflow/server-info")
call("host-check", "GET", API + "experiments/get?experiment_id=0", headers={"Host": "models.example.org"})
call("host-check-post", "POST", API + "runs/search", {"experiment_ids": ["0"]}, headers={"Host": "models.example.org"})
call("not-found-html", "GET", API + "no/such/call")
call("wrong-method", "PUT", API + "runs/create", raw=b"{}")
call("no-route", "GET", "/api/9.9/nothing")

# Experiments
get("experiment-missing", "experiments/get-by-name", experiment_name="recorded")
experiment = post("experiment-create", "experiments/create", {"name": "recorded", "tags": kv(team="tests")})["experiment_id"]
post("experiment-exists", "experiments/create", {"name": "recorded"})
get("experiment-get", "experiments/get-by-name", experiment_name="recorded")
post("experiment-delete", "experiments/delete", {"experiment_id": experiment})
get("experiment-deleted", "experiments/get-by-name", experiment_name="recorded")
post("experiment-create-deleted", "experiments/create", {"name": "recorded"})
post("experiment-restore", "experiments/restore", {"experiment_id": experiment})
post("experiment-restore-active", "experiments/restore", {"experiment_id": experiment})

# Runs
start = 1_700_000_000_000
run = post("run-create", "runs/create", {"experiment_id": experiment, "start_time": start, "run_name": "first", "tags": kv(careerpulse__run_key="a'b")})["run"]["info"]
run_id = run["run_id"]
post("run-create-no-experiment", "runs/create", {"experiment_id": "999999", "start_time": start, "run_name": "x"})
metrics = [{"key": "cv/macro_f1", "value": value, "timestamp": start, "step": 0} for value in (0.5,)]
odd = [{"key": key, "value": value, "timestamp": start, "step": 0} for key, value in (("nan", "NaN"), ("inf", "Infinity"), ("minus", "-Infinity"))]
post("log-batch", "runs/log-batch", {"run_id": run_id, "params": kv(c="1.0"), "tags": kv(note="x"), "metrics": metrics})
post("log-batch-odd", "runs/log-batch", {"run_id": run_id, "metrics": odd})
post("log-batch-bare-nan", "runs/log-batch", {"run_id": run_id, "metrics": [{"key": "bare", "value": float("nan"), "timestamp": start, "step": 0}]})
post("log-batch-param-changed", "runs/log-batch", {"run_id": run_id, "params": kv(c="2.0")})
post("log-batch-too-many", "runs/log-batch", {"run_id": run_id, "params": [{"key": f"p{i}", "value": "1"} for i in range(101)]})
post("log-batch-bad-key", "runs/log-batch", {"run_id": run_id, "params": [{"key": "a#b", "value": "1"}]})
post("log-batch-no-run", "runs/log-batch", {"run_id": "0" * 32, "params": kv(c="1.0")})
post("log-batch-long", "runs/log-batch", {"run_id": run_id, "params": kv(long="x" * 6001)})
post("log-batch-number", "runs/log-batch", {"run_id": run_id, "params": [{"key": "number", "value": 3}]})
post("log-inputs", "runs/log-inputs", {"run_id": run_id, "datasets": [{
    "tags": kv(mlflow__data__context="training"),
    "dataset": {"name": "labelled", "digest": "0a1b2c3d", "source_type": "local", "source": '{"uri":"lake"}', "schema": '{"mlflow_colspec":[]}', "profile": '{"num_rows":3}'},
}]})
post("log-inputs-long-digest", "runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": {"name": "a", "digest": "0" * 37, "source_type": "local", "source": "{}"}}]})
get("run-get", "runs/get", run_id=run_id)
get("run-missing", "runs/get", run_id="0" * 32)
post("run-end", "runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": start + 5000})
post("run-end-unknown-status", "runs/update", {"run_id": run_id, "status": "DONE", "end_time": start + 5000})
post(None, "runs/create", {"experiment_id": experiment, "start_time": start + 1, "run_name": "second"})
search = {"experiment_ids": [experiment], "filter": "", "max_results": 1, "order_by": ["attributes.start_time DESC"]}
page = post("runs-page-1", "runs/search", search)
post("runs-page-2", "runs/search", {**search, "page_token": page["next_page_token"]})
post("runs-none", "runs/search", {"experiment_ids": [experiment], "filter": "tags.`careerpulse.run_key` = 'none'"})
post("runs-quoted", "runs/search", {"experiment_ids": [experiment], "filter": "tags.`careerpulse.run_key` = \"a'b\""})
post("runs-bad-filter", "runs/search", {"experiment_ids": [experiment], "filter": "tags.x = = 1"})

# Logged models
model = post("model-create", "logged-models", {"experiment_id": experiment, "name": "category", "model_type": "classifier", "source_run_id": run_id, "params": kv(c="1.0"), "tags": kv(team="tests")})["model"]["info"]
model_id = model["model_id"]
post("model-outputs", "runs/outputs", {"run_id": run_id, "models": [{"model_id": model_id, "step": 0}]})
call("model-finish", "PATCH", API + "logged-models/" + model_id, {"model_id": model_id, "status": "LOGGED_MODEL_READY"})
get("model-get", "logged-models/" + model_id)
post("models-search", "logged-models/search", {"experiment_ids": [experiment], "filter": f"source_run_id = '{run_id}'", "max_results": 100})
post("models-search-none", "logged-models/search", {"experiment_ids": [experiment], "filter": "source_run_id = 'none'", "max_results": 100})
post("model-outputs-again", "runs/outputs", {"run_id": run_id, "models": [{"model_id": model_id, "step": 0}]})
get("run-with-model", "runs/get", run_id=run_id)
get("model-missing", "logged-models/m-" + "0" * 32)
post("model-bad-name", "logged-models", {"experiment_id": experiment, "name": "a/b"})

# Artifacts
place = FILES + urllib.parse.quote(model["artifact_uri"].replace("mlflow-artifacts:/", ""))
call("artifact-put", "PUT", place + "/data/caf%C3%A9%20%26%20more.txt", raw=b"hello")
call("artifact-get", "GET", place + "/data/caf%C3%A9%20%26%20more.txt")
call("artifact-missing", "GET", place + "/data/none.txt")
call("artifact-list", "GET", place.replace(FILES, "/api/2.0/mlflow-artifacts/artifacts?path=") + "/data")
call("artifact-list-none", "GET", place.replace(FILES, "/api/2.0/mlflow-artifacts/artifacts?path=") + "/none")
call("artifact-up", "PUT", FILES + "a/%2E%2E/b.txt", raw=b"x")
call("artifact-hash", "PUT", place + "/a%23b.txt", raw=b"x")
call("artifact-percent", "PUT", place + "/percent/a%2520b.txt", raw=b"x")
call("artifact-percent-list", "GET", place.replace(FILES, "/api/2.0/mlflow-artifacts/artifacts?path=") + "/percent")

# The registry
get("registered-missing", "registered-models/get", name="category")
post("registered-create", "registered-models/create", {"name": "category", "description": "d", "tags": kv(team="tests")})
post("registered-exists", "registered-models/create", {"name": "category"})
get("registered-bare", "registered-models/get", name="category")
post("registered-bad-name", "registered-models/create", {"name": "a/b"})
new = {"name": "category", "source": "models:/" + model_id, "model_id": model_id, "run_id": run_id, "description": "d", "tags": kv(validation_status="pending")}
post("version-create", "model-versions/create", new)
post("version-create-again", "model-versions/create", new)
post("version-create-no-model", "model-versions/create", {**new, "name": "none"})
get("version-get", "model-versions/get", name="category", version="1")
get("version-missing", "model-versions/get", name="category", version="9")
call("version-update", "PATCH", API + "model-versions/update", {"name": "category", "version": "1", "description": "new"})
post("version-tag", "model-versions/set-tag", {"name": "category", "version": "1", "key": "validation_status", "value": "passed"})
post("version-tag-missing", "model-versions/set-tag", {"name": "category", "version": "9", "key": "a", "value": "b"})
first = get("versions-page-1", "model-versions/search", filter="name = 'category'", max_results="1")
get("versions-page-2", "model-versions/search", filter="name = 'category'", max_results="1", page_token=first["next_page_token"])
get("version-download", "model-versions/get-download-uri", name="category", version="1")
post("alias-set", "registered-models/alias", {"name": "category", "alias": "production", "version": "1"})
post("alias-no-version", "registered-models/alias", {"name": "category", "alias": "production", "version": "9"})
post("alias-reserved", "registered-models/alias", {"name": "category", "alias": "latest", "version": "1"})
get("registered-get", "registered-models/get", name="category")
get("alias-get", "registered-models/alias", name="category", alias="production")
get("alias-missing", "registered-models/alias", name="category", alias="staging")
get("alias-no-model", "registered-models/alias", name="none", alias="staging")
get("alias-bad", "registered-models/alias", name="category", alias="a b")
call("alias-delete", "DELETE", API + "registered-models/alias", {"name": "category", "alias": "production"})
call("alias-delete-again", "DELETE", API + "registered-models/alias", {"name": "category", "alias": "production"})

json.dump(records, sys.stdout, indent=1, sort_keys=True)
print()
