use std::borrow::Cow;

/// Whether a spreadsheet would take a cell for a formula: by how it begins, which spaces before don't hide.
pub(crate) fn is_formula(cell: &str) -> bool {
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    cell.starts_with(risky) || cell.trim_start().starts_with(risky)
}

/// The cell as text: an apostrophe before what would be a formula.
pub(crate) fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What a cell said before [`harmless`].
pub(crate) fn bare(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_text() {
        for cell in ["=1+1", "+225", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "Awa K.", "12 500 F CFA", "a=b", "k***@example.ci", "'Awa'"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula(cell in "\\PC{0,20}") {
            let first = harmless(&cell).trim_start().chars().next();
            prop_assert!(!first.is_some_and(|c| "=+-@\t".contains(c)));
        }

        #[test]
        fn what_was_made_harmless_is_read_back(cell in "[=+@-]?[a-z0-9]{0,8}") {
            let written = harmless(&cell);
            prop_assert_eq!(bare(&written), cell.as_str());
        }
    }
}
