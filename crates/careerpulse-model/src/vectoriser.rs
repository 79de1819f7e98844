//! How postings become features: blocks of columns side by side, fitted once and used again.

use careerpulse_learn::{
    CsrMatrix, DenseMatrix, Features, LearnError, OneHot, Tfidf, TruncatedSvd, boosted, clean_html,
    one_line, side_by_side,
};
use serde::{Deserialize, Serialize};

use crate::{Method, ModelError};

/// The fitted blocks; at least one of `words` and `embedding` is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Vectoriser {
    /// What the blocks make up.
    pub method: Method,
    /// How often the title stands before the description, in words and embedding alike.
    pub title_repeats: usize,
    /// Words of title and description.
    pub words: Option<Tfidf>,
    /// Presses the words into a few dense columns, which then stand for them.
    pub svd: Option<TruncatedSvd>,
    /// Words of the title alone.
    pub title: Option<Tfidf>,
    /// The sentence encoder of this revision.
    pub embedding: Option<String>,
    /// Level and location.
    pub extras: Option<Extras>,
}

/// Level and location, a column per value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Extras {
    /// The posting's first level.
    pub level: OneHot,
    /// The posting's first location.
    pub location: OneHot,
    /// What a 1 in them weighs beside text of length 1.
    pub weight: f32,
}

impl Extras {
    /// The level block and the location block of postings.
    ///
    /// # Errors
    /// As [`OneHot::transform`].
    pub fn transform<'a>(
        &self,
        postings: impl Iterator<Item = &'a PostingText> + Clone,
    ) -> Result<(CsrMatrix, CsrMatrix), LearnError> {
        let levels = postings.clone().map(|posting| posting.level.as_deref());
        let locations = postings.map(|posting| posting.location.as_deref());
        Ok((
            self.level.transform(levels)?,
            self.location.transform(locations)?,
        ))
    }
}

/// What a model looks at in a posting; title and description without HTML.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PostingText {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The first level.
    pub level: Option<String>,
    /// The first location.
    pub location: Option<String>,
}

impl PostingText {
    /// A posting as it came in: title and description as HTML or plain, names as someone typed them.
    ///
    /// `classify` and the Python package read postings by this, so that both give the same answers.
    pub fn cleaned(
        title: &str,
        description: &str,
        level: Option<&str>,
        location: Option<&str>,
    ) -> PostingText {
        PostingText {
            title: clean_html(title),
            description: clean_html(description),
            level: level.map(|name| one_line(name).0),
            location: location.map(|name| one_line(name).0),
        }
    }
}

/// What a model sees of some postings, a row each.
pub struct Inputs {
    /// For the classifier.
    pub features: Features,
    /// For the search of similar postings: the block that says most about meaning.
    pub evidence: Features,
    /// Whether a posting holds nothing that the model knows: neighbours of such a text are no evidence.
    pub blank: Vec<bool>,
}

/// The rows of each block, as far as the vectoriser has it.
pub struct Blocks {
    /// Postings × vocabulary.
    pub words: Option<CsrMatrix>,
    /// Postings × vocabulary of titles.
    pub title: Option<CsrMatrix>,
    /// Postings × the encoder's dimensions.
    pub embedding: Option<DenseMatrix>,
    /// Postings × levels, and postings × locations.
    pub extras: Option<(CsrMatrix, CsrMatrix)>,
}

