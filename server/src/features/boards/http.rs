//! Reads of boards. Writes are commands.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Data, Json, Path, Query, ServiceConfig};
use entities::ids::{BoardId, StageId};
use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::views::{
    self, Board, BoardWindows, Card, CardWindow, Filter, LostReason, Remembered, Stage, StageWindow,
};
use crate::db::Db;
use crate::kernel::clock::Clock;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Cards of every stage in the first answer.
const WINDOW_DEFAULT: u64 = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.app_data(Data::new(Remembered::default()))
        .service(list_boards)
        .service(show_board)
        .service(list_lost_reasons);
}

/// The part of the interface's description that is about boards.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        paths(list_boards, show_board, list_lost_reasons),
        components(schemas(
            Board,
            BoardWindows,
            Card,
            CardWindow,
            LostReason,
            Stage,
            StageWindow,
            Filter,
            super::CreateBoard,
            super::RenameBoard,
            super::ArchiveBoard,
            super::RestoreBoard,
            super::CreateStage,
            super::UpdateStage,
            super::ReorderStages,
            super::ArchiveStage,
            super::CreateCard,
            super::UpdateCard,
            super::MoveCard,
            super::MoveCards,
            super::CardFields,
            super::AssignCards,
            super::ArchiveCards,
            super::RestoreCards,
            super::NewStage,
        ))
    )]
    struct Boards;
    Boards::openapi()
}

fn may_view(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ViewBoards) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// All boards, archived ones too.
#[utoipa::path(get, path = "/api/v1/boards", tag = "boards",
    responses((status = 200, description = "boards in their order", body = Page<Board>)))]
#[actix_web::get("/boards")]
async fn list_boards(by: Principal, db: Data<Db>) -> Result<Json<Page<Board>>, Problem> {
    may_view(&by)?;
    let read = db.read(by.tenant, move |tx| async move { views::boards(tx, &by).await }.boxed());
    Ok(Json(Page::whole(read.await?)))
}

/// Why cards were lost, the most frequent reason first: what a sheet offers.
#[utoipa::path(get, path = "/api/v1/lost-reasons", tag = "boards",
    responses((status = 200, body = Page<LostReason>)))]
#[actix_web::get("/lost-reasons")]
async fn list_lost_reasons(by: Principal, db: Data<Db>) -> Result<Json<Page<LostReason>>, Problem> {
    may_view(&by)?;
    let read =
        db.read(by.tenant, move |tx| async move { views::lost_reasons(tx, &by).await }.boxed());
    Ok(Json(Page::whole(read.await?)))
}

/// Which cards of a board.
#[derive(Debug, Deserialize, IntoParams)]
struct Window {
    /// JSON, see `Filter`.
    filter: Option<String>,
    /// Cards of each stage, 1 to 200.
    limit: Option<i64>,
    /// Only the cards of this stage.
    stage: Option<StageId>,
    /// Only with `stage`: its `next_cursor`.
    cursor: Option<String>,
}

/// A board with the first cards of every stage, or more cards of one stage.
#[utoipa::path(get, path = "/api/v1/boards/{id}", tag = "boards",
    params(("id" = String, Path, description = "the board"), Window),
    responses(
        (status = 200, description = "with `stage`: more cards of it", body = BoardWindows),
        (status = 404, description = "there is no such board")))]
#[actix_web::get("/boards/{id}")]
async fn show_board(
    by: Principal,
    board: Path<BoardId>,
    window: Query<Window>,
    db: Data<Db>,
    clock: Data<Clock>,
    remembered: Data<Remembered>,
) -> Result<HttpResponse, Problem> {
    may_view(&by)?;
    let Window { filter, limit, stage, cursor } = window.into_inner();
    let limit = paging::limit(limit, WINDOW_DEFAULT)?;
    let after: Option<i64> = Paging { limit: None, cursor }.after()?;
    let filter = Filter::parse(filter.as_deref())?;
    let now = clock.now();
    let board = board.into_inner();
    let read = db.read(by.tenant, move |tx| {
        async move {
            if stage.is_none() && filter.is_empty() {
                return remembered.whole(tx, &by, board, limit).await;
            }
            let country = views::country(tx).await?;
            let filter = filter.condition(&by, &country, now)?;
            match stage {
                Some(stage) => {
                    let place = (board, stage);
                    let more = views::stage_window(tx, &by, place, &filter, after, limit).await?;
                    views::json(&more.ok_or_else(Problem::not_found)?)
                }
                None => {
                    let shown = views::windows(tx, &by, board, &filter, limit).await?;
                    views::json(&shown.ok_or_else(Problem::not_found)?)
                }
            }
        }
        .boxed()
    });
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(read.await?))
}
