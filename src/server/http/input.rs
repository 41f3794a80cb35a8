//! What comes in: JSON bodies with their limit and idempotency key, queries, identifiers in the path. Every
//! mistake becomes an [`ApiError`] that names the field; nothing of a half-read request is kept.

use super::App;
use super::answer::Failure;
use crate::crypto::sha256;
use crate::protocol::IDEMPOTENCY_HEADER;
use crate::protocol::error::ApiError;
use crate::server::service::IdempotencyKey;
use crate::server::service::invalid;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The most bytes of a usual body.
pub const USUAL: u64 = 256 * 1024;
/// The most bytes of an import.
pub const IMPORT: u64 = 8 * 1024 * 1024;
/// The most characters of an idempotency key.
const KEY_MAX: usize = 128;

/// A JSON body with the key it came under.
pub struct Sent<T, const LIMIT: u64 = USUAL> {
    /// What was sent.
    pub value: T,
    /// Its idempotency key.
    pub key: Option<IdempotencyKey>,
}

impl<T: DeserializeOwned, const LIMIT: u64> FromRequest<App> for Sent<T, LIMIT> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        json_only(&parts.headers)?;
        let bytes = read(&parts.headers, body, LIMIT).await?;
        Ok(Self {
            value: parse(&bytes)?,
            key: key(&parts, &bytes)?,
        })
    }
}

fn json_only(headers: &HeaderMap) -> Result<(), Failure> {
    let is_json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        return Ok(());
    }
    Err(Failure::with_status(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        invalid("content-type", "application/json is expected"),
    ))
}

async fn read(headers: &HeaderMap, body: axum::body::Body, limit: u64) -> Result<Vec<u8>, Failure> {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(ApiError::TooLarge { limit }.into());
    }
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| invalid("body", "it broke off"))?;
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(ApiError::TooLarge { limit }.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "body" } else { path.as_str() };
        invalid(field, error.inner())
    })?;
    reader.end().map_err(|error| invalid("body", error))?;
    Ok(value)
}

fn key(parts: &Parts, body: &[u8]) -> Result<Option<IdempotencyKey>, Failure> {
    let Some(value) = parts.headers.get(IDEMPOTENCY_HEADER) else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or("").trim();
    if key.is_empty() || key.chars().count() > KEY_MAX {
        return Err(invalid(
            IDEMPOTENCY_HEADER,
            "1 to 128 visible characters are expected",
        )
        .into());
    }
    let mut all = format!("{} {}\n", parts.method, parts.uri.path()).into_bytes();
    all.extend_from_slice(body);
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        body: sha256(&all),
    }))
}

/// Who asks: the peer, or, behind a proxy on this very machine, whom that names last. Each proxy adds its own
/// client at the end, as a value or as a line of its own; what stands before was said by the client. A socket for both
/// families names an IPv4 peer as an IPv6 address, which is not the loopback before it is made IPv4 again.
pub fn asker(parts: &Parts, behind_proxy: bool) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| {
            peer.0.ip().to_canonical()
        });
    if !behind_proxy || !peer.is_loopback() {
        return peer;
    }
    let named = parts.headers.get_all("x-forwarded-for");
    named
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

/// [`asker`], for handlers.
pub struct From(pub IpAddr);

impl FromRequestParts<App> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(asker(parts, app.behind_proxy)))
    }
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Query::from_request_parts(parts, app)
            .await
            .map(|Query(value)| Self(value))
            .map_err(|problem: QueryRejection| invalid("query", problem.body_text()).into())
    }
}

/// The identifier in a path.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Path::from_request_parts(parts, app)
            .await
            .map(|Path(value)| Self(value))
            .map_err(|problem: PathRejection| invalid("path", problem.body_text()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_is_known_through_a_socket_for_both_families() {
        let asks = |peer: &str| {
            let request = Request::builder().header("x-forwarded-for", "192.0.2.9, 198.51.100.7");
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            let peer: IpAddr = peer.parse().unwrap();
            parts
                .extensions
                .insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
            asker(&parts, true).to_string()
        };
        assert_eq!(asks("::ffff:127.0.0.1"), "198.51.100.7");
        assert_eq!(asks("::1"), "198.51.100.7");
        assert_eq!(
            asks("::ffff:203.0.113.5"),
            "203.0.113.5",
            "no proxy of ours"
        );
    }
}
