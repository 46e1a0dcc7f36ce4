//! A Postgres that falls silent (a failover that drops packets) must cost a connection seconds, not for ever: libpq
//! itself waits without end, and the system's own keepalives start after two hours.

/// libpq's parameters (PostgreSQL manual, 34.1.2). Seconds, but `tcp_user_timeout` in milliseconds. Silence under a
/// running query is noticed after some 11 s, data that nobody acknowledges after 10 s.
const BOUNDS: [&str; 6] = [
    "connect_timeout=3",
    "keepalives=1",
    "keepalives_idle=5",
    "keepalives_interval=2",
    "keepalives_count=3",
    "tcp_user_timeout=10000",
];

/// The libpq URL or `key=value` string, with bounds on silence. They come before what the operator wrote: libpq keeps
/// the last of two values, so the operator's stand. On a Unix socket libpq ignores those that concern TCP.
pub(crate) fn bounded(url: &str) -> String {
    let Some(rest) = ["postgresql://", "postgres://"].iter().find_map(|scheme| url.strip_prefix(scheme))
    else {
        return format!("{} {url}", BOUNDS.join(" "));
    };
    // As libpq reads it: the credentials end at the first @, and may hold a question mark.
    let credentials = rest.find(['@', '/']).filter(|&at| rest[at..].starts_with('@')).unwrap_or(0);
    let (place, said) = match rest[credentials..].split_once('?') {
        Some((_, said)) => (&url[..url.len() - said.len() - 1], said),
        None => (url, ""),
    };
    let and = if said.is_empty() { "" } else { "&" };
    format!("{place}?{}{and}{said}", BOUNDS.join("&"))
}

#[cfg(test)]
mod tests {
    use super::bounded;

    const QUERY: &str = "connect_timeout=3&keepalives=1&keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=10000";

    #[test]
    fn urls_get_bounds_before_what_they_say() {
        for (url, place, said) in [
            ("postgres://h/db", "postgres://h/db", ""),
            ("postgresql://u:p@[::1]:5432", "postgresql://u:p@[::1]:5432", ""),
            ("postgres://", "postgres://", ""),
            ("postgres://h/db?", "postgres://h/db", ""),
            ("postgres:///db?host=/run/pg", "postgres:///db", "&host=/run/pg"),
            ("postgres://h/db?connect_timeout=9&a=b?", "postgres://h/db", "&connect_timeout=9&a=b?"),
            ("postgres://u:p?w@h/db", "postgres://u:p?w@h/db", ""),
            ("postgres://u:p?w@h?sslmode=require", "postgres://u:p?w@h", "&sslmode=require"),
            ("postgres://h/db?options=a@b", "postgres://h/db", "&options=a@b"),
        ] {
            assert_eq!(bounded(url), format!("{place}?{QUERY}{said}"), "{url}");
        }
    }

    #[test]
    fn key_value_strings_get_bounds_before_what_they_say() {
        let said = "host=h password='it''s = ? @' connect_timeout = 9";
        assert_eq!(bounded(said), format!("{} {said}", QUERY.replace('&', " ")));
    }
}
