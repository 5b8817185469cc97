//! The task behind a [`Subscriber`](crate::Subscriber): keeps frames, answers pings, and follows the chain of every
//! topic, so that a hole or a repetition fails whichever test meets it.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{ledger::Ledger, subscriber::clip};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a topic stands for this client. `None`: a snapshot is awaited.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chain {
    pub(crate) epoch: String,
    pub(crate) seq: Option<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) frames: Vec<Value>,
    pub(crate) chains: HashMap<String, Chain>,
    pub(crate) violations: Vec<String>,
    /// The code of the close frame; 1006 where the peer just went away.
    pub(crate) closed: Option<u16>,
}

/// The upgrade, with the sub-protocol of the contract.
pub(crate) async fn handshake(base: &str) -> Result<Stream, tokio_tungstenite::tungstenite::Error> {
    let url = format!("{}/api/v1/ws", base.trim_end_matches('/').replacen("http", "ws", 1));
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "nabiz.v1".parse().expect("a header"));
    Ok(connect_async(request).await?.0)
}

/// The task that listens: keeps frames, answers pings, follows the chains.
pub(crate) struct Ear {
    pub(crate) heard: Arc<Mutex<Heard>>,
    pub(crate) changes: watch::Sender<usize>,
    pub(crate) tenant: String,
    pub(crate) ledger: Ledger,
    pub(crate) out: mpsc::UnboundedSender<Message>,
}

impl Ear {
    pub(crate) async fn listen(
        self,
        mut stream: Stream,
        mut outbox: mpsc::UnboundedReceiver<Message>,
    ) {
        let code = loop {
            tokio::select! {
                // The test let the socket go: no close frame, as when a cable is pulled.
                () = self.changes.closed() => break 1006,
                Some(message) = outbox.recv() => {
                    if stream.send(message).await.is_err() { break 1006 }
                }
                got = stream.next() => match got {
                    Some(Ok(Message::Text(text))) => self.hear(&text),
                    Some(Ok(Message::Close(frame))) => break frame.map_or(1005, |frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break 1006,
                },
            }
        };
        self.lock().closed = Some(code);
        self.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, text: &str) {
        let mut heard = self.lock();
        match serde_json::from_str::<Value>(text) {
            Ok(frame) => {
                if frame["t"] == "ping" {
                    let _ = self
                        .out
                        .send(Message::text(json!({ "t": "pong", "n": frame["n"] }).to_string()));
                }
                if let Err(violation) = self.follow(&mut heard.chains, &frame) {
                    heard.violations.push(violation);
                }
                heard.frames.push(frame);
            }
            Err(error) => heard.violations.push(format!("no JSON ({error}): {}", clip(text))),
        }
        drop(heard);
        self.changes.send_modify(|count| *count += 1);
    }

    /// Moves a topic's chain on, or says how it broke.
    fn follow(&self, chains: &mut HashMap<String, Chain>, frame: &Value) -> Result<(), String> {
        let Some(topic) = frame["topic"].as_str() else { return Ok(()) };
        let kind = frame["t"].as_str().unwrap_or_default();
        let number = |field: &str| frame[field].as_u64().ok_or(format!("no {field}: {frame}"));
        let chain = chains.entry(topic.to_owned()).or_default();
        match kind {
            "subbed" => {
                let epoch = frame["epoch"].as_str().unwrap_or_default().to_owned();
                match frame["mode"].as_str() {
                    // The known position stands; what was missed follows.
                    Some("replay") if chain.epoch == epoch && chain.seq.is_some() => {}
                    Some("live") => *chain = Chain { epoch, seq: Some(number("seq")?) },
                    Some("snapshot") => *chain = Chain { epoch, seq: None },
                    _ => return Err(format!("a mode that does not fit {chain:?}: {frame}")),
                }
            }
            "snap" if frame["last"] == true => chain.seq = Some(number("seq")?),
            "lag" => chain.seq = None,
            "ev" => {
                let seq = number("seq")?;
                if chain.seq.map(|at| at + 1) != Some(seq) {
                    return Err(format!(
                        "{topic} stood at {:?} and heard {}",
                        chain.seq,
                        clip(&frame.to_string())
                    ));
                }
                chain.seq = Some(seq);
                self.ledger.hear(&self.tenant, topic, &chain.epoch, frame)?;
            }
            "skip" => {
                let (from, to) = (number("from")?, number("to")?);
                if chain.seq.map(|at| at + 1) != Some(from) || to < from {
                    return Err(format!(
                        "{topic} stood at {:?} and skipped {from}..={to}",
                        chain.seq
                    ));
                }
                chain.seq = Some(to);
            }
            _ => {}
        }
        Ok(())
    }
}
