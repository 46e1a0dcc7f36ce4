use crate::{Error, Order, Reply};
/// x
#[derive(Debug, Clone)]
pub struct Writer;
impl Writer {
    /// Hands an order to the writer and waits for its durable outcome.
    ///
    /// # Errors
    /// x
    #[expect(clippy::unused_async, clippy::todo)]
    pub async fn post(&self, _order: Order) -> Result<Reply, Error> {
        todo!()
    }
    /// Takes no more orders, does those it has, and ends.
    #[expect(clippy::todo)]
    pub fn stop(&self) {
        todo!()
    }
}
