//! Everything that can be wrong with what this crate is given.

use thiserror::Error;

/// What was wrong, where, and what to do about it.
#[derive(Debug, Error, Clone, PartialEq)]
pub enum LearnError {
    /// `max_features` is zero.
    #[error("max_features is 0, which keeps no term: leave it out or set it to at least 1")]
    ZeroMaxFeatures,
    /// `min_df` is zero.
    #[error("min_df is 0: set it to at least 1, the number of documents a term must occur in")]
    ZeroMinDf,
    /// The n-gram range is empty or starts at zero.
    #[error(
        "ngram_range ({low}, {high}) is empty: the first must be at least 1 and at most the second"
    )]
    NgramRange {
        /// Shortest n-gram asked for.
        low: usize,
        /// Longest n-gram asked for.
        high: usize,
    },
    /// No term was left to learn from.
    #[error(
        "empty vocabulary: none of the {terms} terms in {documents} documents occurs in at least \
         min_df = {min_df} of them; lower min_df or check that the texts hold words other than stop words"
    )]
    EmptyVocabulary {
        /// Documents fitted on.
        documents: usize,
        /// Distinct terms in the whole corpus.
        terms: usize,
        /// The document frequency asked for.
        min_df: usize,
    },
    /// A corpus was tokenised under other settings than the model's.
    #[error(
        "the corpus was tokenised with {corpus} but the model wants {model}: build the corpus from the model's analyzer"
    )]
    AnalyzerMismatch {
        /// Settings of the corpus.
        corpus: String,
        /// Settings of the model.
        model: String,
    },
    /// More terms than a 32-bit id can number.
    #[error("the corpus holds {0} terms, more than 2^32: use a narrower ngram_range")]
    TooManyTerms(usize),
    /// A row number points past the end.
    #[error("row {row} does not exist: there are {rows} rows")]
    RowOutOfRange {
        /// The row asked for.
        row: usize,
        /// Rows there are.
        rows: usize,
    },
    /// A matrix whose parts do not fit together.
    #[error("broken matrix: {0}")]
    Shape(String),
    /// Two inputs that should have one entry per row each do not.
    #[error("{left_name} has {left} entries but {right_name} has {right}: they must agree")]
    Lengths {
        /// First input.
        left_name: &'static str,
        /// Its length.
        left: usize,
        /// Second input.
        right_name: &'static str,
        /// Its length.
        right: usize,
    },
    /// Nothing was given where at least one row is needed.
    #[error("{0} is empty: at least one row is needed")]
    Empty(&'static str),
    /// A label that names no class.
    #[error("row {row} has label {label}, but there are only {classes} classes")]
    LabelOutOfRange {
        /// Row of the label.
        row: usize,
        /// The label.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// The class list is not strictly ascending.
    #[error("class {0:?} is out of order or repeated: classes must be sorted and distinct")]
    UnsortedClasses(String),
    /// All labels are the same.
    #[error(
        "every training row is of class {0:?}: a classifier needs at least 2 classes, so add rows of another"
    )]
    OneClass(String),
    /// A setting that must be above zero is not.
    #[error("{name} is {value}: it must be a finite number above 0")]
    NotPositive {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// `k` is zero.
    #[error("k is 0: at least one neighbour is needed")]
    ZeroNeighbours,
    /// More neighbours asked for than rows to choose from.
    #[error(
        "k = {k} neighbours asked for, but the training set has only {rows} rows: lower k or add rows"
    )]
    TooManyNeighbours {
        /// Neighbours asked for.
        k: usize,
        /// Rows to choose from.
        rows: usize,
    },
    /// More neighbours asked for than one fold leaves outside itself.
    #[error(
        "k = {k} neighbours asked for, but fold {fold} leaves only {rows} rows outside itself: lower k or add rows"
    )]
    TooManyNeighboursOutsideFold {
        /// Neighbours asked for.
        k: usize,
        /// The fold.
        fold: u32,
        /// Rows outside it.
        rows: usize,
    },
    /// A setting of the approximate index is out of its range.
    #[error("{name} of the approximate index is {value}: it must lie from {least} to {most}")]
    GraphSetting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: usize,
        /// The least there may be.
        least: usize,
        /// The most there may be.
        most: usize,
    },
    /// A vector holds a value no distance can be made of.
    #[error(
        "row {row}, column {column} is {value}: vectors must hold finite values of magnitude at most 1e15"
    )]
    BadValue {
        /// Row of the value.
        row: usize,
        /// Column of the value.
        column: usize,
        /// The value.
        value: f32,
    },
    /// Vectors of different width.
    #[error(
        "the training vectors have {index} columns but the queries have {query}: use the same encoder for both"
    )]
    Width {
        /// Columns of the index.
        index: usize,
        /// Columns of the queries.
        query: usize,
    },
    /// Dense vectors met sparse ones.
    #[error(
        "the training vectors are {index} but the queries are {query}: use the same method for both"
    )]
    MixedFeatures {
        /// Kind of the index.
        index: &'static str,
        /// Kind of the queries.
        query: &'static str,
    },
    /// No component asked for.
    #[error("components is 0: at least one is needed")]
    ZeroComponents,
    /// More components asked for than the matrix can have.
    #[error(
        "{components} components asked for, but the training matrix has only {rows} rows and {cols} columns: lower components to the smaller of the two or add rows"
    )]
    TooManyComponents {
        /// Components asked for.
        components: usize,
        /// Rows of the training matrix.
        rows: usize,
        /// Columns of the training matrix.
        cols: usize,
    },
    /// A matrix with nothing in it to learn from.
    #[error(
        "all values of the training matrix ({rows} rows, {cols} columns) are 0: check that the texts hold words of the vocabulary"
    )]
    ZeroMatrix {
        /// Rows of the training matrix.
        rows: usize,
        /// Columns of the training matrix.
        cols: usize,
    },
    /// Fewer than two folds.
    #[error("{0} folds asked for: at least 2 are needed")]
    TooFewFolds(usize),
    /// More folds than rows or groups.
    #[error("{folds} folds asked for, but there are only {have} {what}: ask for fewer folds")]
    TooManyFolds {
        /// Folds asked for.
        folds: usize,
        /// How many there are.
        have: usize,
        /// Rows or groups.
        what: &'static str,
    },
    /// A test share outside (0, 1).
    #[error("test_fraction is {0}: it must lie between 0 and 1, both excluded")]
    TestFraction(f64),
    /// A split left one side without rows.
    #[error(
        "splitting {rows} rows with test_fraction {fraction} leaves {side} empty: add rows or groups, or change the fraction"
    )]
    EmptySide {
        /// Rows to split.
        rows: usize,
        /// Test share.
        fraction: f64,
        /// Side without rows.
        side: &'static str,
    },
    /// A score of the wrong kind.
    #[error("row {row}, class {class} has score {value}: {expected} is needed there")]
    BadScore {
        /// Row of the score.
        row: usize,
        /// Class of the score.
        class: usize,
        /// The score.
        value: f64,
        /// What it should be.
        expected: &'static str,
    },
    /// Scores of a single class.
    #[error(
        "the scores are of one class only, so there is nothing to tell apart: add rows of another class"
    )]
    OneScoredClass,
    /// A share that is none.
    #[error("{name} is {value}: it must be above 0 and at most 1")]
    Share {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A calibration whose parts cannot have been fitted.
    #[error("broken calibration: {0}; fit it again")]
    Calibration(String),
    /// A day that no count was given for.
    #[error(
        "row {row} is of day {day}, but counts are given for {days} days only: give a row of counts for every day, zeros where nothing was observed"
    )]
    DayOutOfRange {
        /// Row of the day.
        row: usize,
        /// The day.
        day: u32,
        /// Days there are counts for.
        days: usize,
    },
    /// A row in a cell that is not there.
    #[error("row {row} is in cell {cell}, but there are only {cells} cells")]
    CellOutOfRange {
        /// The row.
        row: usize,
        /// Its cell.
        cell: u32,
        /// Number of cells.
        cells: usize,
    },
    /// A count that is none.
    #[error("row {row}, class {class} has count {value}: it must be a finite number, 0 or more")]
    BadCount {
        /// Row of the count.
        row: usize,
        /// Class of the count.
        class: usize,
        /// The value.
        value: f64,
    },
    /// A name that stands for nothing.
    #[error("{what} {name:?} is unknown: use one of {expected}")]
    UnknownName {
        /// Kind of thing.
        what: &'static str,
        /// The name given.
        name: String,
        /// Names that exist.
        expected: &'static str,
    },
}
