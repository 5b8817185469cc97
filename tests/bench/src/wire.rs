//! A WebSocket client that costs the load generator next to nothing: no copy of a payload, no allocation for a frame,
//! one shared read buffer. Speaks text frames only, which is all that the servers under load send.
use std::{cell::RefCell, net::SocketAddr, pin::Pin, sync::Arc, task::Poll};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

const READ: usize = 256 * 1024;
/// A key of zeros masks nothing, and is as valid as any other (RFC 6455 §5.3).
const NO_MASK: [u8; 4] = [0; 4];

thread_local! {
    static SHARED: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// A text frame, masked as clients must, ready for the socket.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    frame(0x81, text.as_bytes())
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(payload.len() + 14);
    bytes.push(first);
    match payload.len() {
        len @ 0..=125 => bytes.push(0x80 | len as u8),
        len @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(NO_MASK);
    bytes.extend(payload);
    bytes
}

/// The first whole frame of `bytes`: its first byte, where its payload lies, and where the next frame begins.
fn whole_frame(bytes: &[u8]) -> Option<(u8, std::ops::Range<usize>)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (start, len) = match second & 0x7f {
        126 => (4, u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize),
        len => (2, len as usize),
    };
    (bytes.len() >= start + len).then_some((first, start..start + len))
}

/// The half that speaks; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Mouth(Arc<OwnedWriteHalf>);

impl Mouth {
    /// Writes frames made by [`text_frame`], several in one piece if the caller joined them.
    pub(crate) async fn send(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.0.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    self.0.writable().await?
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// For answers to heartbeats: a full socket drops them, and the next one is a heartbeat away.
    fn send_if_room(&self, bytes: &[u8]) {
        let _ = self.0.try_write(bytes);
    }

    pub(crate) async fn say(&self, text: &str) -> Result<()> {
        self.send(&text_frame(text)).await
    }
}

/// An open socket that nobody listens to yet.
#[derive(Debug)]
pub(crate) struct Socket {
    read: OwnedReadHalf,
    pub(crate) mouth: Mouth,
    unread: Vec<u8>,
}

/// A socket with its listener running; dropping it ends both.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) mouth: Mouth,
    task: JoinHandle<()>,
}

impl Listening {
    pub(crate) fn is_over(&self) -> bool {
        self.task.is_finished()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Socket {
    pub(crate) async fn open(to: SocketAddr, path: &str, protocol: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (read, mut write) = stream.into_split();
        let protocol =
            protocol.map_or(String::new(), |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {to}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nSec-WebSocket-Version: 13\r\n{protocol}\r\n"
        );
        write.write_all(request.as_bytes()).await?;
        let mut socket = Self { read, mouth: Mouth(Arc::new(write)), unread: Vec::new() };
        loop {
            if let Some(end) = socket.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&socket.unread[..end]).into_owned();
                if !head.starts_with("HTTP/1.1 101") {
                    bail!("no WebSocket: {head}");
                }
                socket.unread.drain(..end + 4);
                return Ok(socket);
            }
            socket.fill().await.context("the handshake")?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        let (read, unread) = (&mut self.read, &mut self.unread);
        let got = std::future::poll_fn(|cx| {
            SHARED.with_borrow_mut(|shared| {
                let mut buffer = ReadBuf::new(shared);
                match Pin::new(&mut *read).poll_read(cx, &mut buffer) {
                    Poll::Ready(Ok(())) => {
                        unread.extend_from_slice(buffer.filled());
                        Poll::Ready(Ok(buffer.filled().len()))
                    }
                    Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                    Poll::Pending => Poll::Pending,
                }
            })
        })
        .await?;
        if got == 0 {
            bail!("the server hung up");
        }
        Ok(())
    }

    /// The next text, while setting up; heartbeats are not answered yet.
    pub(crate) async fn next(&mut self) -> Result<String> {
        loop {
            if let Some((first, payload)) = whole_frame(&self.unread) {
                let text = String::from_utf8_lossy(&self.unread[payload.clone()]).into_owned();
                self.unread.drain(..payload.end);
                match first & 0x0f {
                    1 => return Ok(text),
                    8 => bail!("closed: {:?}", text.as_bytes()),
                    _ => continue,
                }
            }
            self.fill().await?;
        }
    }

    /// Hands every text to `hear` from now on, and answers heartbeats of all three kinds: the protocol's,
    /// Nabız's (`{"t":"ping"`) and Engine.IO's (`2`).
    pub(crate) fn listen(self, mut hear: impl FnMut(&[u8]) + Send + 'static) -> Listening {
        let Self { mut read, mouth, mut unread } = self;
        let out = mouth.clone();
        let task = tokio::spawn(async move {
            let mut closed = false;
            consume(&mut unread, &out, &mut hear, &mut closed);
            loop {
                let got = std::future::poll_fn(|cx| {
                    SHARED.with_borrow_mut(|shared| {
                        let mut buffer = ReadBuf::new(shared);
                        match Pin::new(&mut read).poll_read(cx, &mut buffer) {
                            Poll::Ready(Ok(())) => {
                                let bytes = buffer.filled();
                                if unread.is_empty() {
                                    let used = each_frame(bytes, &out, &mut hear, &mut closed);
                                    unread.extend_from_slice(&bytes[used..]);
                                } else {
                                    unread.extend_from_slice(bytes);
                                    consume(&mut unread, &out, &mut hear, &mut closed);
                                }
                                Poll::Ready(bytes.len())
                            }
                            Poll::Ready(Err(_)) => Poll::Ready(0),
                            Poll::Pending => Poll::Pending,
                        }
                    })
                })
                .await;
                if got == 0 || closed {
                    return;
                }
            }
        });
        Listening { mouth, task }
    }
}

fn consume(unread: &mut Vec<u8>, out: &Mouth, hear: &mut impl FnMut(&[u8]), closed: &mut bool) {
    let used = each_frame(unread, out, hear, closed);
    unread.drain(..used);
    if unread.is_empty() {
        // Idle sockets are many: what a snapshot needed is given back.
        *unread = Vec::new();
    }
}

/// Bytes of whole frames that were handled.
fn each_frame(bytes: &[u8], out: &Mouth, hear: &mut impl FnMut(&[u8]), closed: &mut bool) -> usize {
    let mut at = 0;
    while let Some((first, payload)) = whole_frame(&bytes[at..]) {
        let end = at + payload.end;
        let payload = &bytes[at + payload.start..end];
        match first & 0x0f {
            1 if payload.starts_with(b"{\"t\":\"ping\"") => out.send_if_room(&pong_to(payload)),
            1 if payload == b"2" => out.send_if_room(&text_frame("3")),
            1 => hear(payload),
            8 => *closed = true,
            9 => out.send_if_room(&frame(0x8a, payload)),
            _ => {}
        }
        at = end;
    }
    at
}

fn pong_to(ping: &[u8]) -> Vec<u8> {
    let n = number_after(ping, b"\"n\":").unwrap_or_default();
    text_frame(&format!("{{\"t\":\"pong\",\"n\":{n}}}"))
}

/// The digits after the last `mark`, read from the end: what we look for stands there.
pub(crate) fn number_after(payload: &[u8], mark: &[u8]) -> Option<u64> {
    let at = payload.windows(mark.len()).rposition(|part| part == mark)? + mark.len();
    let digits = payload[at..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.copied().fold(None, |n, digit| Some(n.unwrap_or(0) * 10 + u64::from(digit - b'0')))
}
