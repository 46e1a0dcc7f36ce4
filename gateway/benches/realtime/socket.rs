//! A client's end of a WebSocket (RFC 6455) with as little work of its own as can be: it shares the cores with what it measures.

use std::ops::Range;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Opcodes.
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
/// What is said of a socket that ended without a word.
const HUNG_UP: u16 = 1006;
/// The same for a close that says no code.
const NO_CODE: u16 = 1005;

/// An open socket.
pub(crate) struct Socket {
    stream: TcpStream,
    bytes: Vec<u8>,
    /// Where in `bytes` the next frame begins.
    next: usize,
}

/// Whether a text of the server's brings a message.
pub(crate) fn is_message(text: &[u8]) -> bool {
    text.starts_with(br#"{"type":"message","#)
}

/// A text as clients send it.
pub(crate) fn text_frame(text: &[u8]) -> Vec<u8> {
    masked(TEXT, text)
}

/// Masked with zeros, which leaves it as it is.
fn masked(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | kind];
    match u8::try_from(payload.len()) {
        Ok(length @ 0..=125) => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

impl Socket {
    /// Opens one; `room` is how many bytes are read at a time.
    pub(crate) async fn open(address: &str, path: &str, room: usize) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::with_capacity(room);
        let next = loop {
            let read = stream.read_buf(&mut bytes).await.unwrap();
            assert!(read > 0, "the server hung up: {}", String::from_utf8_lossy(&bytes));
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        assert!(bytes.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&bytes));
        Self { stream, bytes, next }
    }

    /// The next text. Pings before it are answered. Else the code that the socket ended with.
    pub(crate) async fn text(&mut self) -> Result<&[u8], u16> {
        let payload = loop {
            let Some((kind, payload)) = self.whole() else {
                self.read().await?;
                continue;
            };
            self.next = payload.end;
            match kind {
                TEXT => break payload,
                CLOSE => return Err(self.code(payload)),
                PING => {
                    let pong = masked(PONG, &self.bytes[payload]);
                    self.send(&pong).await?;
                }
                _ => {}
            }
        };
        Ok(&self.bytes[payload])
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &[u8]) -> Result<(), u16> {
        self.stream.write_all(frame).await.map_err(|_| HUNG_UP)
    }

    async fn read(&mut self) -> Result<(), u16> {
        self.bytes.drain(..self.next);
        self.next = 0;
        match self.stream.read_buf(&mut self.bytes).await {
            Ok(0) | Err(_) => Err(HUNG_UP),
            Ok(_) => Ok(()),
        }
    }

    /// The next frame, where all of it is here: its opcode, and where its payload lies.
    fn whole(&self) -> Option<(u8, Range<usize>)> {
        let bytes = &self.bytes[self.next..];
        let kind = bytes.first()? & 0x0f;
        let (head, length) = match bytes.get(1)? & 0x7f {
            126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
            127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
            short => (2, usize::from(short)),
        };
        let from = self.next + head;
        (bytes.len() >= head + length).then_some((kind, from..from + length))
    }

    fn code(&self, payload: Range<usize>) -> u16 {
        let code = self.bytes[payload].first_chunk::<2>().copied();
        code.map_or(NO_CODE, u16::from_be_bytes)
    }
}
