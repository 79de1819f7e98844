//! The encoder: texts in, one unit vector each out.

use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::forward::{Scratch, forward};
use crate::long_texts::{WINDOW_TOKENS, add_window, windows};
use crate::model::{Model, build};
use crate::pack::plan;
use crate::pool::scale_to_one;
use crate::processor::Processor;
use crate::revision::revision_of;
use crate::tokenizer::{Tokenizer, read_tokenizer};
use crate::weights::{self, WeightsError};
use crate::{DIM, EncoderError, LongTexts, Precision};

/// all-MiniLM-L6-v2, loaded; encoding borrows it, so threads may share one, and clones share the weights.
#[derive(Clone)]
pub struct Encoder {
    loaded: Arc<Loaded>,
    long_texts: LongTexts,
    revision: String,
}

struct Loaded {
    model: Model,
    precision: Precision,
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
    /// Every byte is hashed before a vector is made of it: a truncated, damaged or foreign file is an error
    /// here and never a wrong vector later. Long texts are cut; [`Encoder::reading`] has it otherwise.
    ///
    /// # Errors
    /// [`EncoderError::Unsupported`] where the processor lacks a precision that is asked for by name;
    /// the others where the files are not the pinned ones.
    pub fn load(dir: &Path, precision: Precision) -> Result<Encoder, EncoderError> {
        Encoder::load_on(Processor::detect(), dir, precision)
    }

    fn load_on(
        processor: Processor,
        dir: &Path,
        precision: Precision,
    ) -> Result<Encoder, EncoderError> {
        let precision = precision.on(processor)?;
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
        // Side by side, since hashing takes as long as packing; what a file that is not the pinned one
        // gave is thrown away.
        let (verified, model) = rayon::join(
            || weights::verify_bytes(&weights::MODEL, &path, &map),
            || build(&map, &path, precision, processor),
        );
        verified?;
        let loaded = Loaded {
            model: model?,
            precision,
            tokenizer,
            spare: Mutex::default(),
        };
        Ok(Encoder::over(Arc::new(loaded), LongTexts::default()))
    }

    fn over(loaded: Arc<Loaded>, long_texts: LongTexts) -> Encoder {
        Encoder {
            revision: revision_of(loaded.precision, long_texts),
            loaded,
            long_texts,
        }
    }

    /// The same weights, long texts read another way.
    pub fn reading(&self, long_texts: LongTexts) -> Encoder {
        Encoder::over(Arc::clone(&self.loaded), long_texts)
    }

    /// How long texts are read.
    pub fn long_texts(&self) -> LongTexts {
        self.long_texts
    }

    /// The precision in use, never [`Precision::Auto`].
    pub fn precision(&self) -> Precision {
        self.loaded.precision
    }

