//! The numbers that the forward pass multiplies, and which of them this processor can.

use std::fmt;
use std::str::FromStr;

use crate::EncoderError;
use crate::processor::Processor;

/// In which numbers the products of the forward pass are taken; sums, norms, softmax and GELU are in
/// 32-bit floats in every one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Precision {
    /// The fastest at hand whose vectors have a cosine of 0.9999 or more to the reference's: `Bf16`
    /// where the processor has it, else `F32`.
    #[default]
    Auto,
    /// 32-bit floats, on every processor: cosine 0.999999 and more.
    F32,
    /// 16-bit brain floats, on processors with AVX-512 BF16: cosine 0.9999 and more.
    Bf16,
    /// 8-bit integers (attention, and the second feed-forward half of the first two layers, in brain
    /// floats), on processors with AVX-512 VNNI and BF16: cosine 0.997 and more on texts of some 256
    /// tokens, 0.99 on texts of a handful.
    Int8,
}

impl Precision {
    /// All of them.
    pub const ALL: [Precision; 4] = [
        Precision::Auto,
        Precision::F32,
        Precision::Bf16,
        Precision::Int8,
    ];

    /// All but [`Precision::Auto`], which stands for one of them.
    pub const NAMED: [Precision; 3] = [Precision::F32, Precision::Bf16, Precision::Int8];

    /// The precision to use here: what [`Precision::Auto`] stands for, or the one that is named.
    ///
    /// # Errors
    /// [`EncoderError::Unsupported`] where this processor lacks the one that is named.
    pub fn on_this_processor(self) -> Result<Precision, EncoderError> {
        self.on(Processor::detect())
    }

    /// The precision to use on a processor: what [`Precision::Auto`] stands for there, or the one that
    /// is named.
    pub(crate) fn on(self, processor: Processor) -> Result<Precision, EncoderError> {
        let bf16 = (processor.has_bf16(), "AVX-512 BF16");
        let vnni = (processor.has_vnni(), "AVX-512 VNNI");
        let needed: &[(bool, &'static str)] = match self {
            Precision::Auto if processor.has_bf16() => return Ok(Precision::Bf16),
            Precision::Auto | Precision::F32 => return Ok(Precision::F32),
            Precision::Bf16 => &[bf16],
            Precision::Int8 => &[vnni, bf16],
        };
        match needed.iter().find(|(is_there, _)| !is_there) {
            None => Ok(self),
            Some(&(_, lacking)) => Err(EncoderError::Unsupported {
                precision: self,
                lacking,
            }),
        }
    }

    /// The word for it, as read by [`FromStr`].
    pub fn word(self) -> &'static str {
        match self {
            Precision::Auto => "auto",
            Precision::F32 => "f32",
            Precision::Bf16 => "bf16",
            Precision::Int8 => "int8",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Precision {
    type Err = EncoderError;

    fn from_str(word: &str) -> Result<Precision, EncoderError> {
        let named = Precision::ALL.into_iter().find(|p| p.word() == word);
        named.ok_or_else(|| EncoderError::Word {
            found: word.to_owned(),
            known: "auto, f32, bf16 or int8",
        })
    }
}
