//! What an update says of itself.

use crate::Error;

/// An update touched the row that was locked for it.
pub(crate) fn assert_one(touched: usize) -> Result<(), Error> {
    if touched == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}
