//! The WebSocket door: handshake, and one thin actor per connection. The only file that knows
//! actix-web-actors, which is frozen upstream; its two defects are closed here.
//!
//! - *Late frame limit*: the payload passes a [`FrameGuard`] before the crate's decoder sees it.
//! - *Frozen actor*: frames go out by the handle's outbox, merged into the response body by
//!   [`Body`]; the watchdog, not the actor, decides that a peer is gone and cuts the socket.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use actix::fut::{ActorFutureExt, WrapFuture};
use actix::{Actor, ActorContext, AsyncContext, StreamHandler};
use actix_http::ws::Item;
use actix_web::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use bytes::Bytes;
use futures_util::Stream;

use super::bucket::Verdict;
use super::conversation::{Conversation, Wait};
use super::frame_guard::{FrameGuard, Gate, Refusal};
use super::frames::{self, CloseCode};
use super::handle::SessionHandle;
use super::origin;
use super::port::SessionHost;
use super::sessions::Sessions;
use super::socket::Killer;
use crate::kernel::problem::{Class, Problem};

/// The sub-protocol of the contract.
const PROTOCOL: &str = "nabiz.v1";

/// What the route needs; one per server, as application data.
#[derive(Clone)]
pub struct Door {
    pub host: Arc<dyn SessionHost>,
    pub sessions: Arc<Sessions>,
}

/// `GET /ws`, to be mounted under the API's base; expects `Data<Door>`.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/ws").route(web::get().to(open)));
}

async fn open(
    request: HttpRequest,
    payload: web::Payload,
    door: web::Data<Door>,
) -> Result<HttpResponse, Problem> {
    upgrade(&request, payload, &door)
}

/// Answers 101 or the problem.
///
/// # Errors
/// `busy` while the server leaves, `forbidden` for a foreign origin, `bad_frame` for what is no
/// WebSocket handshake.
fn upgrade(
    request: &HttpRequest,
    payload: web::Payload,
    door: &Door,
) -> Result<HttpResponse, Problem> {
    if door.sessions.is_leaving() {
        return Err(Problem::busy());
    }
    let settings = &door.sessions.settings;
    let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or(""));
    if !origin::may_open(origin, &settings.base_url, &settings.allowed_origins) {
        return Err(Problem::forbidden());
    }
    let handshake = ws::handshake_with_protocols(request, &[PROTOCOL]);
    let mut response = handshake.map_err(|_| Problem::of(Class::BadFrame))?;
    let headers = request.headers();
    // The crate also takes the drafts 7 and 8.
    let is_final = headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    if !is_final || headers.contains_key(SEC_WEBSOCKET_PROTOCOL) && !offers_protocol(request) {
        return Err(Problem::of(Class::BadFrame));
    }
    let handle = door.sessions.open(request.conn_data::<Killer>().cloned());
    let gate = Gate::new();
    let session = Session {
        conversation: Conversation::new(door.host.clone(), door.sessions.clone(), handle.clone()),
        door: door.clone(),
        handle: handle.clone(),
        gate: gate.clone(),
        fragments: Vec::new(),
    };
    // Nobody keeps the address: the actor hears its socket and nothing else.
    let (_, actor) =
        ws::WebsocketContext::create_with_addr(session, FrameGuard::new(payload, gate));
    Ok(response.streaming(Body::new(actor, handle, door.clone())))
}

fn offers_protocol(request: &HttpRequest) -> bool {
    let offers = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let mut words = offers.filter_map(|offer| offer.to_str().ok()).flat_map(|o| o.split(','));
    words.any(|word| word.trim() == PROTOCOL)
}

struct Session {
    door: Door,
    handle: Arc<SessionHandle>,
    gate: Rc<Gate>,
    conversation: Conversation,
    /// The parts so far of a fragmented message; bounded by the frame guard.
    fragments: Vec<u8>,
}

impl Actor for Session {
    type Context = ws::WebsocketContext<Self>;
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Session {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        use actix_web_actors::ws::Message;
        self.gate.handled();
        match message {
            Ok(Message::Text(text)) => self.hear(text.as_bytes(), ctx),
            Ok(Message::Continuation(part)) => self.assemble(part, ctx),
            Ok(Message::Ping(payload)) => {
                if self.conversation.hears(payload.len()) == Verdict::Pass {
                    self.handle.push(frames::pong(&payload));
                }
            }
            Ok(Message::Pong(payload)) => {
                // Only counted.
                let _ = self.conversation.hears(payload.len());
            }
            Ok(Message::Close(_)) => {
                self.handle.close(CloseCode::Normal, true);
            }
            Ok(Message::Nop) => {}
            // Text that is no UTF-8 is an error here (RFC 6455 §8.1: the connection ends), as is
            // what the guard should not have let through.
            Ok(Message::Binary(_)) | Err(_) => {
                self.conversation.refuse(Class::BadFrame, CloseCode::Protocol);
            }
        }
    }

