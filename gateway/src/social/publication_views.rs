//! What is shown of publications and people: never a row.

use crate::{
    error::{ApiError, ApiResult},
    media::uploads::{self, MediaView},
    state::State,
    wallet::views::names,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Page, UserId, UserPublicId};
use hostolink_social::{NewPublication, Past, Poll, Publication, Share, Words};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody, as everybody may see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocialPersonView {
    /// Their id.
    #[schema(value_type = String, format = Uuid)]
    id: UserPublicId,
    /// The given name and an initial; `null` for who has not said it.
    #[schema(example = "Awa K.")]
    name: Option<String>,
    /// What they are called behind an @; `null` for who has not chosen it.
    #[schema(example = "awa.k")]
    handle: Option<String>,
}

/// The people of a page, asked for at once: two queries.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<UserId, SocialPersonView>);

impl People {
    pub(super) fn read(
        conn: &mut PgConnection,
        state: &State,
        users: impl IntoIterator<Item = UserId>,
    ) -> ApiResult<Self> {
        let named = names(conn, &state.auth, users)?;
        let users: Vec<UserId> = named.keys().copied().collect();
        let mut handles = state.social.handles(conn, &users)?;
        let person = |(user, person): (UserId, hostolink_auth::Recipient)| {
            let view = SocialPersonView {
                id: person.public_id,
                name: person.public_name,
                handle: handles.remove(&user),
            };
            (user, view)
        };
        Ok(Self(named.into_iter().map(person).collect()))
    }

    pub(super) fn get(&self, user: UserId) -> Option<SocialPersonView> {
        self.0.get(&user).cloned()
    }

    /// In this order; who is gone is left out.
    pub(super) fn all(&self, users: &[UserId]) -> Vec<SocialPersonView> {
        users.iter().filter_map(|user| self.get(*user)).collect()
    }
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocialPersonPage {
    /// The people.
    items: Vec<SocialPersonView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl SocialPersonPage {
    pub(super) fn new(conn: &mut PgConnection, state: &State, page: &Page<UserId>) -> ApiResult<Self> {
        let people = People::read(conn, state, page.items.iter().copied())?;
        Ok(Self { items: people.all(&page.items), next_cursor: cursor(page) })
    }
}

/// Where the next page starts, as callers see it.
pub(super) fn cursor<T>(page: &Page<T>) -> Option<String> {
    page.next.as_ref().map(|cursor| cursor.as_str().to_owned())
}

/// An answer that can be given.
#[derive(Debug, Serialize, ToSchema)]
struct PollChoiceView {
    /// The answer.
    text: String,
    /// How many gave it.
    votes: i32,
}

/// A question beside.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PollView {
    /// What can be answered, in its order.
    choices: Vec<PollChoiceView>,
    /// Until when.
    closes_at: DateTime<Utc>,
    /// Whether that is over.
    closed: bool,
    /// What the caller answered: its place in the order, from 0.
    voted: Option<i16>,
}

impl From<Poll> for PollView {
    fn from(poll: Poll) -> Self {
        let choice =
            |choice: hostolink_social::PollChoice| PollChoiceView { text: choice.text, votes: choice.votes };
        Self {
            choices: poll.choices.into_iter().map(choice).collect(),
            closes_at: poll.closes_at,
            closed: poll.closed,
            voted: poll.voted,
        }
    }
}

/// A publication, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublicationView {
    /// Its id.
    pub(super) id: Uuid,
    /// Who published it.
    author: Option<SocialPersonView>,
    /// The words.
    text: String,
    /// The hashtags in them, as they are compared.
    hashtags: Vec<String>,
    /// Whom they name.
    mentions: Vec<SocialPersonView>,
    /// `public`, `followers` or `theme`: who sees it.
    visibility: &'static str,
    /// In which theme.
    theme_id: Option<Uuid>,
    /// Pictures and voice notes.
    media: Vec<MediaView>,
    /// The first link in the words.
    link: Option<String>,
    /// Whether the author lets devices fetch what the link leads to. If not, show it as it is.
    link_preview: bool,
    /// `visible`; its author also reads `deleted` and `hidden` (by the house).
    state: &'static str,
    /// How many like it.
    likes: i32,
    /// How many comments are there.
    comments: i32,
    /// How many shared it.
    shares: i32,
    /// How many keep it: for its author alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    saves: Option<i32>,
    /// Whether the caller likes it.
    liked: bool,
    /// Whether the caller keeps it.
    saved: bool,
    /// Whether the caller shared it.
    shared: bool,
    /// A question.
    poll: Option<PollView>,
    /// How often it was edited: `/history` says what it said.
    edits: i32,
    /// When it was published.
    created_at: DateTime<Utc>,
    /// When it was last edited.
    edited_at: Option<DateTime<Utc>>,
    /// Who passed it on, where that is why it is in a feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_by: Option<SocialPersonView>,
}

