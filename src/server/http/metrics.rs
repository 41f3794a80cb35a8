//! Figures in Prometheus' text format. An own writer over a few counters: the list is short and fixed, so a
//! crate with a registry would be more to read than this. No figure carries personal data.

use crate::domain::seat::SeatState;
use crate::protocol::seat::Queue;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Requests of one method, route and status.
#[derive(Default, Clone, Copy)]
struct Requests {
    count: u64,
    micros: u128,
}

#[derive(Default)]
struct Counters {
    requests: Mutex<BTreeMap<(String, String, u16), Requests>>,
    tickets: AtomicU64,
    streams: AtomicU64,
}

/// The server's counters; clones share them.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Counters>);

/// Counts a stream as open until it is dropped.
pub struct OpenStream(Metrics);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counts a finished request by its route (the pattern, not the path).
    pub fn count_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let key = (method.to_owned(), route.to_owned(), status);
        let mut requests = self
            .0
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let entry = requests.entry(key).or_default();
        entry.count += 1;
        entry.micros += took.as_micros();
    }

    /// Counts a change of a ticket.
    pub fn count_ticket(&self) {
        self.0.tickets.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an open stream.
    pub fn open_stream(&self) -> OpenStream {
        self.0.streams.fetch_add(1, Ordering::Relaxed);
        OpenStream(self.clone())
    }

    /// All figures as text.
    pub fn text(&self, seats: &HashMap<SeatState, u32>, queue: Queue, told: u64) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = self.write(&mut text, seats, queue, told);
        text
    }

    fn write(
        &self,
        text: &mut String,
        seats: &HashMap<SeatState, u32>,
        queue: Queue,
        told: u64,
    ) -> std::fmt::Result {
        let requests = self
            .0
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        writeln!(text, "# TYPE hotline_requests_total counter")?;
        for ((method, route, status), entry) in &requests {
            let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
            writeln!(text, "hotline_requests_total{labels} {}", entry.count)?;
        }
        writeln!(text, "# TYPE hotline_request_microseconds_total counter")?;
        for ((method, route, status), entry) in &requests {
            let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
            writeln!(
                text,
                "hotline_request_microseconds_total{labels} {}",
                entry.micros
            )?;
        }
        writeln!(text, "# TYPE hotline_seats gauge")?;
        for state in SeatState::ALL {
            let count = seats.get(&state).copied().unwrap_or(0);
            writeln!(text, "hotline_seats{{state=\"{}\"}} {count}", state.name())?;
        }
        let figures = [
            ("hotline_queue_waiting", "gauge", u64::from(queue.waiting)),
            (
                "hotline_open_streams",
                "gauge",
                self.0.streams.load(Ordering::Relaxed),
            ),
            (
                "hotline_ticket_changes_total",
                "counter",
                self.0.tickets.load(Ordering::Relaxed),
            ),
            ("hotline_events_told_total", "counter", told),
        ];
        for (name, kind, value) in figures {
            writeln!(text, "# TYPE {name} {kind}\n{name} {value}")?;
        }
        Ok(())
    }
}