/// The inputs of postings that the vectoriser may not have seen; `vectors` are their embeddings.
///
/// # Errors
/// When the vectoriser needs vectors and gets none, or not as many as postings.
pub fn vectorise(
    vectoriser: &Vectoriser,
    postings: &[PostingText],
    vectors: Option<DenseMatrix>,
) -> Result<Inputs, ModelError> {
    if let (Some(revision), None) = (&vectoriser.embedding, &vectors) {
        return Err(ModelError::NoVectors(revision.clone()));
    }
    let texts = boosted_texts(vectoriser.title_repeats, postings);
    let titles: Vec<&str> = postings.iter().map(|p| p.title.as_str()).collect();
    let transform = |tfidf: &Option<Tfidf>, texts: &[&str]| {
        tfidf.as_ref().map(|t| t.transform(texts)).transpose()
    };
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let extras = vectoriser.extras.as_ref();
    let extras = extras.map(|extras| extras.transform(postings.iter()));
    let blocks = Blocks {
        words: transform(&vectoriser.words, &texts)?,
        title: transform(&vectoriser.title, &titles)?,
        embedding: vectors.filter(|_| vectoriser.embedding.is_some()),
        extras: extras.transpose()?,
    };
    let inputs = join(vectoriser, blocks, postings.iter())?;
    if inputs.features.rows() != postings.len() {
        return Err(ModelError::Vectors {
            vectors: inputs.features.rows(),
            postings: postings.len(),
        });
    }
    Ok(inputs)
}

/// The texts as words and encoder see them.
pub fn boosted_texts(title_repeats: usize, postings: &[PostingText]) -> Vec<String> {
    let boost =
        |posting: &PostingText| boosted(&posting.title, &posting.description, title_repeats);
    postings.iter().map(boost).collect()
}

/// Presses and joins blocks of these postings.
///
/// # Errors
/// When the blocks are not those that the vectoriser was fitted with.
pub fn join<'a>(
    vectoriser: &Vectoriser,
    blocks: Blocks,
    postings: impl Iterator<Item = &'a PostingText>,
) -> Result<Inputs, ModelError> {
    let blank = blank_rows(vectoriser, &blocks, postings);
    let words = match (&vectoriser.svd, blocks.words) {
        (Some(svd), Some(words)) => Some(Features::Dense(svd.transform(&words)?)),
        (_, words) => words.map(Features::Sparse),
    };
    let embedding = blocks.embedding.map(Features::Dense);
    let evidence = embedding.as_ref().or(words.as_ref()).cloned();
    let evidence = evidence.ok_or(ModelError::NoText)?;
    let title = blocks.title.map(Features::Sparse);
    let weight = vectoriser
        .extras
        .as_ref()
        .map_or(0.0, |extras| extras.weight);
    let (level, location) = blocks.extras.unzip();
    let (level, location) = (level.map(Features::Sparse), location.map(Features::Sparse));
    let all = [
        (&words, 1.0),
        (&title, 1.0),
        (&embedding, 1.0),
        (&level, weight),
        (&location, weight),
    ];
    let present: Vec<(&Features, f32)> = all
        .into_iter()
        .filter_map(|(block, weight)| Some((block.as_ref()?, weight)))
        .collect();
    let features = match present.as_slice() {
        [(only, _)] => (*only).clone(),
        _ => Features::Sparse(side_by_side(&present)?),
    };
    Ok(Inputs {
        features,
        evidence,
        blank,
    })
}

/// Nothing is known of a posting without any text that is looked at, nor of one in words alone that
/// holds no known word; an embedding says something of any text.
fn blank_rows<'a>(
    vectoriser: &Vectoriser,
    blocks: &Blocks,
    postings: impl Iterator<Item = &'a PostingText>,
) -> Vec<bool> {
    let is_unknown = |matrix: &Option<CsrMatrix>, row| {
        matrix
            .as_ref()
            .is_none_or(|matrix| matrix.row(row).0.is_empty())
    };
    let sees_title = vectoriser.title_repeats > 0 || vectoriser.title.is_some();
    let is_blank = |(row, posting): (usize, &PostingText)| {
        let title = if sees_title { posting.title.trim() } else { "" };
        let has_text = !title.is_empty() || !posting.description.trim().is_empty();
        let is_known = blocks.embedding.is_some()
            || !is_unknown(&blocks.words, row)
            || !is_unknown(&blocks.title, row);
        !(has_text && is_known)
    };
    postings.enumerate().map(is_blank).collect()
}