    /// The peer is gone, or the guard has stopped reading.
    fn finished(&mut self, ctx: &mut Self::Context) {
        match self.gate.refusal() {
            Some(Refusal::TooBig) => {
                self.conversation.refuse(Class::TooBig, CloseCode::TooBig);
            }
            Some(Refusal::Protocol) => {
                self.conversation.refuse(Class::BadFrame, CloseCode::Protocol);
            }
            None => {
                self.handle.outbox().close(None, false);
            }
        }
        ctx.stop();
    }
}

impl Session {
    fn hear(&mut self, text: &[u8], ctx: &mut ws::WebsocketContext<Self>) {
        match self.conversation.hear(text) {
            None => {}
            Some(Wait::SignIn { token, resume }) => {
                let host = self.door.host.clone();
                let endings = self.door.sessions.endings();
                let answer = async move { host.authenticate(&token).await };
                ctx.spawn(answer.into_actor(self).map(move |answer, act, _| {
                    if act.conversation.signed_in(answer, resume, endings) {
                        act.gate.open();
                    }
                }));
            }
            Some(Wait::Renew { id, token }) => {
                let host = self.door.host.clone();
                let answer = async move { host.authenticate(&token).await };
                ctx.spawn(answer.into_actor(self).map(move |answer, act, _| {
                    act.conversation.renewed(&id, answer);
                }));
            }
            Some(Wait::Answer { id, receiver }) => {
                ctx.spawn(receiver.into_actor(self).map(move |answer, act, _| {
                    act.conversation.answered(&id, answer);
                }));
            }
        }
    }

    /// Puts a fragmented message together; each part costs like a frame.
    fn assemble(&mut self, part: Item, ctx: &mut ws::WebsocketContext<Self>) {
        let (bytes, is_last) = match part {
            Item::FirstText(bytes) | Item::FirstBinary(bytes) => {
                self.fragments.clear();
                (bytes, false)
            }
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        self.fragments.extend_from_slice(&bytes);
        if is_last {
            let whole = std::mem::take(&mut self.fragments);
            if std::str::from_utf8(&whole).is_err() {
                return self.conversation.refuse(Class::BadFrame, CloseCode::Protocol);
            }
            self.hear(&whole, ctx);
        } else {
            // A refused part ends nothing by itself; the whole is judged again.
            let _ = self.conversation.hears(0);
        }
    }
}

/// Wakes the response body and remembers that the actor, not only the outbox, has work.
struct ActorWaker {
    due: AtomicBool,
    handle: Arc<SessionHandle>,
}

impl Wake for ActorWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.due.store(true, Ordering::SeqCst);
        self.handle.outbox().wake();
    }
}

/// The response body: runs the actor when it has work, and yields the outbox's frames one by one
/// until it is empty, so that actix-web gathers them into one write.
struct Body<S> {
    actor: Option<Pin<Box<S>>>,
    due: Arc<ActorWaker>,
    waker: Waker,
    handle: Arc<SessionHandle>,
    door: Door,
}

impl<S> Body<S> {
    fn new(actor: S, handle: Arc<SessionHandle>, door: Door) -> Self {
        let due = Arc::new(ActorWaker { due: AtomicBool::new(true), handle: handle.clone() });
        let waker = Waker::from(due.clone());
        Self { actor: Some(Box::pin(actor)), due, waker, handle, door }
    }
}

impl<S> Stream for Body<S>
where
    S: Stream<Item = Result<Bytes, actix_web::Error>>,
{
    type Item = Result<Bytes, actix_web::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.due.due.swap(false, Ordering::SeqCst)
                && let Some(actor) = &mut this.actor
            {
                match actor.as_mut().poll_next(&mut Context::from_waker(&this.waker)) {
                    Poll::Pending => {}
                    // The crate's own frames: none of ours go this way.
                    Poll::Ready(Some(Ok(bytes))) => {
                        this.due.due.store(true, Ordering::SeqCst);
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                    Poll::Ready(Some(Err(_)) | None) => {
                        this.actor = None;
                        this.handle.outbox().close(None, true);
                    }
                }
            }
            match this.handle.outbox().poll_pop(cx) {
                Poll::Ready(frame) => return Poll::Ready(frame.map(Ok)),
                // A wake between the actor's turn and the outbox's found nobody to wake.
                Poll::Pending if !this.due.due.load(Ordering::SeqCst) => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }
}

impl<S> Drop for Body<S> {
    fn drop(&mut self) {
        self.actor = None;
        self.handle.outbox().close(None, false);
        self.door.sessions.closed(&self.handle, &*self.door.host);
    }
}
