//! Meta on this machine, for whoever tries the server without an account there: a Graph API, and a customer whose words
//! are typed here. `cargo run -p tests --bin meta -- --hook URL --secret SECRET`, then `905550000101 Merhaba`.
use std::{io::BufRead, time::Duration};

use anyhow::Result;
use clap::Parser;
use tests::simulators::meta::{App, Graph, Habits, payloads::Person};

/// The account's clock goes as ours does.
const SECOND: Duration = Duration::from_secs(1);

/// The Graph API and one customer after the other.
#[derive(Debug, Parser)]
struct Words {
    /// The address of the connection.
    #[arg(long)]
    hook: String,
    /// Its app secret.
    #[arg(long)]
    secret: String,
    /// The id of the phone number.
    #[arg(long, default_value = "200300400500600")]
    number: String,
    /// The id of the business account.
    #[arg(long, default_value = "100200300400500")]
    account: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let words = Words::parse();
    let hook = App::new(&words.hook, &words.secret);
    let graph = Graph::start(&words.number, &words.account, hook, Habits::default()).await;
    tokio::spawn({
        let graph = graph.clone();
        async move {
            let mut seconds = tokio::time::interval(SECOND);
            seconds.tick().await; // the first comes at once
            loop {
                seconds.tick().await;
                graph.pass(SECOND);
            }
        }
    });
    println!("Graph API: {}\ntoken: {}\nwrite: PHONE TEXT", graph.base, graph.token);
    let (said, mut heard) = tokio::sync::mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if said.blocking_send(line).is_err() {
                break;
            }
        }
    });
    while let Some(line) = heard.recv().await {
        let Some((phone, text)) = line.split_once(' ') else {
            println!("write: PHONE TEXT");
            continue;
        };
        let id = format!("wamid.{}", uuid::Uuid::now_v7().simple());
        let taken = graph.wrote(&Person::new(phone, phone), &id, text).await;
        println!("{}", if taken { "taken" } else { "not taken" });
    }
    Ok(())
}
