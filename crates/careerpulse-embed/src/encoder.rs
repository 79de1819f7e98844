//! The encoder: texts in, one unit vector each out.

use std::fs::{self, File};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::forward::{Scratch, forward};
use crate::model::{Model, build};
use crate::pack::plan;
use crate::tokenizer::{Tokenizer, read_tokenizer};
use crate::weights::{self, WeightsError};
use crate::{DIM, EncoderError};

/// all-MiniLM-L6-v2, loaded; encoding borrows it, so threads may share one.
pub struct Encoder {
    model: Model,
    tokenizer: Tokenizer,
    spare: Mutex<Vec<Scratch>>,
}

/// One vector of length one per text.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// Number of texts.
    pub rows: usize,
    /// Width of a row, 384.
    pub dim: usize,
    /// `rows * dim` values, row after row in the order of the texts.
    pub data: Vec<f32>,
}

impl Embeddings {
    /// The vector of text `i`; panics past the last row, as slices do.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.data[i * self.dim..(i + 1) * self.dim]
    }
}

impl Encoder {
    /// Loads the encoder from a folder that holds the pinned files, see [`weights`].
    ///
    /// Every byte is hashed before it is used: a truncated, damaged or foreign file is an error
    /// here and never a wrong vector later.
    pub fn load(dir: &Path) -> Result<Encoder, EncoderError> {
        let path = weights::TOKENIZER.path(dir);
        let bytes = fs::read(&path).map_err(|source| WeightsError::read(&path, source))?;
        weights::verify_bytes(&weights::TOKENIZER, &path, &bytes)?;
        let tokenizer = read_tokenizer(&bytes, &path)?;

        let path = weights::MODEL.path(dir);
        let file = File::open(&path).map_err(|source| WeightsError::read(&path, source))?;
        // SAFETY: the bytes are hashed and copied out as plain numbers while the map lives, which
        // is to the end of this function; `pull` replaces the file by renaming and never writes
        // into it, so the mapped bytes stay as they are unless someone damages the cache now.
        #[expect(unsafe_code, reason = "91 MB are mapped rather than read")]
        let map = unsafe { memmap2::Mmap::map(&file) }
            .map_err(|source| WeightsError::read(&path, source))?;
        weights::verify_bytes(&weights::MODEL, &path, &map)?;
        Ok(Encoder {
            model: build(&map, &path)?,
            tokenizer,
            spare: Mutex::default(),
        })
    }

    /// Names what a vector depends on (weights, precision, tokens kept): a key for caches.
    pub fn revision(&self) -> &'static str {
        "all-MiniLM-L6-v2/53aa5117/f32/256"
    }

    /// The tokenizer in use, to see what a text becomes or how many tokens it has.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Embeds texts on rayon's current thread pool; see [`Encoder::encode_with_progress`].
    pub fn encode(&self, texts: &[&str]) -> Embeddings {
        self.encode_with_progress(texts, &|_| ())
    }

    /// Embeds texts and tells `progress`, from any thread, how many more texts are done.
    ///
    /// A text's vector is the same to the bit whatever the other texts and however many threads.
    /// Memory beyond the result is bounded: some 10 MB a thread and the tokens of 4,096 texts.
    pub fn encode_with_progress(
        &self,
        texts: &[&str],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Embeddings {
        let mut data = vec![0.0; texts.len() * DIM];
        for (texts, rows) in texts.chunks(WINDOW).zip(data.chunks_mut(WINDOW * DIM)) {
            self.encode_window(texts, rows, progress);
        }
        Embeddings {
            rows: texts.len(),
            dim: DIM,
            data,
        }
    }

    fn encode_window(&self, texts: &[&str], rows: &mut [f32], progress: &(dyn Fn(usize) + Sync)) {
        let ids: Vec<Vec<u32>> = texts
            .par_iter()
            .map(|text| self.tokenizer.encode(text))
            .collect();
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();
        let plan = plan(&lengths, PACK_TOKENS);
        let vectors: Vec<Vec<f32>> = plan
            .packs
            .par_iter()
            .with_max_len(1)
            .map(|pack| {
                let ids: Vec<&[u32]> = plan.order[pack.clone()].iter().map(|&i| &*ids[i]).collect();
                let mut out = vec![0.0; ids.len() * DIM];
                let mut scratch = self.spare().pop().unwrap_or_default();
                forward(&self.model, &ids, &mut scratch, &mut out);
                self.spare().push(scratch);
                progress(ids.len());
                out
            })
            .collect();
        for (&text, vector) in plan
            .order
            .iter()
            .zip(vectors.iter().flat_map(|v| v.chunks(DIM)))
        {
            rows[text * DIM..][..DIM].copy_from_slice(vector);
        }
    }

    /// Scratch buffers hold no state between packs, so a panic elsewhere cannot spoil them.
    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tokens a pack aims at: enough rows to hide the packing of the weights in every product.
const PACK_TOKENS: usize = 512;

/// Texts tokenized and sorted at a time.
const WINDOW: usize = 4096;
