//! A version as the model directory that `mlflow.pyfunc.load_model` reads.

use serde_json::json;

use super::card::model_card;
use crate::tables::ml::ModelVersion;
use crate::tables::sweeps::Sweep;

/// What MLflow calls the model.
pub struct Identity<'a> {
    /// The logged model.
    pub model_id: &'a str,
    /// The run that it came of.
    pub run_id: &'a str,
    /// Where its files lie.
    pub artifact_uri: &'a str,
    /// The server's version.
    pub mlflow_version: &'a str,
}

/// The files of the directory, each with its path; `model` is the model file's bytes.
///
/// The Python package's `careerpulse.mlflow` loads `data/model.bin`, after checking it by `data/model.json`.
pub fn model_directory(
    version: &ModelVersion,
    sweep: &Sweep,
    identity: &Identity,
    model: Vec<u8>,
) -> Vec<(String, Vec<u8>)> {
    let columns = ["title", "description"];
    let example = [
        "Registered Nurse, Night Shift",
        "<p>Care for patients on our surgical ward.</p>",
    ];
    let data = json!({
        "version": version.version,
        "sha256": version.artifact_sha256,
        "format": careerpulse_model::FORMAT,
        "encoder_revision": version.encoder_revision,
    });
    let package = env!("CARGO_PKG_VERSION");
    let texts = [
        ("MLmodel", ml_model(version, identity)),
        (
            "requirements.txt",
            format!(
                "careerpulse=={package}\nmlflow=={}\npandas\n",
                identity.mlflow_version
            ),
        ),
        (
            "python_env.yaml",
            "python: '3.11'\nbuild_dependencies: [pip]\ndependencies: [-r requirements.txt]\n"
                .to_owned(),
        ),
        (
            "input_example.json",
            json!({"columns": columns, "data": [example]}).to_string(),
        ),
        (
            "serving_input_example.json",
            json!({"dataframe_split": {"columns": columns, "data": [example]}}).to_string(),
        ),
        ("README.md", model_card(version, sweep)),
        ("data/model.json", data.to_string()),
    ];
    let mut files: Vec<(String, Vec<u8>)> = texts
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .collect();
    files.push(("data/model.bin".to_owned(), model));
    files
}

/// The description that MLflow reads first; YAML, of which JSON is a part.
fn ml_model(version: &ModelVersion, identity: &Identity) -> String {
    let input =
        |name: &str, required: bool| json!({"type": "string", "name": name, "required": required});
    let output = |kind: &str, name: &str| json!({"type": kind, "name": name, "required": true});
    let inputs = json!([input("title", true), input("description", false)]);
    let outputs = json!([
        output("string", "category"),
        output("double", "probability")
    ]);
    let model = json!({
        "artifact_path": identity.artifact_uri,
        "flavors": {"python_function": {
            "data": "data",
            "env": {"virtualenv": "python_env.yaml"},
            "loader_module": "careerpulse.mlflow",
            "python_version": "3.11",
        }},
        "mlflow_version": identity.mlflow_version,
        "model_id": identity.model_id,
        "model_uuid": identity.model_id,
        "run_id": identity.run_id,
        "saved_input_example_info": {
            "artifact_path": "input_example.json",
            "pandas_orient": "split",
            "serving_input_path": "serving_input_example.json",
            "type": "dataframe",
        },
        "signature": {"inputs": inputs.to_string(), "outputs": outputs.to_string()},
        "utc_time_created": version.created_at.format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
    });
    format!("{model:#}\n")
}
