//! What a reviewer does. Every look is in the log.

use super::{
    applicant::{file_place, number_place, object},
    document::{FileKind, RefusalReason},
    model::{Application, Queue, Row, State, Step, Summary},
    store::{self, Cause},
};
use crate::{
    Auth, Error, IdentityLevel, Permission,
    account::{self, assert_one},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Page, Secret, UserId, UserPublicId, VerificationId};
use hostolink_sealing::Sealed;
use serde_json::json;

/// The list's name in its cursors.
const LIST: &str = "identity_verifications";

impl Auth {
    /// Applications, the oldest first. What is not submitted is the applicant's alone.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Forbidden`]; those of the database.
    pub fn identity_queue(
        &self,
        conn: &mut PgConnection,
        queue: &Queue,
        by: &Actor,
    ) -> Result<Page<Summary>, Error> {
        self.reviewer(conn, by)?;
        let after = queue.after.as_ref().map(|cursor| cursor.keyset::<VerificationId>(LIST)).transpose();
        let after = after.map_err(|_| Error::InvalidCursor)?;
        let rows = store::queue(conn, queue.state, after, queue.limit.probe())?;
        let items = rows.iter().map(|(row, applicant)| summary(row, *applicant)).collect();
        Ok(Page::from_probe(items, queue.limit, LIST, |item: &Summary| item.id))
    }

    /// One application with all that stands in it. The look is in the log.
    ///
    /// # Errors
    /// [`Error::IdentityNotFound`], [`Error::Forbidden`]; those of the database.
    pub fn identity_application(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        by: &Actor,
    ) -> Result<Application, Error> {
        self.reviewer(conn, by)?;
        conn.transaction(|conn| {
            let (row, applicant) = store::find(conn, id)?.ok_or(Error::IdentityNotFound)?;
            self.record_of(conn, by, "auth.identity_seen", object(id), json!({}))?;
            self.application(conn, row, applicant)
        })
    }

    /// One picture of an application, a JPEG. The look is in the log.
    ///
    /// # Errors
    /// [`Error::IdentityNotFound`], [`Error::Forbidden`], [`Error::Unreadable`]; those of the database.
    pub fn identity_file(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        kind: FileKind,
        by: &Actor,
    ) -> Result<Vec<u8>, Error> {
        self.reviewer(conn, by)?;
        let sealed = conn.transaction(|conn| {
            store::find(conn, id)?.ok_or(Error::IdentityNotFound)?;
            let sealed = store::file(conn, id, kind)?.ok_or(Error::IdentityNotFound)?;
            let details = json!({ "file": kind.as_str() });
            self.record_of(conn, by, "auth.identity_file_seen", object(id), details)?;
            Ok::<_, Error>(sealed)
        })?;
        Ok(self.sealer.open(&file_place(id, kind), &sealed)?)
    }

    /// Speaks for an application. The first word moves it on, a second one, of another reviewer, accepts it: the applicant
    /// bears the name on the document from then on, and an earlier document counts no more.
    ///
    /// # Errors
    /// [`Error::OwnIdentity`], [`Error::SecondReviewer`], [`Error::IdentityState`], [`Error::DocumentExpiry`],
    /// [`Error::DocumentTaken`], [`Error::IdentityNotFound`], [`Error::Forbidden`]; those of the database.
    pub fn accept_identity(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        by: &Actor,
    ) -> Result<Summary, Error> {
        let reviewer = self.reviewer(conn, by)?;
        let now = self.clock.now();
        self.review(conn, id, |conn, row, applicant| {
            let next = row.reviewed(Step::Favour, reviewer, self.today())?;
            let action = if next == State::Accepted {
                self.count_document(conn, row, reviewer)?;
                self.set_level(conn, row.id_user, IdentityLevel::Verified, Cause::Acceptance, Some(id))?;
                self.publish_named(conn, applicant)?;
                "auth.identity_accepted"
            } else {
                assert_one(store::favour(conn, id, reviewer, now)?)?;
                "auth.identity_favoured"
            };
            self.record_of(conn, by, action, object(id), json!({ "applicant": applicant }))
        })
    }

