//! `/api/knowledge/…` of the editors: drafts, versions, corrections, and the lists that keep it fresh.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Named, Sent};
use crate::domain::id::{CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{Correction, Draft, LawChange, PublishedEntry};
use crate::protocol::draft::{
    CorrectionFilter, Days, DraftChange, DraftFilter, EntryVersion, Expiring, Flagged, Gaps,
    NewCorrection, NewDraft, NewLawChange, RestoreEntry, RetireEntry, Retired, SettleCorrection,
    Wordings, Year, YearFigures,
};
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::uses::{Counted, EntryUses, UseFilter, UseReport};
use crate::server::auth::SignedIn;
use crate::server::service::{articles, drafts, freshness, uses};
use axum::Json;
use axum::extract::State;

/// The drafts of a scope, last changed first.
#[utoipa::path(get, path = "/api/knowledge/drafts", tag = "knowledge", params(DraftFilter),
    responses((status = 200, body = Page<Draft>), Faults))]
pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<DraftFilter>,
) -> Answer<Page<Draft>> {
    Ok(Json(
        drafts::list(&app.core, &signed_in.who, request).await?,
    ))
}

/// Begins a draft.
#[utoipa::path(post, path = "/api/knowledge/drafts", tag = "knowledge", request_body = NewDraft, params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Draft), Faults))]
pub async fn begin(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewDraft>,
) -> Answer<Draft> {
    Ok(Json(
        drafts::begin(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// A draft.
#[utoipa::path(get, path = "/api/knowledge/drafts/{id}", tag = "knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Draft), Faults))]
pub async fn read(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<DraftId>,
) -> Answer<Draft> {
    Ok(Json(drafts::read(&app.core, &signed_in.who, id).await?))
}

/// Does an action to a draft as it was at `version`: save, submit, take back, send back, publish, drop.
#[utoipa::path(post, path = "/api/knowledge/drafts/{id}/actions", tag = "knowledge", request_body = DraftChange, params(("id" = String, Path, format = Uuid), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Draft), Faults))]
pub async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<DraftId>,
    Sent { value, key }: Sent<DraftChange>,
) -> Answer<Draft> {
    Ok(Json(
        drafts::act(&app.core, &signed_in.who, id, value, key).await?,
    ))
}

/// An entry as it is, retired or not.
#[utoipa::path(get, path = "/api/knowledge/entries/{code}", tag = "knowledge", params(("code" = String, Path)),
    responses((status = 200, body = PublishedEntry), Faults))]
pub async fn entry(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<EntryCode>,
) -> Answer<PublishedEntry> {
    Ok(Json(drafts::entry(&app.core, &signed_in.who, id).await?))
}

/// An entry's newest 200 versions, newest first.
#[utoipa::path(get, path = "/api/knowledge/entries/{code}/versions", tag = "knowledge", params(("code" = String, Path)),
    responses((status = 200, body = Page<EntryVersion>), Faults))]
pub async fn versions(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<EntryCode>,
) -> Answer<Page<EntryVersion>> {
    Ok(Json(drafts::versions(&app.core, &signed_in.who, id).await?))
}

/// Takes an entry out, with its reason; it stays in the history.
#[utoipa::path(post, path = "/api/knowledge/entries/{code}/retire", tag = "knowledge", request_body = RetireEntry, params(("code" = String, Path), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Retired), Faults))]
pub async fn retire(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<EntryCode>,
    Sent { value, key }: Sent<RetireEntry>,
) -> Answer<Retired> {
    Ok(Json(
        drafts::retire(&app.core, &signed_in.who, id, value, key).await?,
    ))
}

/// Brings an older version back: a draft in review, which another person publishes.
#[utoipa::path(post, path = "/api/knowledge/entries/{code}/restore", tag = "knowledge", request_body = RestoreEntry, params(("code" = String, Path), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Draft), Faults))]
pub async fn restore(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<EntryCode>,
    Sent { value, key }: Sent<RestoreEntry>,
) -> Answer<Draft> {
    Ok(Json(
        drafts::restore(&app.core, &signed_in.who, id, value, key).await?,
    ))
}

/// Corrections, newest first.
#[utoipa::path(get, path = "/api/knowledge/corrections", tag = "knowledge", params(CorrectionFilter),
    responses((status = 200, body = Page<Correction>), Faults))]
