//! What may be asked of the directory.

use crate::error::{ApiError, INVALID_CURSOR, INVALID_FIELD};
use hostolink_geo::Point;
use hostolink_health_directory::{
    Country, EstablishmentType, Filter, INVALID_POSITION, INVALID_RADIUS, SWAPPED_POSITION, UNKNOWN_TYPE,
};
use hostolink_kernel::{Cursor, Limit};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which establishments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EstablishmentQuery {
    /// `latitude,longitude` in degrees: the nearest come first, with their distance. It is used for the answer and
    /// forgotten.
    #[param(example = "5.3232,-4.0197")]
    near: Option<String>,
    /// At most so many metres from `near`.
    #[param(value_type = Option<f64>, minimum = 0, example = 5000)]
    radius: Option<String>,
    /// Only this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<super::views::EstablishmentTypeView>)]
    kind: Option<String>,
    /// Only those with a word in their name that starts so. Accents, case and apostrophes don't matter.
    #[param(max_length = 100, example = "cocody")]
    search: Option<String>,
}

/// A question as it was understood.
#[derive(Debug)]
pub(super) enum Question {
    /// The nearest of them.
    Nearest { from: Point, radius: Option<f64>, filter: Filter, limit: Limit },
    /// A page of them by name.
    ByName { after: Option<Cursor>, filter: Filter, limit: Limit },
}

impl EstablishmentQuery {
    /// Reads the question; each wrong field is blamed by its name.
    pub(super) fn understand(&self, limit: Limit, cursor: Option<Cursor>) -> Result<Question, ApiError> {
        let filter = Filter { kind: self.kind()?, search: self.search()? };
        let radius = self.radius.as_deref().map(radius).transpose()?;
        match (&self.near, cursor, radius) {
            (Some(_), Some(_), _) => Err(ApiError::field("cursor", &INVALID_CURSOR)),
            (Some(near), None, radius) => {
                Ok(Question::Nearest { from: position(near)?, radius, filter, limit })
            }
            (None, _, Some(_)) => Err(ApiError::field("radius", &INVALID_RADIUS)),
            (None, after, None) => Ok(Question::ByName { after, filter, limit }),
        }
    }

    fn kind(&self) -> Result<Option<EstablishmentType>, ApiError> {
        let parse = |code: &String| {
            EstablishmentType::parse(code).ok_or_else(|| ApiError::field("type", &UNKNOWN_TYPE))
        };
        self.kind.as_ref().map(parse).transpose()
    }

    fn search(&self) -> Result<Option<String>, ApiError> {
        match &self.search {
            Some(text) if text.chars().count() > 100 => Err(ApiError::field("search", &INVALID_FIELD)),
            search => Ok(search.clone()),
        }
    }
}

fn position(text: &str) -> Result<Point, ApiError> {
    let point: Point = text.parse().map_err(|_| ApiError::field("near", &INVALID_POSITION))?;
    // Swapped, Abidjan lies in the Gulf of Guinea: an answer 1,500 km away would help nobody.
    if Country::COTE_D_IVOIRE.seems_swapped(point) {
        return Err(ApiError::field("near", &SWAPPED_POSITION));
    }
    Ok(point)
}

fn radius(text: &str) -> Result<f64, ApiError> {
    match text.parse::<f64>() {
        Ok(metres) if metres.is_finite() && metres >= 0.0 => Ok(metres),
        _ => Err(ApiError::field("radius", &INVALID_RADIUS)),
    }
}
