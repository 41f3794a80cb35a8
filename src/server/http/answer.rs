//! Errors as answers: an [`ApiError`] in JSON with its status, and the same list for the OpenAPI document.

use crate::protocol::error::ApiError;
use axum::Json;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

/// An answer that is an error.
#[derive(Debug)]
pub struct Failure {
    /// Where HTTP has a closer status than the error's own (404, 405, 415).
    status: Option<StatusCode>,
    error: ApiError,
}

/// What a handler answers with.
pub type Answer<T> = Result<Json<T>, Failure>;

impl Failure {
    /// An error under another status than its own.
    pub fn with_status(status: StatusCode, error: ApiError) -> Self {
        Self {
            status: Some(status),
            error,
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self {
            status: None,
            error,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| {
            StatusCode::from_u16(self.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        });
        let too_large = matches!(self.error, ApiError::TooLarge { .. });
        let mut response = (status, Json(self.error)).into_response();
        if too_large {
            // The rest of the body is not read, so nothing can follow on this connection.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        response
    }
}

/// The errors any operation may answer with, for the OpenAPI document.
pub struct Faults;

impl utoipa::IntoResponses for Faults {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        [
            ("401", "not signed in, or a wrong password"),
            ("403", "the role does not allow it"),
            ("404", "not there, or not to be seen"),
            (
                "409",
                "stale, exists already, or a key used with another body",
            ),
            ("413", "the body is over the limit"),
            ("415", "not JSON"),
            ("422", "a value is not taken, or a rule forbids it"),
            ("429", "too many tries"),
            ("500", "a fault of the server"),
            ("503", "the server cannot do it now"),
        ]
        .into_iter()
        .map(|(status, why)| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ApiError")))
                .build();
            let response = ResponseBuilder::new()
                .description(why)
                .content("application/json", content)
                .build();
            (status.to_owned(), RefOr::T(response))
        })
        .collect()
    }
}
