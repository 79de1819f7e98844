//! The one door to the `gemm` crate: matrix products over borrowed views, lengths checked.

/// A matrix seen in a slice: element (i, j) lies at `i * row_stride + j * col_stride`.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The numbers.
    pub data: &'a [f32],
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub cols: usize,
    /// Distance from a row to the next.
    pub row_stride: usize,
    /// Distance from a column to the next.
    pub col_stride: usize,
}

/// `out = a · b` on the calling thread, `out` in rows `out_stride` apart.
///
/// Where `a` has two rows or more and `b` is wider than 64 columns, the sum behind one element
/// runs in an order that depends on the inner size alone: a row of `out` is then the same to the
/// bit whichever rows stand around it, which is what makes packing texts together harmless.
#[expect(unsafe_code, reason = "the fast matrix product takes raw pointers")]
pub fn multiply(a: View, b: View, out: &mut [f32], out_stride: usize) {
    assert_eq!(a.cols, b.rows, "the inner sizes of a product agree");
    assert!(fits(
        a.data.len(),
        a.rows,
        a.cols,
        a.row_stride,
        a.col_stride
    ));
    assert!(fits(
        b.data.len(),
        b.rows,
        b.cols,
        b.row_stride,
        b.col_stride
    ));
    assert!(fits(out.len(), a.rows, b.cols, out_stride, 1) && b.cols <= out_stride);
    // SAFETY: the three assertions above bound every index that the kernel forms from these sizes
    // and strides by the length of its slice, `out` is borrowed mutably and so overlaps neither
    // input, and with `read_dst` false its former contents are not read.
    unsafe {
        gemm::gemm(
            a.rows,
            b.cols,
            a.cols,
            out.as_mut_ptr(),
            1,
            out_stride as isize,
            false,
            a.data.as_ptr(),
            a.col_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.col_stride as isize,
            b.row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// A linear layer's weights, kept with the inputs as rows so that the kernel reads them in order.
pub struct Plain {
    /// Columns of the input.
    pub inputs: usize,
    /// Columns of the output.
    pub outputs: usize,
    weight: Vec<f32>,
    /// One value per output, left to the caller to add where it fuses best.
    pub bias: Vec<f32>,
}

/// Turns a weight of shape `[outputs, inputs]`, as stored, into a [`Plain`].
pub fn plain(weight: &[f32], bias: Vec<f32>) -> Plain {
    let outputs = bias.len();
    let inputs = weight.len() / outputs;
    assert_eq!(
        inputs * outputs,
        weight.len(),
        "a weight has a row per bias"
    );
    let mut turned = vec![0.0; weight.len()];
    for (j, row) in weight.chunks_exact(inputs).enumerate() {
        for (i, &w) in row.iter().enumerate() {
            turned[i * outputs + j] = w;
        }
    }
    Plain {
        inputs,
        outputs,
        weight: turned,
        bias,
    }
}

/// `out = x · W`, without the bias; `x` is `[rows, inputs]`, `out` is `[rows, outputs]`.
pub fn apply(layer: &Plain, rows: usize, x: &[f32], out: &mut [f32]) {
    let x = View {
        data: x,
        rows,
        cols: layer.inputs,
        row_stride: layer.inputs,
        col_stride: 1,
    };
    let w = View {
        data: &layer.weight,
        rows: layer.inputs,
        cols: layer.outputs,
        row_stride: layer.outputs,
        col_stride: 1,
    };
    multiply(x, w, out, layer.outputs);
}

fn fits(len: usize, rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> bool {
    rows == 0 || cols == 0 || (rows - 1) * row_stride + (cols - 1) * col_stride < len
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_three_loops(rows in 1usize..20, inner in 1usize..40, cols in 1usize..70, seed in 0u32..1000) {
            let number = |i: usize| ((i as u32 * 7919 + seed) % 17) as f32 - 8.0;
            let a: Vec<f32> = (0..rows * inner).map(number).collect();
            let b: Vec<f32> = (0..cols * inner).map(number).collect();
            let mut out = vec![f32::NAN; rows * cols];
            let left = View { data: &a, rows, cols: inner, row_stride: inner, col_stride: 1 };
            let right = View { data: &b, rows: inner, cols, row_stride: 1, col_stride: inner };
            multiply(left, right, &mut out, cols);
            for i in 0..rows {
                for j in 0..cols {
                    let wanted: f32 = (0..inner).map(|k| a[i * inner + k] * b[j * inner + k]).sum();
                    prop_assert_eq!(out[i * cols + j], wanted);
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "fits")]
    fn a_view_past_its_slice_is_refused() {
        let data = [0.0; 5];
        let view = View {
            data: &data,
            rows: 2,
            cols: 3,
            row_stride: 3,
            col_stride: 1,
        };
        let square = View {
            data: &data,
            rows: 3,
            cols: 1,
            row_stride: 1,
            col_stride: 1,
        };
        multiply(view, square, &mut [0.0; 2], 1);
    }
}
