//! Places in words: finds the district and the street that an address names.
