//! EGO Transfert's calls, as its document prints them.

mod guards;

use crate::app::Answer;
use serde_json::json;

impl Answer {
    /// Asserts a refusal in this door's shape.
    #[track_caller]
    fn expect_refusal(&self, status: u16, code: &str) -> &Self {
        self.expect(status);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(
            (&self.json["status"], &self.json["code"]),
            (&json!("error"), &json!(code)),
            "{}",
            self.json
        );
        assert!(self.json["message"].as_str().is_some_and(|text| text.len() > 5), "{}", self.json);
        assert!(self.json["traceId"].is_string());
        self
    }
}
