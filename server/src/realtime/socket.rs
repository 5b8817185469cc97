//! The socket under a session: options set at connect, and a duplicate of it that can end a
//! connection nobody polls. Once the peer stops reading, actix-web no longer polls the response
//! body, and with it the session's actor; only the socket itself can be ended then.

use std::any::Any;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::{SockRef, Socket};

/// Bytes the kernel may hold for a peer that does not read (Linux doubles the figure).
const SEND_BUFFER: usize = 64 * 1024;
/// How long sent bytes may stay without acknowledgement.
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Ends a connection from any thread.
#[derive(Clone)]
pub struct Killer(Arc<Socket>);

impl Killer {
    /// Both directions at once; the owner of the connection notices at its next poll.
    pub fn kill(&self) {
        // Already ended is as good as ended now.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// For `HttpServer::on_connect`: sets the options and leaves a [`Killer`] in the connection data.
pub fn on_connect(io: &dyn Any, data: &mut Extensions) {
    let Some(stream) = io.downcast_ref::<TcpStream>() else { return };
    let socket = SockRef::from(stream);
    let set = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_send_buffer_size(SEND_BUFFER))
        .and_then(|()| socket.set_tcp_user_timeout(Some(USER_TIMEOUT)));
    if let Err(error) = set {
        // The peer may be gone already; a connection without the options still works.
        tracing::debug!(%error, "socket options were refused");
    }
    match stream.as_fd().try_clone_to_owned() {
        Ok(copy) => {
            data.insert(Killer(Arc::new(Socket::from(copy))));
        }
        Err(error) => tracing::warn!(%error, "no file descriptor left for a second handle"),
    }
}
