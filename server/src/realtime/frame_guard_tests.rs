//! Every rule of the guard, and that chunk boundaries never matter.

use futures_util::stream;
use futures_util::task::noop_waker_ref;
use proptest::prelude::*;

use super::*;

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = header(first, payload.len() as u64);
    out.extend_from_slice(payload);
    out
}

fn header(first: u8, len: u64) -> Vec<u8> {
    let mut out = vec![first];
    match len {
        0..=125 => out.push(0x80 | len as u8),
        126..=0xffff => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend_from_slice(&len.to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out
}

/// Feeds the chunks to an opened guard; what passed, and why it stopped.
fn guarded(chunks: Vec<Vec<u8>>, gate: &Rc<Gate>) -> Vec<u8> {
    let items = chunks.into_iter().map(|chunk| Ok::<_, ()>(Bytes::from(chunk)));
    let mut guard = FrameGuard::new(stream::iter(items), gate.clone());
    let mut cx = Context::from_waker(noop_waker_ref());
    let mut seen = Vec::new();
    while let Poll::Ready(Some(Ok(bytes))) = Pin::new(&mut guard).poll_next(&mut cx) {
        seen.extend_from_slice(&bytes);
        while gate.unhandled.get() > 0 {
            gate.handled();
        }
    }
    seen
}

fn open() -> Rc<Gate> {
    let gate = Gate::new();
    gate.open();
    gate
}

fn refusal(bytes: Vec<u8>) -> Option<Refusal> {
    let gate = open();
    guarded(vec![bytes], &gate);
    gate.refusal()
}

#[test]
fn what_breaks_the_protocol_is_refused() {
    let unmasked = vec![0x81, 0x05, b'h', b'e', b'l', b'l', b'o'];
    for (name, bytes) in [
        ("unmasked", unmasked),
        ("reserved bit", frame(0xc1, b"x")),
        ("unknown opcode", frame(0x83, b"x")),
        ("unknown control opcode", frame(0x8b, b"x")),
        ("binary", frame(0x82, b"x")),
        ("fragmented ping", frame(0x09, b"x")),
        ("long ping", frame(0x89, &[0; 126])),
        ("half a close code", frame(0x88, b"x")),
        ("continuation of nothing", frame(0x80, b"x")),
        ("text inside fragments", [frame(0x01, b"x"), frame(0x81, b"y")].concat()),
        ("padded length", vec![0x81, 0xfe, 0, 5, 0, 0, 0, 0]),
        (
            "padded long length",
            [vec![0x81, 0xff], vec![0; 6], vec![0x01, 0x00], vec![0; 4]].concat(),
        ),
    ] {
        assert_eq!(refusal(bytes), Some(Refusal::Protocol), "{name}");
    }
}

#[test]
fn what_is_too_big_is_refused_by_its_header() {
    assert_eq!(refusal(header(0x81, 1 << 30)), Some(Refusal::TooBig));
    assert_eq!(refusal(header(0x81, u64::MAX)), Some(Refusal::TooBig));
    assert_eq!(refusal(header(0x81, FRAME_MAX + 1)), Some(Refusal::TooBig));
    assert_eq!(refusal(frame(0x81, &vec![0; FRAME_MAX as usize])), None);
    let part = vec![0; FRAME_MAX as usize];
    let four = [frame(0x01, &part), frame(0, &part), frame(0, &part), frame(0, &part)].concat();
    assert_eq!(refusal([four.clone(), frame(0x80, &[])].concat()), None);
    assert_eq!(refusal([four, header(0x80, 1)].concat()), Some(Refusal::TooBig));
}

#[test]
fn nothing_of_a_refused_frame_passes() {
    let gate = open();
    let good = frame(0x81, b"hello");
    let bad = frame(0x82, b"binary");
    assert_eq!(guarded(vec![[good.clone(), bad].concat()], &gate), good);
}

#[test]
fn only_the_first_message_passes_before_the_gate_opens() {
    let gate = Gate::new();
    let (ping, hello, next) = (frame(0x89, b"p"), frame(0x81, b"hello"), frame(0x81, b"next"));
    let items = vec![Ok::<_, ()>(Bytes::from([&*ping, &*hello, &*next].concat()))];
    let mut guard = FrameGuard::new(stream::iter(items), gate.clone());
    let mut cx = Context::from_waker(noop_waker_ref());
    let mut poll = || Pin::new(&mut guard).poll_next(&mut cx);
    assert_eq!(poll(), Poll::Ready(Some(Ok(Bytes::from([ping, hello].concat())))));
    gate.handled();
    gate.handled();
    assert_eq!(poll(), Poll::Pending);
    gate.open();
    assert_eq!(poll(), Poll::Ready(Some(Ok(Bytes::from(next)))));
}

#[test]
fn the_first_message_has_a_smaller_limit() {
    for (bytes, expected) in [
        (header(0x81, HELLO_MAX + 1), Some(Refusal::TooBig)),
        (frame(0x81, &vec![0; HELLO_MAX as usize]), None),
        (
            [frame(0x01, &vec![0; HELLO_MAX as usize]), header(0x80, 1)].concat(),
            Some(Refusal::TooBig),
        ),
    ] {
        let gate = Gate::new();
        guarded(vec![bytes], &gate);
        assert_eq!(gate.refusal(), expected);
    }
}

#[test]
fn new_bytes_wait_while_frames_are_unhandled() {
    let gate = open();
    let items = (0..2).map(|_| Ok::<_, ()>(Bytes::from(frame(0x81, b"x").repeat(3))));
    let mut guard = FrameGuard::new(stream::iter(items), gate.clone());
    let mut cx = Context::from_waker(noop_waker_ref());
    assert!(Pin::new(&mut guard).poll_next(&mut cx).is_ready());
    for _ in 0..3 {
        assert!(Pin::new(&mut guard).poll_next(&mut cx).is_pending());
        gate.handled();
    }
    assert!(Pin::new(&mut guard).poll_next(&mut cx).is_ready());
}

fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        8 => Just(0x81u8), 2 => Just(0x01), 2 => Just(0x00), 2 => Just(0x80),
        2 => Just(0x89), 1 => Just(0x8a), 1 => any::<u8>()
    ];
    let len = prop_oneof![8 => 0usize..130, 1 => 65_000usize..66_000];
    (first, len).prop_map(|(first, len)| frame(first, &vec![0x55; len]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn chunk_boundaries_change_nothing(
        frames in prop::collection::vec(any_frame(), 1..12),
        cuts in prop::collection::vec(1usize..200, 1..40),
    ) {
        let bytes = frames.concat();
        let whole_gate = open();
        let whole = guarded(vec![bytes.clone()], &whole_gate);
        let (mut chunks, mut at, mut cut) = (Vec::new(), 0, cuts.iter().cycle());
        while at < bytes.len() {
            let len = cut.next().unwrap().min(&(bytes.len() - at)).to_owned();
            chunks.push(bytes[at..at + len].to_vec());
            at += len;
        }
        let cut_gate = open();
        let pieces = guarded(chunks, &cut_gate);
        prop_assert_eq!(whole_gate.refusal(), cut_gate.refusal());
        // In pieces, the start of a header may have passed before the rest of it was seen.
        prop_assert!(pieces.starts_with(&whole) && pieces.len() < whole.len() + 14);
        if whole_gate.refusal().is_none() {
            prop_assert_eq!(pieces, bytes);
        }
    }

    #[test]
    fn noise_never_panics_and_never_passes_much(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let gate = Gate::new();
        prop_assert!(guarded(vec![bytes.clone()], &gate).len() <= bytes.len());
    }
}
