//! The one binary: seat, server, importer and practice room.

fn main() {}
