use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_sealed_opens_only_in_its_place(plain: Vec<u8>, place in "[a-z]{1,8}", flip: u16) {
        let key = FieldKey::generate();
        let sealed = key.seal(&place, &plain).unwrap();
        prop_assert_eq!(&**key.open(&place, &sealed).unwrap(), plain.as_slice());
        prop_assert!(key.open("elsewhere!", &sealed).is_err());
        prop_assert!(FieldKey::generate().open(&place, &sealed).is_err());
        let mut changed = sealed;
        let at = usize::from(flip) % changed.len();
        changed[at] ^= 0x40;
        prop_assert!(key.open(&place, &changed).is_err());
    }
}

#[test]
fn a_record_key_opens_under_its_master_key_only() {
    let ring = Keyring::ephemeral();
    let (wrapped, key) = ring.new_key().unwrap();
    let sealed = key.seal("caller", "张三".as_bytes()).unwrap();
    assert_eq!(
        &**ring
            .unwrap(&wrapped)
            .unwrap()
            .open("caller", &sealed)
            .unwrap(),
        "张三".as_bytes()
    );
    assert!(matches!(
        Keyring::ephemeral().unwrap(&wrapped),
        Err(CryptoError::OtherMasterKey { .. })
    ));
}

#[test]
fn the_key_file_is_made_once_and_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let first = Keyring::load_or_create(&path).unwrap();
    let again = Keyring::load_or_create(&path).unwrap();
    assert_eq!(
        first.blind("telephone", "0531"),
        again.blind("telephone", "0531")
    );
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions())
            & 0o777,
        0o600
    );
    std::fs::write(&path, "not a key").unwrap();
    assert!(matches!(
        Keyring::load_or_create(&path),
        Err(CryptoError::KeyFile { .. })
    ));
}

#[test]
fn blind_indexes_differ_by_kind_text_and_key() {
    let ring = Keyring::ephemeral();
    let index = ring.blind("number", "10000000001");
    assert_eq!(index, ring.blind("number", "10000000001"));
    for other in [
        ring.blind("tail", "10000000001"),
        ring.blind("number", "10000000002"),
        Keyring::ephemeral().blind("number", "10000000001"),
    ] {
        assert_ne!(index, other);
    }
}

#[test]
fn passwords_verify_and_damaged_hashes_say_so() {
    let hash = password::hash("正确的马").unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert!(password::verify("正确的马", &hash).unwrap());
    assert!(!password::verify("错误的马", &hash).unwrap());
    assert!(matches!(
        password::verify("x", "$argon2id$broken"),
        Err(CryptoError::DamagedHash)
    ));
}

#[test]
fn a_vault_opens_with_its_password_and_follows_a_new_one() {
    let (vault, bytes) = Vault::create("alt").unwrap();
    let sealed = vault.key().seal("draft", b"words").unwrap();
    let again = Vault::open("alt", &bytes).unwrap();
    assert_eq!(&**again.key().open("draft", &sealed).unwrap(), b"words");
    assert!(matches!(
        Vault::open("neu", &bytes),
        Err(CryptoError::WrongPassword)
    ));
    let moved = again.wrapped_for("neu").unwrap();
    assert_eq!(
        &**Vault::open("neu", &moved)
            .unwrap()
            .key()
            .open("draft", &sealed)
            .unwrap(),
        b"words"
    );
}

#[test]
fn a_chain_tells_order_and_content() {
    let link = |items: &[&[u8]]| {
        items
            .iter()
            .fold(chain::START, |at, item| chain::link(&at, item))
    };
    let whole = link(&[b"a", b"b", b"c"]);
    for other in [
        link(&[b"a", b"c", b"b"]),
        link(&[b"a", b"b"]),
        link(&[b"ab", b"c"]),
        link(&[b"a", b"b", b"d"]),
    ] {
        assert_ne!(whole, other);
    }
}

#[test]
fn hexadecimal_reads_back() {
    assert_eq!(hex(&[0, 255, 16]), "00ff10");
    assert_eq!(unhex("00ff10"), Some(vec![0, 255, 16]));
    for bad in ["0", "0g", "é0"] {
        assert_eq!(unhex(bad), None, "{bad}");
    }
}
