use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{HasSqlType, Untyped},
};
use std::marker::PhantomData;

/// A statement that Postgres parses once a connection, for what is asked often: `sql_query` has each run parsed and planned anew, which
/// takes longer than most of them do. `?` stands for the binds, in their order.
#[must_use]
pub const fn prepared(sql: &'static str) -> Prepared<()> {
    Prepared { sql, binds: () }
}

/// See [`prepared`].
pub struct Prepared<B> {
    sql: &'static str,
    binds: B,
}

/// A value and the SQL type it is sent as.
pub struct Bind<ST, V>(V, PhantomData<ST>);

impl<B> Prepared<B> {
    /// Adds the value of the next `?`.
    #[must_use]
    pub fn bind<ST, V>(self, value: V) -> Prepared<(B, Bind<ST, V>)> {
        Prepared { sql: self.sql, binds: (self.binds, Bind(value, PhantomData)) }
    }
}

/// The values of a [`Prepared`], in their order.
pub trait Binds {
    /// Writes the binds, each followed by the next piece of the statement.
    fn walk<'b>(
        &'b self,
        pieces: &mut std::str::Split<'static, char>,
        out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()>;
}

impl Binds for () {
    fn walk<'b>(
        &'b self,
        pieces: &mut std::str::Split<'static, char>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql(pieces.next().unwrap_or_default());
        Ok(())
    }
}

impl<B: Binds, ST, V: ToSql<ST, Pg>> Binds for (B, Bind<ST, V>)
where
    Pg: HasSqlType<ST>,
{
    fn walk<'b>(
        &'b self,
        pieces: &mut std::str::Split<'static, char>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        self.0.walk(pieces, out.reborrow())?;
        out.push_bind_param::<ST, V>(&self.1.0)?;
        out.push_sql(pieces.next().unwrap_or_default());
        Ok(())
    }
}

impl<B: Binds> QueryFragment<Pg> for Prepared<B> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.binds.walk(&mut self.sql.split('?'), out)
    }
}

/// Diesel knows the statement again by its text.
impl<B> QueryId for Prepared<B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<B> Query for Prepared<B> {
    type SqlType = Untyped;
}

impl<B> RunQueryDsl<PgConnection> for Prepared<B> {}
