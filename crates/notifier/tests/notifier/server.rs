//! A small SMTP server (RFC 5321) that keeps what it gets and misbehaves where it is told to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server does when a mail comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes it.
    Accept,
    /// Answers RCPT with this code.
    RefuseRecipient(u16),
    /// Answers the end of DATA with this code.
    RefuseData(u16),
    /// Never answers the end of DATA.
    HangAfterData,
    /// Hangs up at MAIL.
    HangUp,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Header and body, dots unstuffed, lines ended by `\r\n`.
    pub(crate) data: String,
}

#[derive(Debug, Default)]
struct State {
    /// What to do with each coming mail; with none left, take it.
    moods: Vec<Mood>,
    mails: Vec<Mail>,
    connections: usize,
    lines: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(crate) async fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let moods = moods.iter().rev().copied().collect();
        let server = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::new(Mutex::new(State { moods, ..State::default() })),
        };
        let state = server.state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                state.lock().unwrap().connections += 1;
                tokio::spawn(converse(stream, state.clone()));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// How many commands starting so were received.
    pub(crate) fn count(&self, command: &str) -> usize {
        self.state.lock().unwrap().lines.iter().filter(|line| line.starts_with(command)).count()
    }
}

async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut mail, mut mood) = (Mail::default(), Mood::Accept);
    write.write_all(b"220 test ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        state.lock().unwrap().lines.push(line.clone());
        let answer = match line.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                mood = state.lock().unwrap().moods.pop().unwrap_or(Mood::Accept);
                if mood == Mood::HangUp {
                    return Ok(());
                }
                mail = Mail { from: line, ..Mail::default() };
                "250 ok".to_owned()
            }
            "RCPT" => match mood {
                Mood::RefuseRecipient(code) => format!("{code} <{line}> not here"),
                _ => {
                    mail.to.push(line);
                    "250 ok".to_owned()
                }
            },
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.data.push_str("\r\n");
                }
                match mood {
                    Mood::RefuseData(code) => format!("{code} no"),
                    Mood::HangAfterData => std::future::pending().await,
                    _ => {
                        state.lock().unwrap().mails.push(std::mem::take(&mut mail));
                        "250 taken".to_owned()
                    }
                }
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            "RSET" | "NOOP" => "250 ok".to_owned(),
            _ => "502 what?".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
