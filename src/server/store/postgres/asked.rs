//! A list's statement as it is put together: conditions, and what they are given.

use super::db::Db;
use crate::server::store::{Place, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

type Value = (Box<dyn ToSql + Sync + Send>, Type);

/// Conditions and values.
#[derive(Default)]
pub(super) struct Asked {
    all: Vec<String>,
    values: Vec<Value>,
}

impl Asked {
    /// One more condition.
    pub(super) fn that(&mut self, condition: String) {
        self.all.push(condition);
    }

    /// All conditions.
    pub(super) fn conditions(&self) -> String {
        if self.all.is_empty() {
            "true".to_owned()
        } else {
            self.all.join(" AND ")
        }
    }

    fn value(&mut self, value: impl ToSql + Sync + Send + 'static, kind: Type) -> String {
        self.values.push((Box::new(value), kind));
        format!("${}", self.values.len())
    }

    /// A number, as SQL names it.
    pub(super) fn number(&mut self, number: i64) -> String {
        self.value(number, Type::INT8)
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.value(text.to_owned(), Type::TEXT)
    }

    /// Bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> String {
        self.value(bytes.to_vec(), Type::BYTEA)
    }

    /// Texts, as an array.
    pub(super) fn texts(&mut self, texts: Vec<String>) -> String {
        self.value(texts, Type::TEXT_ARRAY)
    }

    /// An identifier.
    pub(super) fn uuid(&mut self, id: Uuid) -> String {
        self.value(id, Type::UUID)
    }

    /// A place, as a row of two.
    pub(super) fn place(&mut self, place: Place) -> String {
        let (ms, id) = (self.number(place.ms), self.uuid(place.id));
        format!("({ms}, {id})")
    }

    /// Asks.
    pub(super) async fn ask(&self, db: &Db, sql: &str) -> Result<Vec<Row>, StoreError> {
        let given: Vec<(&(dyn ToSql + Sync), Type)> = self
            .values
            .iter()
            .map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone()))
            .collect();
        db.planned(sql, &given).await
    }
}
