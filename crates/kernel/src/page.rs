use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How many items a page may hold: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u8);

/// The limit is not from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page holds 1 to 100 items")]
pub struct InvalidLimit;

impl Limit {
    /// 20 items, where the caller asks for nothing else.
    pub const DEFAULT: Self = Self(20);
    /// 100 items, for who reads all.
    pub const MAX: Self = Self(100);

    /// Takes what a caller asked for.
    ///
    /// # Errors
    /// [`InvalidLimit`] outside 1 to 100.
    pub fn parse(limit: i64) -> Result<Self, InvalidLimit> {
        match u8::try_from(limit) {
            Ok(count @ 1..=100) => Ok(Self(count)),
            _ => Err(InvalidLimit),
        }
    }

    /// The number of items.
    #[must_use]
    pub fn count(self) -> usize {
        usize::from(self.0)
    }

    /// One more than fits: fetching it tells whether there is a next page.
    #[must_use]
    pub fn probe(self) -> i64 {
        i64::from(self.0) + 1
    }
}

/// Where the next page starts: the keyset of the last item, opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// The cursor was not made by this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor was not made by this list")]
pub struct InvalidCursor;

impl Cursor {
    /// The longest cursor that is looked at, in characters.
    pub const MAX_LENGTH: usize = 512;

    /// Writes a list's `name` and the keyset of its last item.
    pub fn new(list: &str, keyset: &impl Serialize) -> Option<Self> {
        serde_json::to_vec(&(list, keyset)).ok().map(|json| Self(URL_SAFE_NO_PAD.encode(json)))
    }

    /// Takes what a caller sent. What it says is only looked at by [`Cursor::keyset`].
    ///
    /// # Errors
    /// [`InvalidCursor`] when it is too long to be one.
    pub fn parse(text: &str) -> Result<Self, InvalidCursor> {
        if text.len() > Self::MAX_LENGTH { Err(InvalidCursor) } else { Ok(Self(text.to_owned())) }
    }

    /// Reads the keyset back.
    ///
    /// # Errors
    /// [`InvalidCursor`] when it is forged, cut, or of another list.
    pub fn keyset<K: DeserializeOwned>(&self, list: &str) -> Result<K, InvalidCursor> {
        let json = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| InvalidCursor)?;
        let whole: Value = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        if holds_nul(&whole) {
            return Err(InvalidCursor);
        }
        let (name, keyset): (String, K) = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        if name == list { Ok(keyset) } else { Err(InvalidCursor) }
    }

    /// The text for the caller.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text in it has a character that the database holds none of: no list wrote it.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, field)| name.contains('\0') || holds_nul(field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// One page of a list and where the next one starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from up to [`Limit::probe`] rows; `keyset` says how the next page finds its start.
    pub fn from_probe<K: Serialize>(
        mut rows: Vec<T>,
        limit: Limit,
        list: &str,
        keyset: impl Fn(&T) -> K,
    ) -> Self {
        let more = rows.len() > limit.count();
        rows.truncate(limit.count());
        let next = rows.last().filter(|_| more).and_then(|last| Cursor::new(list, &keyset(last)));
        Self { items: rows, next }
    }

    /// The same page with each item made into something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_points_to_the_next_only_where_there_is_one() {
        let limit = Limit::parse(2).unwrap();
        let full = Page::from_probe(vec![1, 2, 3], limit, "numbers", |n| *n);
        assert_eq!(full.items, [1, 2]);
        assert_eq!(full.next.unwrap().keyset::<i32>("numbers"), Ok(2));
        assert_eq!(Page::from_probe(vec![1, 2], limit, "numbers", |n| *n).next, None);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = Cursor::new("users", &7).unwrap();
        assert_eq!(cursor.keyset::<i32>("transactions"), Err(InvalidCursor));
        assert_eq!(cursor.keyset::<String>("users"), Err(InvalidCursor));
    }

    #[test]
    fn a_text_with_a_nul_is_refused_wherever_it_is() {
        assert_eq!(Cursor::new("users", &"a\0b").unwrap().keyset::<String>("users"), Err(InvalidCursor));
        let pair = Cursor::new("users", &("awa", "\0", 7)).unwrap();
        assert_eq!(pair.keyset::<(String, String, i32)>("users"), Err(InvalidCursor));
        let fields = Cursor::new("users", &serde_json::json!({ "name": ["\0"] })).unwrap();
        assert_eq!(fields.keyset::<Value>("users"), Err(InvalidCursor));
        // The six signs of its escape are a text like any other.
        let written = Cursor::new("users", &r"\u0000").unwrap();
        assert_eq!(written.keyset::<String>("users"), Ok(r"\u0000".to_owned()));
    }

    proptest! {
        #[test]
        fn what_nobody_made_is_refused_without_a_panic(text in ".*") {
            if let Ok(cursor) = Cursor::parse(&text) {
                prop_assert!(cursor.keyset::<(i64, i64)>("users").is_err());
            }
        }
    }
}
