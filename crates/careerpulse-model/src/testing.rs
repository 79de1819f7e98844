//! Small models for the tests of this room.

use careerpulse_learn::{
    Calibration, Corpus, Metric, OneHot, ScoreKind, Temperature, Tfidf, TfidfParams, Weights,
};

use super::{
    ClassifierParams, Extras, Model, PostingText, Prediction, Thresholds, Vectoriser,
    fit_classifier, predict, vectorise,
};
use crate::Method;

/// A posting that says this and nothing else.
pub fn posting(text: &str) -> PostingText {
    PostingText {
        description: text.to_owned(),
        level: Some("Senior".to_owned()),
        ..PostingText::default()
    }
}

/// Three neighbours vote on nurses and programmers.
pub fn model() -> Model {
    model_with(ClassifierParams::Knn {
        metric: Metric::Cosine,
        k: 3,
        weights: Weights::Uniform,
    })
}

/// A model per classifier.
pub fn all() -> Vec<Model> {
    let svm = ClassifierParams::LinearSvm {
        c: 1.0,
        prior_shift: 0.1,
    };
    vec![
        model(),
        model_with(ClassifierParams::Logistic { c: 1.0 }),
        model_with(svm),
    ]
}

/// A model of words and levels, fitted on four postings; its scores are taken as they are.
pub fn model_with(params: ClassifierParams) -> Model {
    let texts = [
        "nurse ward patient",
        "nurse clinic patient",
        "rust compiler software",
        "software engineer rust",
    ];
    let tfidf = TfidfParams::default();
    let corpus = Corpus::new(&texts, tfidf.analyzer()).unwrap();
    let is_knn = matches!(params, ClassifierParams::Knn { .. });
    let vectoriser = Vectoriser {
        method: Method::Tfidf,
        title_repeats: 0,
        words: Some(Tfidf::fit(&corpus, &[0, 1, 2, 3], tfidf).unwrap()),
        svd: None,
        title: None,
        embedding: None,
        extras: (!is_knn).then(|| Extras {
            level: OneHot::fit([Some("Senior"), Some("Entry")]),
            location: OneHot::fit([None]),
            weight: 0.3,
        }),
    };
    let inputs = vectorise(&vectoriser, &texts.map(posting), None).unwrap();
    let classes = vec!["Healthcare".to_owned(), "Software".to_owned()];
    let kind = match params {
        ClassifierParams::LinearSvm { .. } => ScoreKind::Margins,
        _ => ScoreKind::Probabilities,
    };
    Model {
        vectoriser,
        classifier: fit_classifier(&params, &inputs.features, vec![0, 0, 1, 1], classes).unwrap(),
        calibration: Calibration::new(kind, Temperature::new(1.0, 0.0).unwrap(), None),
        thresholds: Thresholds::default(),
        evidence: (!is_knn).then_some(inputs.evidence),
        posting_ids: vec![11, 12, 13, 14],
    }
}

/// What a model says of a posting with this text, under no floors.
pub fn predict_one(model: &Model, text: &str) -> Prediction {
    let inputs = vectorise(&model.vectoriser, &[posting(text)], None).unwrap();
    predict(model, &inputs, &Thresholds::default())
        .unwrap()
        .remove(0)
}
