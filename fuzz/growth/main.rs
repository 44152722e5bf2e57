//! Measures the growth of the time of each reader with its input: `cargo xtask bench growth`.
//!
//! Every input of the corpus is cut into pieces, and each piece is repeated in its place until the
//! input has one size, and sixteen times that size. A reader that looks at each byte a bounded number
//! of times needs sixteen times as long for it, and up to four times more where the larger input no
//! longer fits in a cache; one that starts again at each piece needs 256 times as long. Prints the fastest growing inputs of each reader as JSON.
#![expect(clippy::disallowed_methods, reason = "the corpus is read from files")]
#![expect(clippy::print_stdout, reason = "its output is the figures")]

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::panic::catch_unwind;
use std::path::Path;

use cpu_time::ProcessTime;
use serde_json::json;
use vestibule_fuzz::Target;

mod readers;

use readers::READERS;

/// Bytes of the smaller input, and the factor of the larger one.
const SIZE: usize = 32 << 10;
const TIMES: usize = 16;

/// Pieces of one kind per input of the corpus.
const PIECES: usize = 24;

/// Runs of each input; the fastest counts.
const RUNS: usize = 3;

/// Inputs printed for each reader.
const PRINTED: usize = 3;

fn main() {
    for (name, reader) in READERS {
        let mut measured: Vec<_> = inputs(name)
            .iter()
            .flat_map(|(file, input)| {
                pieces(input)
                    .into_iter()
                    .map(move |piece| Growth::measure(*reader, file, input, piece))
            })
            .collect();
        measured.sort_by(|a, b| b.factor().total_cmp(&a.factor()));
        for growth in measured.iter().take(PRINTED) {
            println!("{}", growth.json(name));
        }
    }
}

/// Returns the corpus of a fuzz target, with the names of the files.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.ok()?;
        Some((entry.file_name().into_string().ok()?, fs::read(entry.path()).ok()?))
    };
    let mut inputs: Vec<_> = fs::read_dir(folder).into_iter().flatten().filter_map(read).collect();
    inputs.sort();
    inputs
}

/// Cuts an input into the whole, its lines, its words and its signs.
fn pieces(input: &[u8]) -> BTreeSet<(usize, usize)> {
    let whole = 0..input.len();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let lines = ranges(input.split_inclusive(|byte| *byte == b'\n'));
    let words = ranges(input.chunk_by(|a, b| is_word(a) == is_word(b)));
    let signs = (0..input.len()).filter(|at| !is_word(&input[*at])).map(|at| at..at + 1);
    [vec![whole], lines, words, signs.collect()]
        .into_iter()
        .flat_map(|kind| {
            let step = kind.len().div_ceil(PIECES).max(1);
            kind.into_iter().step_by(step)
        })
        .filter(|range| !range.is_empty())
        .map(|Range { start, end }| (start, end))
        .collect()
}

fn ranges<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Vec<Range<usize>> {
    let mut end = 0;
    parts
        .map(|part| {
            let start = end;
            end += part.len();
            start..end
        })
        .collect()
}

/// The time of a reader for one piece of an input, repeated.
struct Growth {
    file: String,
    piece: String,
    /// Milliseconds for the smaller input and for the larger one; `None` if it panics.
    milliseconds: Option<[f64; 2]>,
}

impl Growth {
    fn measure(reader: Target, file: &str, input: &[u8], (start, end): (usize, usize)) -> Self {
        let piece = &input[start..end];
        let sized = |size: usize| {
            let repeated = piece.repeat(size / piece.len());
            [&input[..start], &repeated, &input[end..]].concat()
        };
        let milliseconds = [SIZE, SIZE * TIMES].map(|size| time(reader, &sized(size)));
        let milliseconds = match milliseconds {
            [Some(small), Some(large)] => Some([small, large]),
            _ => None,
        };
        Self {
            file: file.to_owned(),
            piece: String::from_utf8_lossy(piece).chars().take(60).collect(),
            milliseconds,
        }
    }

    /// Returns the factor of the time. A time below a millisecond is noise.
    fn factor(&self) -> f64 {
        self.milliseconds.map_or(f64::INFINITY, |[small, large]| large / small.max(1.0))
    }

    fn json(&self, reader: &str) -> serde_json::Value {
        json!({
            "reader": reader,
            "file": self.file,
            "piece": self.piece,
            "milliseconds": self.milliseconds,
            "factor": self.milliseconds.map(|_| self.factor()),
        })
    }
}

/// Returns the processor time of the fastest run; `None` if the reader panics.
fn time(reader: Target, input: &[u8]) -> Option<f64> {
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        let start = ProcessTime::now();
        catch_unwind(|| reader(input)).ok()?;
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e3);
    }
    Some(fastest)
}
