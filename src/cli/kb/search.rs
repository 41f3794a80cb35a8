//! `hotline kb search`.

use crate::cli::args::KbSearch;
use crate::cli::fault::Fault;
use crate::cli::{Setup, line, runtime};
use crate::domain::clock::civil_day;
use crate::domain::knowledge::Validity;
use crate::link::{Api, Copies, LinkError};
use crate::protocol::session::SignIn;
use crate::search::{Hits, Notice, Query};
use crate::settings::paths;
use crate::words::Cli as Say;
use jiff::Timestamp;
use std::path::Path;

/// Searches this machine's copy; pulls what is new first when the server can be reached.
pub fn search(setup: &Setup, search: &KbSearch) -> Result<(), Fault> {
    let data = match setup.settings.path("data") {
        Some(path) => path,
        None => paths::desk_data().map_err(Fault::failed)?,
    };
    let query = search.query.join(" ");
    let found = runtime()?.block_on(find(setup, &data, &query, search.limit))?;
    for notice in &found.notices {
        let text = match notice {
            Notice::Name(name) => setup
                .words
                .say_with(Say::FilterName, &[("name", name.into())]),
            Notice::Value { name, value } => setup.words.say_with(
                Say::FilterValue,
                &[("name", name.into()), ("value", value.into())],
            ),
        };
        eprintln!("{}", crate::domain::text::shown(&text));
    }
    let hits = found.hits;
    if search.json {
        let rows: Vec<_> = hits
            .iter()
            .map(|hit| serde_json::json!({"code": hit.code, "question": hit.question, "snippet": hit.snippet, "department": hit.department, "validity": hit.validity}))
            .collect();
        told!("{:#}", serde_json::Value::Array(rows));
        return Ok(());
    }
    if hits.is_empty() {
        told!("{}", setup.words.say(Say::SearchNone));
    }
    for (at, hit) in hits.iter().enumerate() {
        let expired = if hit.validity == Validity::Expired {
            format!("  [{}]", setup.words.say(Say::SearchExpired))
        } else {
            String::new()
        };
        told!(
            "{}. {}  {}  {}{expired}",
            at + 1,
            hit.question,
            hit.department,
            hit.code
        );
        told!("   {}", hit.snippet.replace('\n', " "));
    }
    Ok(())
}

/// Pulls what is new; false when the server does not answer and what is here has to do.
async fn pull(api: &Api, who: &SignIn, copies: &Copies) -> Result<bool, LinkError> {
    let pulled = match api.sign_in(who).await {
        Ok(_) => {
            let pulled = copies.pull_knowledge(api, 0).await;
            line::done(api).await;
            pulled.map(|_| true)
        }
        Err(error) => Err(error),
    };
    match pulled {
        Err(LinkError::Offline(_)) if copies.revision() > 0 => Ok(false),
        pulled => pulled,
    }
}

/// Pulls what is new when somebody can sign in, and searches what is here.
async fn find(setup: &Setup, data: &Path, query: &str, limit: usize) -> Result<Hits, Fault> {
    let api = line::client(setup)?;
    let copies = Copies::open(data, api.base()).map_err(Fault::failed)?;
    let fresh = match setup.settings.set("desk.account") {
        Some(_) => pull(&api, &line::who(setup)?, &copies).await,
        None => Ok(false),
    };
    if !fresh.map_err(|error| Fault::of_link(&error, &setup.words))? {
        let revision = copies.revision();
        if revision == 0 {
            return Err(Fault::usage(setup.words.say(Say::SearchEmpty)));
        }
        eprintln!(
            "{}",
            setup
                .words
                .say_with(Say::SearchLocal, &[("revision", revision.into())])
        );
    }
    let query = Query {
        text: query.to_owned(),
        today: civil_day(Timestamp::now()),
        limit: limit.clamp(1, 50),
    };
    let found = copies.searcher().search(&query);
    found.map_err(Fault::failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_server_only_a_copy_can_be_searched() {
        let dir = tempfile::tempdir().unwrap();
        let api = Api::new("http://127.0.0.1:9", None).unwrap();
        let copies = Copies::open(dir.path(), api.base()).unwrap();
        let who = SignIn {
            account: crate::domain::id::Account::parse("wang").unwrap(),
            password: "geheim-12345".into(),
            seat: None,
            own_seat: false,
        };
        let empty = pull(&api, &who, &copies).await;
        assert!(matches!(empty, Err(LinkError::Offline(_))), "{empty:?}");
        copies.pull_knowledge(&Base, 0).await.unwrap();
        assert_eq!(copies.revision(), 1);
        assert!(!pull(&api, &who, &copies).await.unwrap());
    }

    /// A server with a knowledge base that has a revision and no entries.
    struct Base;

    impl crate::link::copies::Source for Base {
        fn uses(
            &self,
        ) -> futures_util::future::BoxFuture<'_, Result<crate::protocol::uses::EntryUses, LinkError>>
        {
            Box::pin(async { Ok(crate::protocol::uses::EntryUses::default()) })
        }

        fn delta(
            &self,
            _since: u64,
        ) -> futures_util::future::BoxFuture<'_, Result<crate::protocol::knowledge::Delta, LinkError>>
        {
            let sum = crate::crypto::hex(&crate::crypto::sha256(b"[]"));
            let delta = serde_json::json!({"base": "b", "revision": 1, "upto": 1, "entries": [], "checksum": sum});
            Box::pin(async move { Ok(serde_json::from_value(delta).unwrap()) })
        }
        fn vectors(
            &self,
            _since: u64,
        ) -> futures_util::future::BoxFuture<
            '_,
            Result<crate::protocol::knowledge::VectorDelta, LinkError>,
        > {
            Box::pin(async { Err(LinkError::Offline("none".into())) })
        }
        fn directory(
            &self,
            _since: u64,
        ) -> futures_util::future::BoxFuture<
            '_,
            Result<crate::protocol::directory::DirectoryAnswer, LinkError>,
        > {
            Box::pin(async { Err(LinkError::Offline("none".into())) })
        }
    }
}
