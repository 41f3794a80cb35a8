use crate::link::import::{ImportError, directory, directory_folder};

const UNITS: &str = "code,name,short,level,district,parent,aliases\n\
    SW,水务局,,city,,,水利局|供水\n\
    LX-CG,历下区城管局,历下城管,bureau,LX,SW,\n";
const DISTRICTS: &str = "code,name\nLX,历下区\n";
const AREAS: &str = "code,district,street,kind\n370102001,历下区,解放路街道,subdistrict\n";
const RULES: &str = "code,level1,level2,level3,aliases,kind,district,lead,co_units,basis,questions,required,clock\n\
    01,水,供水,停水,没水|断水,,,SW,{D}-CG,条例#第一条,几户？|何时？,when|where,utility\n\
    01,水,供水,停水,没水|断水,complain,LX,LX-CG,,条例#第一条,几户？|何时？,when|where,utility\n";

#[test]
fn a_directory_is_read_whole() {
    let files = [UNITS, DISTRICTS, AREAS, RULES].map(str::as_bytes);
    let made = directory(files).unwrap().unwrap();
    assert_eq!(
        (made.units.len(), made.items.len(), made.rules.len()),
        (2, 1, 2)
    );
    assert_eq!(made.units[0].short.as_str(), "水务局");
    assert_eq!(made.streets[0].district.as_str(), "LX");
    assert_eq!(made.items[0].required.len(), 2);
}

#[test]
fn each_fault_of_a_directory_has_its_line() {
    for (file, from, to, name, line, column) in [
        (0, "city", "town", "units.csv", 2, "level"),
        (0, "LX-CG,", "SW,", "units.csv", 3, "code"),
        (0, "bureau,LX", "bureau,XX", "units.csv", 3, ""),
        (2, "历下区", "火星区", "areas.csv", 2, "district"),
        (3, "when|where", "when|why", "directory.csv", 2, "required"),
        (3, "complain", "moan", "directory.csv", 3, "kind"),
        (3, "utility\n01", "soon\n01", "directory.csv", 2, "clock"),
        (3, ",SW,{D}", ",XX,{D}", "directory.csv", 2, ""),
        (3, "{D}-CG", "{D}-XX", "directory.csv", 2, ""),
        (
            3,
            "没水|断水,complain",
            "没水,complain",
            "directory.csv",
            3,
            "code",
        ),
        (3, ",complain,LX", ",,", "directory.csv", 2, ""),
        (
            3,
            "供水,停水",
            "供水,停\u{7}水",
            "directory.csv",
            2,
            "level3",
        ),
    ] {
        let mut files = [UNITS, DISTRICTS, AREAS, RULES].map(str::to_owned);
        files[file] = files[file].replacen(from, to, 1);
        let files = [0, 1, 2, 3].map(|at: usize| files[at].as_bytes());
        let refused = directory(files).unwrap().unwrap_err();
        let first = &refused[0];
        assert_eq!(
            (first.file.as_str(), first.line, first.column.as_str()),
            (name, line, column),
            "{from} → {to}: {refused:?}"
        );
    }
    let files = [UNITS, "code\nLX\n", AREAS, RULES].map(str::as_bytes);
    assert!(matches!(directory(files), Err(ImportError::Column { .. })));
}

#[test]
fn the_demonstration_directory_is_sound() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let made = directory_folder(&folder).unwrap().unwrap();
    assert!(made.items.len() >= 500, "{} items", made.items.len());
}
