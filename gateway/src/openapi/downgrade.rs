//! OpenAPI 3.1 to 3.0.3: what generators for Dart still want.

use serde_json::{Map, Value, json};

/// The same description in the older form: `null` types become `nullable`, `const` a one-value `enum`, `examples` an
/// `example`, and what 3.0 doesn't know is dropped.
pub(super) fn to_3_0(mut description: Value) -> Value {
    convert(&mut description);
    if let Some(root) = description.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.remove("jsonSchemaDialect");
        root.remove("webhooks");
        if let Some(licence) =
            root.get_mut("info").and_then(|info| info.get_mut("license")).and_then(Value::as_object_mut)
        {
            licence.remove("identifier");
        }
    }
    description
}

fn convert(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(object) => {
            object.values_mut().for_each(convert);
            convert_null_type(object);
            convert_null_branch(object, "oneOf");
            convert_null_branch(object, "anyOf");
            if let Some(constant) = object.remove("const") {
                object.insert("enum".to_owned(), json!([constant]));
            }
            if let Some(Value::Array(examples)) = object.get("examples").cloned() {
                object.remove("examples");
                if let Some(first) = examples.into_iter().next() {
                    object.insert("example".to_owned(), first);
                }
            }
            for (bound, flag) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
                if let Some(limit) = object.get(bound).filter(|limit| limit.is_number()).cloned() {
                    object.insert(flag.to_owned(), limit);
                    object.insert(bound.to_owned(), json!(true));
                }
            }
            for unknown in ["propertyNames", "contentMediaType", "contentEncoding", "$schema"] {
                object.remove(unknown);
            }
        }
        _ => {}
    }
}

/// `type: [string, null]` → `type: string, nullable: true`.
fn convert_null_type(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type").cloned() else { return };
    let (nulls, others): (Vec<_>, Vec<_>) = types.into_iter().partition(|one| one == "null");
    schema.insert("type".to_owned(), others.into_iter().next().unwrap_or_else(|| json!("object")));
    if !nulls.is_empty() {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// `oneOf: [null, X]` → `allOf: [X], nullable: true`.
fn convert_null_branch(schema: &mut Map<String, Value>, key: &str) {
    let Some(Value::Array(branches)) = schema.get(key).cloned() else { return };
    let (nulls, others): (Vec<_>, Vec<_>) =
        branches.into_iter().partition(|branch| branch.get("type") == Some(&json!("null")));
    if nulls.is_empty() {
        return;
    }
    schema.remove(key);
    schema.insert("nullable".to_owned(), json!(true));
    schema.insert(if others.len() == 1 { "allOf" } else { key }.to_owned(), Value::Array(others));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_becomes_nullable() {
        assert_eq!(
            to_3_0(json!({"s": {"type": ["string", "null"]}}))["s"],
            json!({"type": "string", "nullable": true})
        );
        let one_of = json!({"s": {"oneOf": [{"type": "null"}, {"$ref": "#/x"}]}});
        assert_eq!(to_3_0(one_of)["s"], json!({"allOf": [{"$ref": "#/x"}], "nullable": true}));
    }

    #[test]
    fn nothing_of_3_1_is_left_in_the_whole_description() {
        let older = to_3_0(serde_json::from_str(&super::super::to_json()).unwrap()).to_string();
        assert!(older.contains("\"openapi\":\"3.0.3\""));
        assert!(!older.contains("\"null\"") && !older.contains("\"examples\":["));
    }
}