    /// Names what a vector depends on (weights, precision, tokens kept): a key for caches.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The tokenizer in use, to see what a text becomes or how many tokens it has.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.loaded.tokenizer
    }

    /// Embeds texts on rayon's current thread pool; see [`Encoder::encode_with_progress`].
    pub fn encode(&self, texts: &[&str]) -> Embeddings {
        self.encode_with_progress(texts, &|_| ())
    }

    /// Embeds texts and tells `progress`, from any thread, how many more texts are done.
    ///
    /// A text's vector is the same to the bit whatever the other texts and however many threads.
    /// Memory beyond the result is bounded: some 10 MB a thread and the tokens and vectors of 4,096
    /// windows.
    pub fn encode_with_progress(
        &self,
        texts: &[&str],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Embeddings {
        let mut data = vec![0.0; texts.len() * DIM];
        let together = WINDOWS / self.long_texts.most_windows();
        for (texts, rows) in texts.chunks(together).zip(data.chunks_mut(together * DIM)) {
            self.encode_some(texts, rows, progress);
        }
        Embeddings {
            rows: texts.len(),
            dim: DIM,
            data,
        }
    }

    fn encode_some(&self, texts: &[&str], rows: &mut [f32], progress: &(dyn Fn(usize) + Sync)) {
        let windows = self.windows_of(texts);
        let lengths: Vec<usize> = windows.iter().map(|window| window.ids.len()).collect();
        let plan = plan(&lengths, PACK_TOKENS);
        let vectors: Vec<Vec<f32>> = plan
            .packs
            .par_iter()
            .with_max_len(1)
            .map(|pack| {
                let pack = &plan.order[pack.clone()];
                let ids: Vec<&[u32]> = pack.iter().map(|&i| &*windows[i].ids).collect();
                let mut out = vec![0.0; ids.len() * DIM];
                let mut scratch = self.spare().pop().unwrap_or_default();
                forward(&self.loaded.model, &ids, &mut scratch, &mut out);
                self.spare().push(scratch);
                progress(pack.iter().filter(|&&i| windows[i].is_first).count());
                out
            })
            .collect();
        let mut by_window = vec![&[][..]; windows.len()];
        let vectors = vectors.iter().flat_map(|pack| pack.chunks_exact(DIM));
        for (&window, vector) in plan.order.iter().zip(vectors) {
            by_window[window] = vector;
        }
        join_windows(&windows, &by_window, rows);
    }

    /// The windows of all texts, in their order.
    fn windows_of(&self, texts: &[&str]) -> Vec<Window> {
        let tokenizer = self.tokenizer();
        let most = self.long_texts.most_windows() * WINDOW_TOKENS;
        let of_text = |(text, words): (usize, &&str)| -> Vec<Window> {
            let ids = tokenizer.content(words, most);
            let enclosed = windows(&ids).map(|window| tokenizer.enclose(window));
            let windows = enclosed.enumerate().map(|(at, ids)| Window {
                text,
                is_first: at == 0,
                ids,
            });
            windows.collect()
        };
        let of_each: Vec<Vec<Window>> = texts.par_iter().enumerate().map(of_text).collect();
        of_each.into_iter().flatten().collect()
    }

    /// Scratch buffers hold no state between packs, so a panic elsewhere cannot spoil them.
    fn spare(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.loaded
            .spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece of a text that goes through the network at once.
struct Window {
    text: usize,
    is_first: bool,
    ids: Vec<u32>,
}

/// Writes each text's vector into its row; the vector of a single window stays as it is.
fn join_windows(windows: &[Window], vectors: &[&[f32]], rows: &mut [f32]) {
    let numbered: Vec<(&Window, &[f32])> = windows.iter().zip(vectors.iter().copied()).collect();
    for of_text in numbered.chunk_by(|(a, _), (b, _)| a.text == b.text) {
        let row = &mut rows[of_text[0].0.text * DIM..][..DIM];
        match of_text {
            [(_, vector)] => row.copy_from_slice(vector),
            several => {
                for (window, vector) in several {
                    add_window(row, vector, window.ids.len() - 2);
                }
                scale_to_one(row);
            }
        }
    }
}

/// Tokens a pack aims at: enough rows to hide the packing of the weights in every product.
const PACK_TOKENS: usize = 512;

/// The most windows of text that are tokenized and sorted at a time.
const WINDOWS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    /// What a processor without any of the kernels runs, through the `gemm` crate.
    #[test]
    fn without_kernels_the_vectors_are_the_same() {
        let Some(found) = weights::locate(None) else {
            return;
        };
        let load = |processor| Encoder::load_on(processor, &found.dir, Precision::Auto);
        let plain = load(Processor::PORTABLE).expect("the weights are good");
        assert_eq!(plain.precision(), Precision::F32);
        let fast = Encoder::load(&found.dir, Precision::F32).expect("the weights are good");
        let texts: Vec<String> = (0..20)
            .map(|i| format!("Baker {i}, {}", "rye and wheat ".repeat(i * i)))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (a, b) = (plain.encode(&texts), fast.encode(&texts));
        for (i, text) in texts.iter().enumerate() {
            let products = a.row(i).iter().zip(b.row(i));
            let cosine: f64 = products.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            assert!(cosine > 0.999_999, "{text}: {cosine}");
            assert!(plain.encode(&[text]).row(0) == a.row(i), "{text} alone");
        }
    }

    #[test]
    fn a_precision_that_the_processor_lacks_is_refused_by_name() {
        let load = |p| Encoder::load_on(Processor::PORTABLE, Path::new("nowhere"), p);
        for (precision, lacking) in [
            (Precision::Bf16, "AVX-512 BF16"),
            (Precision::Int8, "AVX-512 VNNI"),
        ] {
            let refused = load(precision).err().expect("it has no such kernels");
            let said = refused.to_string();
            assert!(
                said.contains(precision.word()) && said.contains(lacking),
                "{said}"
            );
        }
    }
}