impl PublicationView {
    fn new(
        publication: Publication,
        viewer: UserId,
        people: &People,
        files: &HashMap<Uuid, MediaView>,
    ) -> Self {
        let words = Words::parse(&publication.text, NewPublication::MAX_TEXT);
        let hashtags = words.and_then(|words| words.hashtags()).unwrap_or_default();
        Self {
            id: publication.id,
            author: people.get(publication.author),
            hashtags: hashtags.into_iter().collect(),
            mentions: people.all(&publication.mentioned),
            visibility: publication.visibility.as_str(),
            theme_id: publication.theme,
            media: publication.media.iter().filter_map(|id| files.get(id).cloned()).collect(),
            link: publication.link,
            link_preview: publication.preview,
            state: publication.state.as_str(),
            likes: publication.likes,
            comments: publication.comments,
            shares: publication.shares,
            saves: (publication.author == viewer).then_some(publication.saves),
            liked: publication.liked,
            saved: publication.saved,
            shared: publication.shared,
            poll: publication.poll.map(PollView::from),
            edits: publication.edits,
            created_at: publication.created_at,
            edited_at: publication.edited_at,
            shared_by: publication.shared_by.and_then(|user| people.get(user)),
            text: publication.text,
        }
    }

    /// With the people and files of all of them, asked for at once.
    pub(super) fn all(
        conn: &mut PgConnection,
        state: &State,
        viewer: UserId,
        publications: Vec<Publication>,
    ) -> ApiResult<Vec<Self>> {
        let concerned = publications
            .iter()
            .flat_map(|found| found.mentioned.iter().copied().chain([found.author]).chain(found.shared_by));
        let people = People::read(conn, state, concerned.collect::<Vec<_>>())?;
        let media: Vec<Uuid> = publications.iter().flat_map(|found| found.media.iter().copied()).collect();
        let files = if media.is_empty() { HashMap::new() } else { uploads::views(conn, &media)? };
        Ok(publications.into_iter().map(|found| Self::new(found, viewer, &people, &files)).collect())
    }

    pub(super) fn one(
        conn: &mut PgConnection,
        state: &State,
        viewer: UserId,
        publication: Publication,
    ) -> ApiResult<Self> {
        Self::all(conn, state, viewer, vec![publication])?.pop().ok_or_else(ApiError::not_found)
    }
}

/// A page of publications.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublicationPage {
    /// The publications.
    items: Vec<PublicationView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl PublicationPage {
    pub(super) fn new(
        conn: &mut PgConnection,
        state: &State,
        viewer: UserId,
        page: Page<Publication>,
    ) -> ApiResult<Self> {
        let next_cursor = cursor(&page);
        Ok(Self { items: PublicationView::all(conn, state, viewer, page.items)?, next_cursor })
    }
}

/// What a publication said before it was edited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PastView {
    /// Which version it was, from 1.
    number: i32,
    /// The words.
    text: String,
    /// Until when.
    until: DateTime<Utc>,
}

/// What a publication said before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryView {
    /// The last version first.
    items: Vec<PastView>,
}

impl From<Vec<Past>> for HistoryView {
    fn from(past: Vec<Past>) -> Self {
        let view = |past: Past| PastView { number: past.number, text: past.text, until: past.until };
        Self { items: past.into_iter().map(view).collect() }
    }
}

/// Somebody who passed a publication on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareView {
    /// Its id.
    id: Uuid,
    /// Who.
    person: Option<SocialPersonView>,
    /// What they said beside.
    comment: Option<String>,
}

/// A page of shares.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SharePage {
    /// The last first.
    items: Vec<ShareView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl ShareView {
    fn new(share: Share, people: &People) -> Self {
        Self { id: share.id, person: people.get(share.user), comment: share.comment }
    }

    pub(super) fn one(conn: &mut PgConnection, state: &State, share: Share) -> ApiResult<Self> {
        let people = People::read(conn, state, [share.user])?;
        Ok(Self::new(share, &people))
    }
}

impl SharePage {
    pub(super) fn new(conn: &mut PgConnection, state: &State, page: Page<Share>) -> ApiResult<Self> {
        let people = People::read(conn, state, page.items.iter().map(|share| share.user))?;
        let next_cursor = cursor(&page);
        let items = page.items.into_iter().map(|share| ShareView::new(share, &people)).collect();
        Ok(Self { items, next_cursor })
    }
}