    /// Refuses an application. One reviewer is enough.
    ///
    /// # Errors
    /// As [`Auth::accept_identity`].
    pub fn refuse_identity(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        reason: RefusalReason,
        by: &Actor,
    ) -> Result<Summary, Error> {
        let reviewer = self.reviewer(conn, by)?;
        let now = self.clock.now();
        self.review(conn, id, |conn, row, applicant| {
            let next = row.reviewed(Step::Refuse, reviewer, self.today())?;
            assert_one(store::decide(conn, id, next, reviewer, Some(reason), now)?)?;
            let details = json!({ "applicant": applicant, "reason": reason.as_str() });
            self.record_of(conn, by, "auth.identity_refused", object(id), details)
        })
    }

    /// Does something with an application that nobody else touches meanwhile, and tells how it stands after.
    fn review(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        decide: impl FnOnce(&mut PgConnection, &Row, UserPublicId) -> Result<(), Error>,
    ) -> Result<Summary, Error> {
        conn.transaction(|conn| {
            let (row, applicant) = store::find(conn, id)?.ok_or(Error::IdentityNotFound)?;
            // In one order for everybody: the applicant's account, then the application.
            account::lock(conn, row.id_user)?;
            let row = store::lock(conn, id)?;
            decide(conn, &row, applicant)?;
            let (row, applicant) = store::find(conn, id)?.ok_or(Error::IdentityNotFound)?;
            Ok(summary(&row, applicant))
        })
    }

    /// Makes a document the one that counts for its applicant. Nobody else may have it.
    fn count_document(&self, conn: &mut PgConnection, row: &Row, reviewer: UserId) -> Result<(), Error> {
        if let Some(before) = store::accepted(conn, row.id_user)? {
            assert_one(store::set_state(conn, before.public_id, State::Expired)?)?;
        }
        let decided = store::decide(conn, row.public_id, State::Accepted, reviewer, None, self.clock.now());
        match decided {
            Err(error) if hostolink_database::on_unique(&error, "verification_identite_document_key") => {
                return Err(Error::DocumentTaken);
            }
            decided => assert_one(decided?)?,
        }
        let (first, last) = (row.prenom.as_deref(), row.nom.as_deref());
        assert_one(account::set_names(conn, row.id_user, first, last)?)
    }

    /// Who reviews: somebody who may now, whatever the session said.
    fn reviewer(&self, conn: &mut PgConnection, by: &Actor) -> Result<UserId, Error> {
        let user = by.user.ok_or(Error::Forbidden)?;
        let may = self.permissions_of(conn, user)?.has(Permission::ReviewIdentity);
        if may { Ok(user) } else { Err(Error::Forbidden) }
    }

    fn application(
        &self,
        conn: &mut PgConnection,
        row: Row,
        applicant: UserPublicId,
    ) -> Result<Application, Error> {
        let summary = summary(&row, applicant);
        let (Some(key), Some(bytes), Some(hash)) = (row.numero_cle, row.numero_chiffre, row.numero_hache)
        else {
            return Err(Error::IdentityNotFound);
        };
        let number = self.sealer.open(&number_place(row.public_id), &Sealed { key, bytes })?;
        let number = String::from_utf8(number).map_err(|_| Error::Unreadable)?;
        Ok(Application {
            summary,
            country: row.pays_document,
            number: Secret::from(number),
            last_name: row.nom,
            first_name: row.prenom,
            birth_date: row.date_naissance,
            expires_on: row.expire_le,
            files: store::files(conn, row.public_id)?,
            others_with_it: store::others_with(conn, &hash, row.id_user)?,
        })
    }
}

fn summary(row: &Row, applicant: UserPublicId) -> Summary {
    Summary {
        id: row.public_id,
        applicant,
        state: row.etat,
        document: row.type_document,
        submitted_at: row.soumise_le,
        decided_at: row.decidee_le,
        reason: row.motif,
    }
}
