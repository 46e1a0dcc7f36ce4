//! Names that a domain knows, as they are written in JSON.

/// Declares a wire type of names that the domain knows.
macro_rules! wire {
    ($(#[$doc:meta])* $wire:ident of $domain:ident, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
        #[schema(value_type = String, example = $example)]
        pub(crate) struct $wire(pub(crate) $domain);

        impl serde::Serialize for $wire {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $wire {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                $domain::parse(&name).map(Self).ok_or_else(|| serde::de::Error::custom("no such name"))
            }
        }
    };
}

pub(crate) use wire;
