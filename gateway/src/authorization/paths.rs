//! Which lines of the matrix a path is of, in one walk down a tree: trying one pattern after another took longer than most
//! answers.

use super::{ROUTES, Route};
use std::sync::LazyLock;

/// The lines of each pattern; what varies in a pattern is told apart by its place alone.
static TREE: LazyLock<matchit::Router<Vec<&'static Route>>> = LazyLock::new(|| {
    let mut tree = matchit::Router::new();
    let mut patterns: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    patterns.sort_unstable();
    patterns.dedup();
    for pattern in patterns {
        let lines: Vec<_> = ROUTES.iter().filter(|route| route.path == pattern).collect();
        for spelling in spellings(pattern) {
            let inserted = tree.insert(spelling, lines.clone());
            debug_assert!(inserted.is_ok(), "{pattern}: {inserted:?}");
        }
    }
    tree
});

/// How the tree writes a pattern: more than one where the end may be empty.
fn spellings(pattern: &str) -> Vec<String> {
    if let Some(start) = pattern.strip_suffix("{_:.*}") {
        return vec![start.to_owned(), format!("{start}{{*rest}}")];
    }
    let segments = pattern.split('/').enumerate().map(|(place, segment)| {
        if segment.starts_with('{') { format!("{{segment{place}}}") } else { segment.to_owned() }
    });
    vec![segments.collect::<Vec<_>>().join("/")]
}

/// The lines of a path, which all have one pattern; none where there is nothing at it. The path is as the router takes it, whose escapes
/// of plain characters are undone: `/api/%6De` is `/api/me`, and the line that is asked must be that of the handler which then runs.
#[must_use]
pub fn lines_at(path: &str) -> &'static [&'static Route] {
    TREE.at(path).map(|found| found.value.as_slice()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;
    use actix_web::{App, dev::Service, test::TestRequest};

    #[test]
    fn every_line_is_found_at_a_path_of_its_own() {
        for route in ROUTES {
            let path = route.path.replace("{_:.*}", "index.html").replace(['{', '}'], "~");
            let found = lines_at(&path);
            assert!(found.iter().any(|line| line.method == route.method), "{} {}", route.method, route.path);
            assert!(found.iter().all(|line| line.path == route.path), "{path}");
        }
        for nothing in ["", "/nothing", "/api/me/", "//api/me", "/api/wallet/transactions/", "/API/me"] {
            assert_eq!(lines_at(nothing).len(), 0, "{nothing}");
        }
        assert_eq!((lines_at("/docs/").len(), lines_at("/docs/a/b.css").len()), (1, 1));
    }

    /// A path that two patterns fit.
    fn of_both(one: &str, other: &str) -> Option<String> {
        let (one, other): (Vec<_>, Vec<_>) = (one.split('/').collect(), other.split('/').collect());
        let varies = |segment: &str| segment.starts_with('{');
        let fit =
            one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| a == b || varies(a) || varies(b));
        let path = one.iter().zip(&other).map(|(a, b)| match (varies(a), varies(b)) {
            (true, true) => "~",
            (true, false) => *b,
            _ => *a,
        });
        fit.then(|| path.collect::<Vec<_>>().join("/"))
    }

    /// What the handlers' own patterns say must be what the matrix was asked for.
    #[actix_web::test]
    async fn the_router_takes_the_handler_whose_line_was_asked() {
        let app = actix_web::test::init_service(App::new().configure(routes::mount)).await;
        let mut asked = 0;
        for (place, one) in ROUTES.iter().enumerate() {
            for other in &ROUTES[place + 1..] {
                let both = (one.method == other.method && one.path != other.path)
                    .then(|| of_both(one.path, other.path))
                    .flatten();
                let Some(path) = both else { continue };
                let line = lines_at(&path).iter().find(|line| line.method == one.method).unwrap();
                let method = one.method.parse().unwrap();
                let req = TestRequest::with_uri(&path).method(method).to_request();
                let answered = app.call(req).await;
                // Without its state no handler runs, but the router has chosen it by then.
                let answered = answered.unwrap_or_else(|error| panic!("{path}: {error}"));
                let taken: Vec<&str> =
                    answered.request().match_info().iter().map(|(_, value)| value).collect();
                let segments = line.path.split('/').zip(path.split('/'));
                let due: Vec<&str> =
                    segments.filter(|(own, _)| own.starts_with('{')).map(|(_, said)| said).collect();
                assert_eq!(taken, due, "{} {path} is not {}", one.method, line.path);
                asked += 1;
            }
        }
        assert!(asked > 5, "patterns that share paths are what this is about: {asked}");
    }
}
