//! Randomness.

use kycd::vault::random;
use uuid::Version;

#[test]
fn drawn_bytes_differ() {
    assert_ne!(random::bytes::<32>(), random::bytes::<32>());
    assert_ne!(random::bytes::<12>(), [0; 12]);
}

#[test]
fn ids_are_random_uuids() {
    let id = random::id();
    assert_eq!(id.get_version(), Some(Version::Random));
    assert_ne!(id, random::id());
}
