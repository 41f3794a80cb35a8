use super::parse;
use crate::domain::knowledge::Entry;
use crate::link::LinkError;
use crate::link::import::{ImportError, Importer, Mapping, Parsed, Problem, send};
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::{Import, Imported};
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::Mutex;

/// A server that keeps entries by code like the real one, fails by a script, and refuses one code.
#[derive(Default)]
struct Base {
    trouble: Mutex<VecDeque<LinkError>>,
    entries: Mutex<BTreeMap<String, Entry>>,
    answers: Mutex<BTreeMap<String, Imported>>,
    lose_next_answer: Mutex<bool>,
}

impl Base {
    fn apply(&self, batch: &Import, key: &str) -> Result<Imported, LinkError> {
        if let Some(error) = self.trouble.lock().unwrap().pop_front() {
            return Err(error);
        }
        if let Some(answer) = self.answers.lock().unwrap().get(key) {
            return Ok(*answer);
        }
        if let Some(at) = batch.entries.iter().position(|e| e.code.as_str() == "BAD") {
            return Err(LinkError::Api(ApiError::Invalid {
                field: format!("entries[{at}].question"),
                problem: "not today".into(),
            }));
        }
        let mut imported = Imported::default();
        for entry in &batch.entries {
            let old = self
                .entries
                .lock()
                .unwrap()
                .insert(entry.code.to_string(), entry.clone());
            match old {
                None => imported.added += 1,
                Some(old) if old == *entry => imported.unchanged += 1,
                Some(_) => imported.changed += 1,
            }
        }
        self.answers.lock().unwrap().insert(key.into(), imported);
        if std::mem::take(&mut *self.lose_next_answer.lock().unwrap()) {
            return Err(LinkError::Offline("cut".into()));
        }
        Ok(imported)
    }
}

impl Importer for Base {
    fn import<'a>(
        &'a self,
        batch: &'a Import,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Imported, LinkError>> {
        Box::pin(async move { self.apply(batch, key) })
    }
}

fn many(count: usize) -> Parsed<Entry> {
    let rows: String = (0..count).fold("code,question,answer\n".into(), |mut text, n| {
        let code = if n == 3 {
            "BAD".into()
        } else {
            format!("N-{n}")
        };
        writeln!(text, "{code},问{n},答").unwrap();
        text
    });
    parse("many.csv", rows.as_bytes(), &Mapping::default())
}

#[tokio::test]
async fn batches_go_on_over_trouble_and_repeating_doubles_nothing() {
    let base = Base::default();
    *base.lose_next_answer.lock().unwrap() = true;
    base.trouble.lock().unwrap().extend([
        LinkError::Api(ApiError::Unavailable),
        LinkError::Offline("x".into()),
    ]);
    let mut steps = Vec::new();
    let report = send(&base, many(1_201), |progress| steps.push(progress.done))
        .await
        .unwrap();
    assert_eq!(steps, [500, 1_000, 1_201]);
    assert_eq!(
        (report.imported.added, report.imported.unchanged),
        (1_200, 0)
    );
    assert_eq!(report.refused.len(), 1);
    assert_eq!(
        (report.refused[0].line, report.refused[0].column.as_str()),
        (5, "question")
    );
    assert_eq!(
        report.refused[0].problem,
        Problem::Server("not today".into())
    );
    let again = send(&base, many(1_201), |_| ()).await.unwrap();
    assert_eq!((again.imported.added, again.imported.unchanged), (0, 1_200));
    assert_eq!(base.entries.lock().unwrap().len(), 1_200);
}

#[tokio::test]
async fn a_final_refusal_says_how_much_was_sent() {
    let base = Base::default();
    base.trouble
        .lock()
        .unwrap()
        .push_back(LinkError::Api(ApiError::Forbidden));
    let error = send(&base, many(2), |_| ()).await.unwrap_err();
    assert!(matches!(error, ImportError::Sending { sent: 0, .. }));
}
