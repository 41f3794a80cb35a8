//! The desk's ports on the real server: what a desk asks for arrives, what the server tells comes back, nothing
//! is lost while there is no line.

mod import;
mod ports;
