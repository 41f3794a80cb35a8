use crate::support::{PASSWORD, Server};
use hotline::domain::id::Account;
use hotline::link::import::{Format, Mapping, Table, entries, send};
use hotline::link::{Api, Copies};
use hotline::protocol::session::SignIn;
use hotline::search::Query;

async fn editor(server: &Server) -> Api {
    let api = Api::new(&server.serving.base(), None).unwrap();
    let sign_in = SignIn {
        account: Account::parse("ding").unwrap(),
        password: PASSWORD.into(),
        seat: None,
        own_seat: false,
    };
    api.sign_in(&sign_in).await.unwrap();
    api
}

fn rows(count: usize) -> Vec<u8> {
    (0..count)
        .map(|n| format!("N-{n},第{n}号事项怎么办,带上身份证到大厅办理\n"))
        .fold(String::from("code,question,answer\n"), |text, row| {
            text + &row
        })
        .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_doubles_nothing_and_an_open_copy_finds_it() {
    let server = Server::start().await;
    let api = editor(&server).await;
    let data = tempfile::tempdir().unwrap();
    let copies = Copies::open(data.path(), api.base()).unwrap();
    let parsed = || {
        let table = Table::parse("a.csv", Format::Csv, &rows(1_100), None).unwrap();
        entries(table, &Mapping::default()).unwrap()
    };
    let first = send(&api, parsed(), |_| ()).await.unwrap();
    assert_eq!((first.imported.added, first.refused.len()), (1_100, 0));
    let again = send(&api, parsed(), |_| ()).await.unwrap();
    assert_eq!((again.imported.added, again.imported.unchanged), (0, 1_100));
    let pulled = copies.pull_knowledge(&api, first.imported.revision).await;
    assert_eq!(pulled.unwrap().entries, 1_100);
    let query = Query {
        text: "第1099号事项".into(),
        today: jiff::civil::date(2026, 11, 24),
        limit: 3,
    };
    let hits = copies.searcher().search(&query).unwrap().hits;
    assert_eq!(hits[0].code.as_str(), "N-1099");
    server.serving.stop().await;
}
