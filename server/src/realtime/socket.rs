//! The socket under a session: options set at connect, and a way to end a connection nobody
//! polls. Once the peer stops reading, actix-web no longer polls the response body, and with it
//! the session's actor; only the socket itself can be ended then.

use std::any::Any;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use rustix::process::{
    PidfdFlags, PidfdGetfdFlags, Resource, getpid, getrlimit, pidfd_getfd, pidfd_open, setrlimit,
};
use socket2::{SockRef, Socket};

/// Bytes the kernel may hold for a peer that does not read (Linux doubles the figure).
const SEND_BUFFER: usize = 64 * 1024;
/// How long sent bytes may stay without acknowledgement.
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Ends a connection from any thread.
#[derive(Clone)]
pub struct Killer(Reach);

#[derive(Clone)]
enum Reach {
    /// The descriptor's number, looked up when it is needed: a copy per connection would halve
    /// the number of connections. The peer's address tells whether it still is that connection.
    Number { process: Arc<OwnedFd>, fd: RawFd, peer: SocketAddr },
    /// Where the kernel or a sandbox refuses the look-up (Linux before 5.6, old seccomp lists).
    Copy(Arc<Socket>),
}

impl Killer {
    /// Both directions at once; the owner of the connection notices at its next poll.
    pub fn kill(&self) {
        // Already ended is as good as ended now.
        match &self.0 {
            Reach::Copy(socket) => drop(socket.shutdown(Shutdown::Both)),
            Reach::Number { process, fd, peer } => {
                if let Ok(copy) = pidfd_getfd(process, *fd, PidfdGetfdFlags::empty()) {
                    let socket = Socket::from(copy);
                    let now = socket.peer_addr().ok().and_then(|address| address.as_socket());
                    if now == Some(*peer) {
                        drop(socket.shutdown(Shutdown::Both));
                    }
                }
            }
        }
    }
}

/// For `HttpServer::on_connect`: sets the options and leaves a [`Killer`] in the connection data.
pub fn on_connect() -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + 'static {
    let process = own_process();
    move |io, data| {
        let Some(stream) = io.downcast_ref::<TcpStream>() else { return };
        set_options(&SockRef::from(stream));
        if let Some(reach) = reach(stream, process.as_ref()) {
            data.insert(Killer(reach));
        }
    }
}

/// Takes as many descriptors as the system allows this process; every connection needs one.
/// Answers how many that is, None where there is no limit.
pub fn raise_descriptor_limit() -> Option<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    getrlimit(Resource::Nofile).current
}

fn set_options(socket: &Socket) {
    let set = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_send_buffer_size(SEND_BUFFER))
        .and_then(|()| socket.set_tcp_user_timeout(Some(USER_TIMEOUT)));
    if let Err(error) = set {
        // The peer may be gone already; a connection without the options still works.
        tracing::debug!(%error, "socket options were refused");
    }
}

fn reach(stream: &TcpStream, process: Option<&Arc<OwnedFd>>) -> Option<Reach> {
    if let (Some(process), Ok(peer)) = (process, stream.peer_addr()) {
        return Some(Reach::Number { process: process.clone(), fd: stream.as_raw_fd(), peer });
    }
    match stream.as_fd().try_clone_to_owned() {
        Ok(copy) => Some(Reach::Copy(Arc::new(Socket::from(copy)))),
        Err(error) => {
            tracing::warn!(%error, "no file descriptor left for a second handle");
            None
        }
    }
}

/// This process as a descriptor, if descriptors can be looked up through it.
fn own_process() -> Option<Arc<OwnedFd>> {
    let process = pidfd_open(getpid(), PidfdFlags::empty()).ok()?;
    pidfd_getfd(&process, process.as_raw_fd(), PidfdGetfdFlags::empty()).ok()?;
    Some(Arc::new(process))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;

    use super::*;

    #[actix_web::test]
    async fn both_ways_end_the_right_connection_only() {
        let process = own_process().expect("a kernel that can look descriptors up");
        for process in [Some(&process), None] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let mut peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (server, _) = listener.accept().unwrap();
            server.set_nonblocking(true).unwrap();
            let stream = TcpStream::from_std(server).unwrap();
            let killer = Killer(reach(&stream, process).unwrap());
            if let Reach::Number { process, fd, .. } = &killer.0 {
                let peer = "127.0.0.1:1".parse().unwrap();
                Killer(Reach::Number { process: process.clone(), fd: *fd, peer }).kill();
                stream.writable().await.unwrap();
                assert!(stream.try_write(b"x").is_ok(), "another peer's socket stays");
            }
            killer.kill();
            let mut rest = Vec::new();
            peer.read_to_end(&mut rest).unwrap();
        }
    }
}
