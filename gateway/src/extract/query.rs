use crate::error::{ApiError, INVALID_CURSOR, INVALID_FIELD, INVALID_LIMIT};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use hostolink_kernel::{Cursor, Limit};
use serde::{Deserialize, de::DeserializeOwned};
use std::future::{Ready, ready};

/// The query string as a struct; what it doesn't know is left alone.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            serde_urlencoded::from_str(req.query_string())
                .map(Self)
                .map_err(|_| ApiError::field("query", &INVALID_FIELD)),
        )
    }
}

/// `?cursor=&limit=`, for every list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items: 1 to 100, 20 where it is left out.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
    /// `nextCursor` of the page before.
    #[param(max_length = 512)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The limit asked for.
    ///
    /// # Errors
    /// `request.invalid_limit`.
    pub fn limit(&self) -> Result<Limit, ApiError> {
        let Some(text) = &self.limit else { return Ok(Limit::DEFAULT) };
        let count = text.parse().map_err(|_| ApiError::field("limit", &INVALID_LIMIT))?;
        Limit::parse(count).map_err(|_| ApiError::field("limit", &INVALID_LIMIT))
    }

    /// The cursor given.
    ///
    /// # Errors
    /// `request.invalid_cursor` when it can't be one; whether this list made it, the list says.
    pub fn cursor(&self) -> Result<Option<Cursor>, ApiError> {
        let parse =
            |text: &String| Cursor::parse(text).map_err(|_| ApiError::field("cursor", &INVALID_CURSOR));
        self.cursor.as_ref().map(parse).transpose()
    }
}
