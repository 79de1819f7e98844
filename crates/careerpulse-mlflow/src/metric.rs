//! A metric, and how MLflow writes numbers that JSON has no word for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A measured value of a run at a step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Metric {
    /// Letters, digits, `_`, `-`, `.`, `/`, `:` and spaces; the UI groups by what stands before `/`.
    pub key: String,
    /// Any number. NaN and the infinities travel as words, for MLflow stores a bare NaN as 0; its
    /// SQL stores give an infinity back as the largest finite number.
    #[serde(serialize_with = "to_wire", deserialize_with = "from_wire")]
    pub value: f64,
    /// When it was measured, in milliseconds since 1970, not negative.
    #[serde(default)]
    pub timestamp: i64,
    /// The step, such as the fold.
    #[serde(default)]
    pub step: i64,
    /// The logged model it was measured of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// The data set it was measured on: name and digest as in `log_inputs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_name: Option<String>,
    /// The data set's digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_digest: Option<String>,
}

fn to_wire<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() {
        return serializer.serialize_f64(*value);
    }
    serializer.serialize_str(if value.is_nan() {
        "NaN"
    } else if *value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    })
}

fn from_wire<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Wire {
        Number(f64),
        Word(String),
    }
    match Wire::deserialize(deserializer)? {
        Wire::Number(value) => Ok(value),
        // Rust reads "NaN", "Infinity" and "-Infinity" as MLflow writes them.
        Wire::Word(word) => word.parse().map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_finite_number_travels_as_a_word_and_comes_back() {
        for (value, wire) in [
            (0.25, "0.25"),
            (f64::NAN, "\"NaN\""),
            (f64::INFINITY, "\"Infinity\""),
            (f64::NEG_INFINITY, "\"-Infinity\""),
        ] {
            let metric = Metric {
                key: "cv/f1".to_owned(),
                value,
                ..Metric::default()
            };
            let text = serde_json::to_string(&metric).unwrap();
            assert_eq!(
                text,
                format!(r#"{{"key":"cv/f1","value":{wire},"timestamp":0,"step":0}}"#)
            );
            let back: Metric = serde_json::from_str(&text).unwrap();
            assert_eq!(back.value.to_bits(), value.to_bits());
        }
    }
}