pub async fn corrections(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<CorrectionFilter>,
) -> Answer<Page<Correction>> {
    Ok(Json(
        freshness::corrections(&app.core, &signed_in.who, request).await?,
    ))
}

/// Sends a correction.
#[utoipa::path(post, path = "/api/knowledge/corrections", tag = "knowledge", request_body = NewCorrection, params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Correction), Faults))]
pub async fn correct(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewCorrection>,
) -> Answer<Correction> {
    Ok(Json(
        freshness::correct(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// Settles a correction as it was at `version`.
#[utoipa::path(post, path = "/api/knowledge/corrections/{id}/settle", tag = "knowledge", request_body = SettleCorrection, params(("id" = String, Path, format = Uuid), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Correction), Faults))]
pub async fn settle(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CorrectionId>,
    Sent { value, key }: Sent<SettleCorrection>,
) -> Answer<Correction> {
    Ok(Json(
        freshness::settle(&app.core, &signed_in.who, id, value, key).await?,
    ))
}

/// What was answered out of no source, gathered by what is alike.
#[utoipa::path(get, path = "/api/knowledge/gaps", tag = "knowledge", params(Days),
    responses((status = 200, body = Gaps), Faults))]
pub async fn gaps(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<Days>,
) -> Answer<Gaps> {
    Ok(Json(
        freshness::gaps(&app.core, &signed_in.who, request).await?,
    ))
}

/// What expires in the days to come, by department.
#[utoipa::path(get, path = "/api/knowledge/expiring", tag = "knowledge", params(Days),
    responses((status = 200, body = Expiring), Faults))]
pub async fn expiring(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<Days>,
) -> Answer<Expiring> {
    Ok(Json(
        freshness::expiring(&app.core, &signed_in.who, request).await?,
    ))
}

/// Who changed what when, newest first.
#[utoipa::path(get, path = "/api/knowledge/changes", tag = "knowledge", params(PageRequest),
    responses((status = 200, body = Page<EntryVersion>), Faults))]
pub async fn changes(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<PageRequest>,
) -> Answer<Page<EntryVersion>> {
    Ok(Json(
        freshness::changes(&app.core, &signed_in.who, request).await?,
    ))
}

/// How often entries were opened and answered with.
#[utoipa::path(get, path = "/api/knowledge/uses", tag = "knowledge", params(UseFilter),
    responses((status = 200, body = EntryUses), Faults))]
pub async fn used(
    State(app): State<App>,
    _signed_in: SignedIn,
    Asked(request): Asked<UseFilter>,
) -> Answer<EntryUses> {
    Ok(Json(uses::entries(&app.core, request).await?))
}

/// Tells what was opened, answered with and searched in vain.
#[utoipa::path(post, path = "/api/knowledge/uses", tag = "knowledge", request_body = UseReport, params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Counted), Faults))]
pub async fn report(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<UseReport>,
) -> Answer<Counted> {
    Ok(Json(
        uses::report(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// Words that led to entries which do not say them.
#[utoipa::path(get, path = "/api/knowledge/wordings", tag = "knowledge", params(Days),
    responses((status = 200, body = Wordings), Faults))]
pub async fn wordings(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<Days>,
) -> Answer<Wordings> {
    Ok(Json(
        uses::wordings(&app.core, &signed_in.who, request).await?,
    ))
}

/// Entries that stand on an article which changed after they were written.
#[utoipa::path(get, path = "/api/knowledge/flagged", tag = "knowledge", params(Days),
    responses((status = 200, body = Flagged), Faults))]
pub async fn flagged(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<Days>,
) -> Answer<Flagged> {
    Ok(Json(
        articles::flagged(&app.core, &signed_in.who, request).await?,
    ))
}

/// Notes that an article changed.
#[utoipa::path(post, path = "/api/knowledge/law-changes", tag = "knowledge", request_body = NewLawChange, params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = LawChange), Faults))]
pub async fn law_changed(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewLawChange>,
) -> Answer<LawChange> {
    Ok(Json(
        articles::note(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// What a year comes to.
#[utoipa::path(get, path = "/api/knowledge/figures", tag = "knowledge", params(Year),
    responses((status = 200, body = YearFigures), Faults))]
pub async fn figures(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<Year>,
) -> Answer<YearFigures> {
    Ok(Json(
        articles::figures(&app.core, &signed_in.who, request).await?,
    ))
}
