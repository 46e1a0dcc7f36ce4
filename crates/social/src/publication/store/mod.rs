//! The queries on publications. Every read goes through one condition, [`VISIBLE`].

mod keys;
pub(crate) mod purge;
mod read;
mod shares;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use keys::{forget_keys, key_of, take_key};
pub(crate) use read::{Source, all_of, page, removed_of};
pub(super) use read::{own, past, themes_of};
pub(crate) use shares::share_of;
pub(super) use shares::{likers, shares, shares_since};
pub(super) use write::*;
pub(crate) use write::{author_of_visible, lock, set_state};

/// Whether `p`, a publication, is there to be seen for the person `$1`, who is in the themes `$2`, at the instant `$3`. Who is not in a theme
/// any more sees nothing there, their own neither.
pub(crate) const VISIBLE: &str = "p.etat = 'visible' AND (p.visibilite <> 'theme' OR p.thematique = ANY ($2)) AND (p.id_user = $1 OR ( \
    (p.visibilite <> 'followers' OR EXISTS (SELECT FROM abonnement f WHERE f.id_user = $1 AND f.id_suivi = p.id_user)) \
    AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = p.id_user) \
    AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = p.id_user AND b.id_bloque = $1) \
    AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = p.id_user AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
        AND (s.expire_le IS NULL OR s.expire_le > $3))))";
