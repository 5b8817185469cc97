//! What a slow reader loses, and what it never loses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;

use super::*;

fn event(slot: u8, seq: i64) -> Class {
    Class::Event { slot: Slot(slot), before: seq - 1 }
}

fn frame(len: usize) -> Bytes {
    Bytes::from(vec![b'x'; len])
}

fn pop(outbox: &Outbox) -> Poll<Option<Bytes>> {
    outbox.poll_pop(&mut Context::from_waker(Waker::noop()))
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn many_pushes_cost_one_wake() {
    let (outbox, count) = (Outbox::default(), Arc::new(Count::default()));
    let waker = Waker::from(count.clone());
    assert!(outbox.poll_pop(&mut Context::from_waker(&waker)).is_pending());
    for _ in 0..8 {
        assert_eq!(outbox.push(frame(10), Class::Control), Push::Queued);
    }
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
}

#[test]
fn passing_remarks_are_dropped_at_half() {
    let outbox = Outbox::default();
    for seq in 1..=128 {
        assert_eq!(outbox.push(frame(10), event(0, seq)), Push::Queued);
    }
    assert_eq!(outbox.push(frame(10), Class::Ephemeral), Push::Dropped);
    assert_eq!(outbox.push(frame(10), Class::Presence { slot: Slot(3) }), Push::Dropped);
    assert_eq!(outbox.push(frame(10), event(0, 129)), Push::Queued);
    assert_eq!(outbox.take_owed_presence(), 0, "not while the queue is long");
    while pop(&outbox).is_ready() {}
    assert_eq!(outbox.take_owed_presence(), 1 << 3);
    assert_eq!(outbox.take_owed_presence(), 0);
}

#[test]
fn events_are_refused_when_full_and_purged_by_topic() {
    let outbox = Outbox::default();
    for seq in 1..=128 {
        outbox.push(frame(10), event(0, seq));
        outbox.push(frame(10), event(1, seq + 40));
    }
    assert_eq!(outbox.push(frame(10), event(1, 169)), Push::Full);
    assert_eq!(outbox.push(frame(10), Class::Control), Push::Queued, "answers still pass");
    let _ = pop(&outbox);
    let _ = pop(&outbox);
    assert_eq!(outbox.purge(Slot(1)), Some(41), "41 was sent, 42 is the first that is gone");
    assert_eq!(outbox.progress().queued, 128);
    assert_eq!(outbox.purge(Slot(1)), None);
    assert_eq!(outbox.push(frame(10), event(0, 129)), Push::Queued);
}

#[test]
fn bytes_are_bounded_like_frames() {
    let outbox = Outbox::default();
    for seq in 1..=16 {
        assert_eq!(outbox.push(frame(64 * 1024), event(0, seq)), Push::Queued);
    }
    assert_eq!(outbox.push(frame(1), event(0, 17)), Push::Full);
    assert_eq!(outbox.progress().bytes, BYTES_MAX);
}

#[test]
fn a_frame_above_the_limit_passes_an_empty_queue() {
    let outbox = Outbox::default();
    assert_eq!(outbox.push(frame(BYTES_MAX + 1), event(0, 1)), Push::Queued);
}

#[test]
fn closing_keeps_or_gives_up_what_is_queued() {
    for (flush, expected) in [(true, vec![5, 9]), (false, vec![9])] {
        let outbox = Outbox::default();
        outbox.push(frame(5), Class::Control);
        assert!(outbox.close(Some(frame(9)), flush));
        assert!(!outbox.close(Some(frame(11)), flush), "only the first close counts");
        assert_eq!(outbox.push(frame(7), Class::Control), Push::Closed);
        let mut seen = Vec::new();
        while let Poll::Ready(Some(frame)) = pop(&outbox) {
            seen.push(frame.len());
        }
        assert_eq!(seen, expected);
        assert_eq!(pop(&outbox), Poll::Ready(None));
    }
}

#[actix_web::test]
async fn a_paced_sender_waits_for_the_reader() {
    let outbox = Arc::new(Outbox::default());
    let sender = outbox.clone();
    let paced = actix_web::rt::spawn(async move {
        for _ in 0..64 {
            assert!(sender.space(64 * 1024).await);
            sender.push(frame(64 * 1024), event(0, 1));
        }
    });
    let mut seen = 0;
    while seen < 64 {
        if pop(&outbox).is_ready() {
            seen += 1;
        }
        assert!(outbox.progress().bytes <= BYTES_MAX / 2);
        tokio::task::yield_now().await;
    }
    paced.await.unwrap();
    outbox.close(None, false);
    assert!(!outbox.space(1).await);
}
