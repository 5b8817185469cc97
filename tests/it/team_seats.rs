//! A seat in a team is a sight, so who sees little seats nobody where more would be seen; nor does a role widen by itself.
use serde_json::{Value, json};
use tests::{TestApp, on_both};

on_both!(a_seat_in_a_team_is_a_sight);

async fn a_seat_in_a_team_is_a_sight(app: TestApp) {
    let (admin, [manager, sales]) = app.team(["manager", "sales"]).await;
    let may = json!(["users.view", "users.manage", "roles.manage"]);
    let north = &admin.post("/teams", json!({ "name": "Kuzey" })).await.ok()["id"];
    let south = &admin.post("/teams", json!({ "name": "Güney" })).await.ok()["id"];
    admin.post("/roles", json!({ "name": "Şef" })).await.ok();
    let role = json!({ "permissions": may, "visibility": "team" });
    admin.patch("/roles/sef", role).await.ok();
    for (name, key) in [("Takım", "takim"), ("Kendi", "kendi")] {
        admin.post("/roles", json!({ "name": name })).await.ok();
        let seen = if key == "takim" { "team" } else { "own" };
        admin.patch(&format!("/roles/{key}"), json!({ "visibility": seen })).await.ok();
    }
    let chief = json!({ "role": "sef", "team_id": north });
    admin.patch(&format!("/users/{}", manager.id()), chief).await.ok();
    let path = format!("/users/{}", sales.id());
    admin.patch(&path, json!({ "role": "kendi", "team_id": south })).await.ok();
    let chief = manager.login().await;

    // into another team, himself or somebody; and somebody of another team, with all his customers
    let own = format!("/users/{}", manager.id());
    chief.patch(&own, json!({ "team_id": south })).await.problem(403, "forbidden");
    chief.patch(&path, json!({ "team_id": north })).await.problem(403, "forbidden");
    chief.patch(&path, json!({ "role": "takim" })).await.problem(403, "forbidden");
    let invite = |role: &str, team: &Value| {
        let email = format!("{}@ornek.example", tests::unique("davet"));
        json!({ "email": email, "name": "Y", "role": role, "team_id": team })
    };
    chief.post("/users/invitations", invite("takim", south)).await.problem(403, "forbidden");
    chief.post("/users/invitations", invite("takim", north)).await.ok();
    chief.post("/users/invitations", invite("kendi", south)).await.ok();
    chief.patch(&path, json!({ "team_id": null, "role": "takim" })).await.ok();
    admin.patch(&path, json!({ "team_id": north })).await.ok();

    // what a role does not name follows the customers, and widens with them
    admin.post("/roles", json!({ "name": "Uyan" })).await.ok();
    let scopes = json!({ "customers": "all", "agenda": "own", "reports": "own" });
    admin.patch("/roles/sef", json!({ "scopes": scopes })).await.ok();
    let chief = manager.login().await;
    let wider = json!({ "visibility": "all" });
    chief.patch("/roles/uyan", wider).await.problem(403, "forbidden");
    let role = chief.patch("/roles/uyan", json!({ "scopes": scopes })).await.ok();
    assert_eq!(role["scopes"], scopes);
}
