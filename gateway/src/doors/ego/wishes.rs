//! From this door's bodies to what the domain understands.

use super::bodies::UpdateBody;
use crate::error::ApiResult;
use hostolink_auth::ProfileChange;
use hostolink_kernel::EmailAddress;

/// The address that an account of this door is known by.
pub(super) fn email(text: &str) -> ApiResult<EmailAddress> {
    EmailAddress::parse(text).map_err(|_| hostolink_auth::Error::EmailInvalid.into())
}

/// Somebody new, as they or an administrator describe them.
pub(super) fn person(
    address: &str,
    firstname: &str,
    lastname: &str,
    phone: Option<&str>,
) -> ApiResult<(EmailAddress, ProfileChange)> {
    let mut person = ProfileChange::default();
    person.first_name(Some(firstname))?;
    person.last_name(Some(lastname))?;
    person.contact_phone(phone)?;
    Ok((email(address)?, person))
}

/// What somebody changes: the fields that were sent.
pub(super) fn change(body: &UpdateBody) -> ApiResult<ProfileChange> {
    type Set = fn(&mut ProfileChange, Option<&str>) -> Result<(), hostolink_auth::Error>;
    let fields: [(&Option<Option<String>>, Set); 6] = [
        (&body.firstname, ProfileChange::first_name),
        (&body.lastname, ProfileChange::last_name),
        (&body.phone_number, ProfileChange::contact_phone),
        (&body.address, ProfileChange::address),
        (&body.profession, ProfileChange::profession),
        (&body.birth, ProfileChange::birth_date),
    ];
    let mut change = ProfileChange::default();
    for (given, set) in fields {
        if let Some(text) = given {
            set(&mut change, text.as_deref())?;
        }
    }
    Ok(change)
}
