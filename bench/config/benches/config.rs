//! Parses a config file of 10,000 profiles with vestibule and other parsers: `cargo xtask bench
//! config`.

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source::{Source, load};
use aws_types::os_shim_internal::{Env, Fs};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use vestibule_config::{Dialect, Document, IndexedText, SectionKind};

fn main() {
    divan::main();
}

static FILE: LazyLock<String> = LazyLock::new(|| bench_config::config_file(10_000));

/// Measures a parser; creating its input is not measured.
fn parse<I, O>(bencher: Bencher<'_, '_>, input: impl Fn() -> I, parse: impl Fn(I) -> O + Sync) {
    bencher.counter(BytesCount::of_str(FILE.as_str())).with_inputs(input).bench_local_values(parse);
}

#[divan::bench]
fn parse_vestibule(bencher: Bencher<'_, '_>) {
    parse(bencher, || FILE.clone(), |text| Document::parse(text, Dialect::Config));
}

#[divan::bench]
fn parse_aws_runtime(bencher: Bencher<'_, '_>) {
    parse(bencher, source, |source| EnvConfigSections::parse(source).unwrap());
}

#[divan::bench]
fn parse_rust_ini(bencher: Bencher<'_, '_>) {
    parse(bencher, || (), |()| ini::Ini::load_from_str(&FILE).unwrap());
}

/// Lower bound for every parser: finds each line end.
#[divan::bench]
fn visit_lines_memchr(bencher: Bencher<'_, '_>) {
    let visit = |()| memchr::memchr_iter(b'\n', FILE.as_bytes()).for_each(|end| _ = black_box(end));
    parse(bencher, || (), visit);
}

/// Looks up a profile and a key in an indexed text that is not parsed.
#[divan::bench(args = ["account-0-reader", "account-5000-reader", "account-9999-reader"])]
fn look_up_in_text(bencher: Bencher<'_, '_>, name: &str) {
    let text = IndexedText::new(FILE.as_str(), Dialect::Config);
    bencher.bench(|| {
        let found = text.find(SectionKind::Profile, black_box(name));
        found.section().unwrap().get("region").unwrap().text().len()
    });
}

/// Indexes a text, which `look_up_in_text` needs once.
#[divan::bench]
fn index_text(bencher: Bencher<'_, '_>) {
    parse(bencher, || FILE.clone(), |text| IndexedText::new(text, Dialect::Config));
}

/// Looks up a profile and a key in a parsed document.
#[divan::bench]
fn look_up_in_document(bencher: Bencher<'_, '_>) {
    let document = Document::parse(FILE.as_str(), Dialect::Config);
    bencher.bench(|| {
        let section = document.section(SectionKind::Profile, "account-7000-reader").unwrap();
        section.get("sso_role_name").unwrap().text().len()
    });
}

/// Returns the text as a `Source`. Its future is ready at once because no file is read.
fn source() -> Source {
    let files =
        EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, FILE.as_str()).build();
    let (env, fs) = (Env::from_slice(&[]), Fs::from_slice(&[]));
    let load = pin!(load(&env, &fs, &files));
    match load.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(source) => source.unwrap(),
        Poll::Pending => unreachable!("the contents are in memory"),
    }
}
