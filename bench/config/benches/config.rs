//! A config file of 10,000 profiles, read by us and by others: `cargo xtask bench config`.

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

static FILE: LazyLock<String> = LazyLock::new(|| bench_config::file(10_000));

/// Every parser is handed the text and may keep it.
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

/// The yardstick: no parser is faster than visiting each line.
#[divan::bench]
fn visit_lines_memchr(bencher: Bencher<'_, '_>) {
    let visit = |()| memchr::memchr_iter(b'\n', FILE.as_bytes()).for_each(|end| _ = black_box(end));
    parse(bencher, || (), visit);
}

/// One profile and one of its keys, in a text that is not parsed.
#[divan::bench(args = ["account-0-reader", "account-5000-reader", "account-9999-reader"])]
fn look_up_in_text(bencher: Bencher<'_, '_>, name: &str) {
    let haystack = IndexedText::new(FILE.as_str(), Dialect::Config);
    bencher.bench(|| {
        let found = haystack.find(SectionKind::Profile, black_box(name));
        found.section().unwrap().get("region").unwrap().text().len()
    });
}

/// What comes before the first of these, once.
#[divan::bench]
fn take_in_text(bencher: Bencher<'_, '_>) {
    parse(bencher, || FILE.clone(), |text| IndexedText::new(text, Dialect::Config));
}

/// One profile, once the file is parsed.
#[divan::bench]
fn look_up_vestibule(bencher: Bencher<'_, '_>) {
    let document = Document::parse(FILE.as_str(), Dialect::Config);
    bencher.bench(|| {
        let section = document.section(SectionKind::Profile, "account-7000-reader").unwrap();
        section.get("sso_role_name").unwrap().text().len()
    });
}

/// The text as `aws-runtime` wants it; nothing is read, so the future is ready at once.
fn source() -> Source {
    let files =
        EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, FILE.as_str()).build();
    let (env, fs) = (Env::from_slice(&[]), Fs::from_slice(&[]));
    let load = pin!(load(&env, &fs, &files));
    match load.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(source) => source.unwrap(),
        Poll::Pending => unreachable!("the contents were given"),
    }
}
