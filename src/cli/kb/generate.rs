//! `hotline kb generate`: many realistic entries to measure with.

use crate::cli::Setup;
use crate::cli::args::KbGenerate;
use crate::cli::demo::seed;
use crate::cli::fault::Fault;
use crate::search::generate::Generator;
use crate::words::Cli as Say;
use std::fs::File;
use std::io::{BufWriter, Write as _};

/// Writes the entries as JSON Lines, in the form that `kb import` reads. Error: the file can't be written.
pub fn generate(setup: &Setup, args: &KbGenerate) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::failed(format!("{}: {error}", args.out.display()));
    let sources = seed::knowledge_of_the_demo().map_err(Fault::failed)?;
    let places = seed::streets_of_the_demo();
    let mut out = BufWriter::new(File::create(&args.out).map_err(failed)?);
    for entry in Generator::new(&sources, &places, args.seed).take(args.count) {
        serde_json::to_writer(&mut out, &entry).map_err(|error| failed(error.into()))?;
        out.write_all(b"\n").map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    let values = [
        ("count", args.count.into()),
        ("file", args.out.display().to_string().into()),
    ];
    told!("{}", setup.words.say_with(Say::GenerateDone, &values));
    Ok(())
}
