use vestibule_emulator::Emulator;
use vestibule_types::printable;

/// Checks that a configuration file of the emulator is read, or refused with line and column.
pub fn emulator_config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Emulator::builder().toml(&text) {
        Ok(builder) => drop(builder.build()),
        Err(error) => {
            let shown = error.to_string();
            assert_eq!(printable(&shown), shown);
            let mut place = shown.splitn(3, ':').map(str::parse::<u32>);
            let has_place = matches!((place.next(), place.next()), (Some(Ok(1..)), Some(Ok(1..))));
            assert!(has_place, "no line and column: {shown}");
        }
    }
}
