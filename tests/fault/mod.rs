//! What breaks: killed servers, peers that do not read, frames that lie, a crowd at one door.
mod bulk;
mod channels;
mod crowd;
mod frames;
mod import;
mod kill;
mod reminders;
mod slow;
mod terminate;
