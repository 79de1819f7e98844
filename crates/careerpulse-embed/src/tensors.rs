//! Reading named tensors out of a safetensors file, each checked before use.

use std::path::Path;

use safetensors::{Dtype, SafeTensors};

use crate::EncoderError;

/// The header and bytes of one safetensors file.
pub struct Tensors<'a>(SafeTensors<'a>);

/// Parses the header of `bytes`; `path` is named in the error.
pub fn parse<'a>(bytes: &'a [u8], path: &Path) -> Result<Tensors<'a>, EncoderError> {
    SafeTensors::deserialize(bytes)
        .map(Tensors)
        .map_err(|error| EncoderError::Format {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// Copies out the tensor `name`, flattened, if it is of 32-bit floats, of this shape and finite.
pub fn take(tensors: &Tensors, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
    let tensor = tensors
        .0
        .tensor(name)
        .map_err(|_| EncoderError::MissingTensor {
            name: name.to_owned(),
        })?;
    if tensor.dtype() != Dtype::F32 {
        let found = format!("{:?}", tensor.dtype());
        return Err(EncoderError::TensorType {
            name: name.to_owned(),
            found,
        });
    }
    if tensor.shape() != shape {
        return Err(EncoderError::TensorShape {
            name: name.to_owned(),
            wanted: shape.to_vec(),
            found: tensor.shape().to_vec(),
        });
    }
    let (quads, _) = tensor.data().as_chunks::<4>();
    let values: Vec<f32> = quads
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(EncoderError::NotFinite {
            name: name.to_owned(),
            index,
            value: values[index],
        }),
        None => Ok(values),
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{TensorView, serialize};

    use super::*;

    fn file(values: &[f32], shape: &[usize]) -> Vec<u8> {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let view = TensorView::new(Dtype::F32, shape.to_vec(), &bytes).expect("sizes agree");
        serialize([("weight", view)], None).expect("a tiny file serialises")
    }

    fn message(bytes: &[u8], name: &str, shape: &[usize]) -> String {
        parse(bytes, Path::new("model.safetensors"))
            .and_then(|tensors| take(&tensors, name, shape))
            .expect_err("this file is bad")
            .to_string()
    }

    #[test]
    fn a_good_tensor_comes_out() {
        let bytes = file(&[1.0, 2.0], &[1, 2]);
        let tensors = parse(&bytes, Path::new("x")).expect("it parses");
        assert_eq!(
            take(&tensors, "weight", &[1, 2]).expect("it is there"),
            [1.0, 2.0]
        );
    }

    #[test]
    fn bad_tensors_are_named() {
        let bytes = file(&[1.0, f32::NAN], &[1, 2]);
        let shape = message(&bytes, "weight", &[2, 2]);
        assert!(shape.contains("`weight`") && shape.contains("[1, 2]") && shape.contains("[2, 2]"));
        assert!(message(&bytes, "bias", &[2]).contains("`bias` is missing"));
        assert!(message(&bytes, "weight", &[1, 2]).contains("NaN at index 1"));
        let whole = TensorView::new(Dtype::I32, vec![1], &[0; 4]).expect("sizes agree");
        let whole = serialize([("weight", whole)], None).expect("a tiny file serialises");
        assert!(message(&whole, "weight", &[1]).contains("I32"));
    }

    #[test]
    fn a_truncated_file_is_refused_at_every_length() {
        let bytes = file(&[1.0, 2.0, 3.0], &[3]);
        for length in 0..bytes.len() {
            assert!(message(&bytes[..length], "weight", &[3]).contains("model.safetensors"));
        }
    }
}
