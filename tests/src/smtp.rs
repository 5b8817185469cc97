//! A mail server on loopback that speaks SMTP (RFC 5321) and keeps what it is given: what `mail.url=smtp://…` is
//! tested against.
use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// One accepted message: its envelope and its raw text, dots unstuffed.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

/// A running server; it ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    pub url: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl SmtpServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { url: format!("smtp://127.0.0.1:{port}"), mails: Arc::default() };
        let mails = server.mails.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that goes away in the middle has simply sent nothing.
                let mails = mails.clone();
                tokio::spawn(async move { drop(converse(stream, mails).await) });
            }
        });
        server
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn converse(stream: TcpStream, mails: Arc<Mutex<Vec<Mail>>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test.example ESMTP\r\n").await?;
    let (mut from, mut to) = (None::<String>, Vec::new());
    while let Some(line) = lines.next_line().await? {
        let upper = line.to_ascii_uppercase();
        let verb = upper.split([' ', ':']).next().unwrap_or_default();
        let reply = match verb {
            "EHLO" => "250-test.example\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "HELO" | "NOOP" => "250 fine".to_owned(),
            "RSET" => {
                (from, to) = (None, Vec::new());
                "250 forgotten".to_owned()
            }
            "MAIL" if upper.starts_with("MAIL FROM:") => {
                from = Some(address(&line));
                "250 sender noted".to_owned()
            }
            "RCPT" if upper.starts_with("RCPT TO:") && from.is_some() => {
                to.push(address(&line));
                "250 recipient noted".to_owned()
            }
            "DATA" if !to.is_empty() => {
                write.write_all(b"354 end with a dot\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let mail = Mail {
                    from: from.take().unwrap_or_default(),
                    to: std::mem::take(&mut to),
                    text,
                };
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                "250 taken".to_owned()
            }
            "MAIL" | "RCPT" | "DATA" => "503 out of order".to_owned(),
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "500 unknown".to_owned(),
        };
        write.write_all(reply.as_bytes()).await?;
        write.write_all(b"\r\n").await?;
    }
    Ok(())
}

fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, tail)| tail.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}
