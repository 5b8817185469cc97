// A whole day of a house: the manager opens it, a stranger books, the representative sells, the agent
// receives, the manager closes it. Each of the three looks at their own screen; what one does, the others see.
import type { Locator, Page } from "@playwright/test";
import { card, stage } from "./board";
import { crew, dayAhead, everyDay, PHONE, picture, pocket } from "./crew";
import { expect as expectSoon, test, type Tenant } from "./nabiz";

test.describe.configure({ timeout: 420_000 });
// Three browsers share a machine that may be slow.
test.use({ actionTimeout: 60_000 });
const expect = expectSoon.configure({ timeout: 60_000 });

/** A Monday far enough ahead that nobody's clock reaches it; no holiday. */
const MONDAY = "2031-03-03";

const panel = (page: Page): Locator => page.getByRole("complementary", { name: "Müşteri" });
const rail = (page: Page, name: string): Locator => page.locator("nav.rail").getByRole("link", { name });
const bell = (page: Page): Locator => page.getByRole("navigation").getByRole("button", { name: /Bildirimler/ });
const entry = (page: Page, name: string): Locator => page.locator("[data-entry]").filter({ hasText: name });
const line = (page: Page, text: string | RegExp): Locator => page.locator(".audit-line").filter({ hasText: text });

async function choose(within: Page | Locator, field: RegExp, option: string): Promise<void> {
  const page = "page" in within ? within.page() : within;
  const wanted = page.getByRole("option", { name: option }).first();
  // What is read meanwhile may draw the list anew while it opens.
  await expect(async () => {
    if (!(await wanted.isVisible())) await within.getByRole("button", { name: field }).first().click({ timeout: 5_000 });
    await wanted.click({ timeout: 5_000 });
  }).toPass();
}

/** From the board of somebody to the customer beside it, at their work. */
async function work(page: Page, name: string): Promise<Locator> {
  await card(page, name).click();
  await panel(page).getByRole("tab", { name: /İşler/ }).click();
  return panel(page);
}

const amountDemanded = (tenant: Tenant) =>
  tenant.command(`board:${tenant.board}`, "stage.update", { stage: tenant.stages.get("Kapora") ?? "", requires: ["amount"] });

test("morning: the manager writes a rule and opens the booking page, a stranger books on a phone, all three see it", async ({ browser, server, tenant }, info) => {
  const { manager, rep, agent, ids } = await crew(browser, tenant);
  await everyDay(tenant);
  await tenant.command("agenda", "service.create", { name: "Örnek daire gezisi", minutes: 60, public: true, people: [ids.rep] });

  await manager.goto("/settings/rules");
  await manager.getByRole("button", { name: "Yeni kural" }).click();
  await manager.getByLabel("Kuralın adı").fill("Randevu alınınca bana haber ver");
  await choose(manager, /Olay$/, "Randevu alındı");
  await manager.getByRole("button", { name: "İş ekle" }).click();
  await manager.getByRole("menuitem", { name: "Bildirim gönder" }).click();
  await choose(manager, /Kime$/, "Yöneticiler");
  await manager.getByRole("textbox", { name: "Bildirim metni" }).fill("Sayfadan ya da telefondan yeni randevu");
  await expect(manager.locator(".sentence")).toContainText("Randevu alındığında");
  await picture(manager, info, "manager-rule", true);
  await manager.keyboard.press("Control+Enter");
  await expect(manager).toHaveURL(/\/settings\/rules\/[0-9a-f-]{36}/);
  await expect(manager.getByRole("switch", { name: "Açık" })).toBeChecked();

  await manager.goto("/settings/agenda");
  await manager.getByRole("switch", { name: "Sayfa açık" }).press("Space");
  await expect(manager.getByText(`/b/${tenant.slug}`)).toBeVisible();

  // Before the stranger comes, each stands where the day begins.
  await rep.goto("/agenda?view=list");
  await expect(rep.getByText("Bu günlerde randevu yok")).toBeVisible();
  await expect(agent.getByRole("list", { name: "Potansiyel", exact: true })).toBeVisible();

  const context = await browser.newContext({ baseURL: server.base, viewport: PHONE, hasTouch: true });
  const guest = await context.newPage();
  await guest.goto(`/b/${tenant.slug}`);
  await guest.getByRole("radio", { name: /Örnek daire gezisi/ }).check({ force: true });
  await picture(guest, info, "guest-services");
  await guest.getByRole("button", { name: "Devam" }).click();
  await guest.getByRole("group", { name: "Gün" }).getByRole("radio").nth(2).check({ force: true });
  await guest.getByRole("group", { name: "Saat" }).getByRole("radio").first().check({ force: true });
  await picture(guest, info, "guest-times");
  await guest.getByRole("button", { name: "Devam" }).click();
  await guest.getByLabel("Ad soyad").fill("Işıl Çağlayan");
  await guest.getByLabel("Telefon").fill("0532 111 22 33");
  await guest.getByRole("checkbox").check({ force: true });
  await guest.getByRole("button", { name: "Randevuyu al" }).click();
  await expect(guest.getByRole("heading", { name: "Randevunuz alındı" })).toBeVisible();
  await picture(guest, info, "guest-booked");

  // The representative's agenda, the agent's board and the manager's bell hear of it without being asked.
  await expect(entry(rep, "Işıl Çağlayan")).toContainText("Örnek daire gezisi");
  await expect(card(agent, "Işıl Çağlayan", "Potansiyel")).toBeVisible();
  await bell(manager).click();
  await expect(manager.getByRole("dialog").getByText(/Sayfadan ya da telefondan yeni randevu/)).toBeVisible();
  await picture(manager, info, "manager-bell", true);
  await expect(bell(rep)).toContainText("1");

  // The product's own rule: a day before, the representative confirms.
  await rep.goto("/today");
  const confirm = rep.getByRole("article", { name: /teyit et/ });
  await expect(confirm.getByRole("link", { name: "Işıl Çağlayan" })).toBeVisible();
  await picture(rep, info, "rep-today", true);
});

test("the representative: a lead arrives, is called, gets an appointment, and is confirmed from the pocket", async ({ browser, tenant }, info) => {
  const { manager, rep, agent, ids, emails } = await crew(browser, tenant);
  await everyDay(tenant);
  const { items: types } = await tenant.get<{ items: { id: string; key: string }[] }>("/activity-types");
  await tenant.command("tenant", "outcome.create", {
    activity_type: types.find(({ key }) => key === "call")?.id ?? "",
    name: "Randevu verildi",
    kind: "positive",
    effects: { stage_id: tenant.stages.get("Randevu") ?? "", last_contact: true },
  });
  const { items: rules } = await tenant.get<{ items: { id: string; builtin: string | null }[] }>("/rules");
  await tenant.command("tenant", "rule.update", {
    rule: rules.find(({ builtin }) => builtin === "lead_owner")?.id ?? "",
    actions: [
      { do: "assign", to: `user:${ids.rep}` },
      { do: "remind", minutes: 15, kind: "call", who: "owner", text: "İlk aramayı yap" },
    ],
  });

  await tenant.post("/leads", { name: "Rıza Çelikkol", phones: ["0533 444 55 66"], need: "3+1, deniz tarafı", source: { channel: "instagram" } });
  for (const page of [rep, agent, manager]) await expect(card(page, "Rıza Çelikkol", "Potansiyel")).toBeVisible();

  await card(rep, "Rıza Çelikkol").dragTo(stage(rep, "Görüşülüyor"));
  for (const page of [agent, manager]) await expect(card(page, "Rıza Çelikkol", "Görüşülüyor")).toBeVisible();

  // The call, and what came of it. The agent looks at the same customer.
  const [mine, theirs] = [await work(rep, "Rıza Çelikkol"), await work(agent, "Rıza Çelikkol")];
  await expect(mine.getByRole("article", { name: "İlk aramayı yap" })).toBeVisible();
  await rep.keyboard.press("k");
  const open = rep.getByRole("dialog", { name: "Yeni aktivite" });
  await choose(open, /Tür/, "Görüşme");
  await open.getByLabel("Konu").fill("İlk görüşme");
  await open.getByRole("button", { name: "Aç", exact: true }).click();
  const call = (at: Locator) => at.getByRole("article", { name: /İlk görüşme/ });
  await expect(call(theirs)).toBeVisible();
  await call(mine).getByRole("button", { name: "Sonuç gir" }).click();
  const sheet = rep.getByRole("dialog", { name: /Sonuç gir/ });
  await sheet.getByRole("radio", { name: /Randevu verildi/ }).click();
  await sheet.getByRole("button", { name: "Kaydet" }).click();
  await expect(sheet).toHaveCount(0);
  await expect(call(theirs).and(agent.locator("[data-done]"))).toContainText("Randevu verildi");
  await expect(card(manager, "Rıza Çelikkol", "Randevu")).toBeVisible();

  // The appointment by one key; the house's rule makes the confirmation.
  await rep.keyboard.press("a");
  const booking = rep.getByRole("dialog", { name: "Yeni randevu" });
  await booking.getByLabel("Konu (isteğe bağlı)").fill("Daire gezisi");
  await booking.getByLabel("Gün", { exact: true }).fill(dayAhead(2));
  await booking.getByLabel("Saat", { exact: true }).fill("10:00");
  await picture(rep, info, "rep-booking");
  await booking.getByRole("button", { name: "Randevu al" }).click();
  await expect(booking).toHaveCount(0);
  const confirm = (at: Locator) => at.getByRole("article", { name: /teyit et/ });
  await expect(confirm(mine)).toBeVisible();
  await expect(confirm(theirs)).toBeVisible();
  await expect(theirs.getByRole("article", { name: "Daire gezisi" })).toBeVisible();
  await picture(rep, info, "rep-customer");
  await manager.goto(`/agenda?view=day&day=${dayAhead(2)}&people=${ids.rep}`);
  await expect(entry(manager, "Rıza Çelikkol")).toContainText("10.00");

  // On the way, from the phone: done there is done here.
  const hand = await pocket(browser, tenant, emails.rep);
  await hand.goto("/today");
  const first = hand.getByRole("article", { name: "İlk aramayı yap" });
  await expect(first).toBeVisible();
  await picture(hand, info, "rep-pocket");
  await first.getByRole("button", { name: /Tamamla/ }).click();
  await expect(first).toHaveCount(0);
  await expect(mine.locator("[data-done]").getByText("İlk aramayı yap")).toBeVisible();
  await hand.getByRole("article", { name: /teyit et/ }).getByRole("button", { name: /Tamamla/ }).click();
  await expect(theirs.locator("[data-done]").getByText(/teyit et/)).toBeVisible();
});

test("the agent: a walk-in, the last slot for two, a demanding stage, and somebody who did not come", async ({ browser, tenant }, info) => {
  const { manager, rep, agent, ids } = await crew(browser, tenant);
  await tenant.command("agenda", "service.create", { name: "Kredi danışmanlığı", minutes: 60, people: [ids.manager] });
  await amountDemanded(tenant);

  await agent.getByRole("button", { name: "Aday ekle" }).first().click();
  const lead = agent.getByRole("dialog", { name: "Aday ekle" });
  await lead.getByLabel("Ad soyad").fill("Çiğdem Öztürk");
  await lead.getByLabel("Telefon").fill("0542 333 44 55");
  await lead.getByRole("button", { name: "Aday ekle" }).click();
  for (const page of [rep, manager]) await expect(card(page, "Çiğdem Öztürk", "Potansiyel")).toBeVisible();

  // A drop where an amount is demanded: asked here, seen there.
  await card(agent, "Çiğdem Öztürk").dragTo(stage(agent, "Kapora"));
  const demand = agent.getByRole("dialog", { name: "Taşımadan önce: Kapora" });
  await demand.getByRole("button", { name: "Taşı" }).click();
  await expect(demand.getByText("Bu alan gerekli.")).toBeVisible();
  await picture(agent, info, "agent-demand", true);
  await demand.getByLabel(/Tutar/).fill("250.000");
  await demand.getByRole("button", { name: "Taşı" }).click();
  await expect(card(rep, "Çiğdem Öztürk", "Kapora")).toContainText("₺250.000");

  // Two people, one slot, at the same instant.
  await manager.goto(`/agenda?view=day&day=${MONDAY}&people=${ids.manager}`);
  const asked: Locator[] = [];
  for (const [page, subject] of [[rep, "Elif’in müşterisi"], [agent, "Oğuz’un müşterisi"]] as const) {
    await page.goto(`/agenda?view=day&day=${MONDAY}`);
    await expect(page.getByRole("group", { name: /Elif|Oğuz/ })).toBeVisible();
    await page.getByRole("banner").getByRole("button", { name: "Randevu al" }).click();
    const sheet = page.getByRole("dialog", { name: "Yeni randevu" });
    await sheet.getByRole("button", { name: "Müşterisiz" }).click();
    await sheet.getByLabel("Konu", { exact: true }).fill(subject);
    await choose(sheet, /Hizmet/, "Kredi danışmanlığı");
    await sheet.getByLabel("Saat", { exact: true }).fill("10:00");
    asked.push(sheet);
  }
  await Promise.all(asked.map((sheet) => sheet.getByRole("button", { name: "Randevu al" }).click()));
  const free = (sheet: Locator) => sheet.getByRole("group", { name: "İlk boş saatler" }).getByRole("button");
  await expect.poll(async () => (await Promise.all(asked.map((sheet) => free(sheet).count()))).sort()).toEqual([0, 3]);
  const lost = (await free(asked[0] as Locator).count()) === 3 ? 0 : 1;
  const loser = asked[lost] as Locator;
  await expect(asked[1 - lost] as Locator).toHaveCount(0);
  await picture(loser.page(), info, "slot-taken", true);
  await free(loser).first().click();
  await expect(loser).toHaveCount(0);
  await expect(manager.locator("[data-entry]")).toHaveCount(2);
  await expect(entry(manager, "10.00–11.00")).toHaveCount(1);
  await expect(entry(manager, "11.00–12.00")).toHaveCount(1);
  await picture(manager, info, "manager-agenda", true);

  // Ten minutes late and nobody there: the agent says so, the representative is reminded to follow up.
  const made = await tenant.command(`board:${tenant.board}`, "card.create", {
    stage: tenant.stages.get("Randevu"),
    customer: { name: "Metin Doğan", owners: [ids.rep] },
  });
  const starts = Date.now() - 10 * 60_000;
  const { appointment_id: late } = await tenant.command("agenda", "appointment.book", {
    customer_id: made.customer_id,
    title: "Daire gezisi",
    starts_at: new Date(starts).toISOString(),
    ends_at: new Date(starts + 30 * 60_000).toISOString(),
    people: [ids.rep],
    force_hours: true,
  });
  await rep.goto("/today");
  await agent.goto(`/agenda?view=day&people=${ids.rep}&appointment=${String(late)}`);
  const detail = agent.getByRole("dialog", { name: "Metin Doğan" });
  await detail.getByRole("button", { name: "Gelmedi" }).click();
  await expect(detail.getByText("Gelmedi").first()).toBeVisible();
  await picture(agent, info, "agent-no-show");
  await expect(rep.getByRole("article", { name: /gelmedi, ara/ }).getByRole("link", { name: "Metin Doğan" })).toBeVisible();
  await bell(rep).click();
  await expect(rep.getByRole("dialog").getByText(/gelinmedi/i).first()).toBeVisible();
});

test("evening: the manager sees who is behind, changes a role, borrows eyes, and somebody leaves", async ({ browser, tenant }, info) => {
  const { manager, rep, agent, ids } = await crew(browser, tenant);
  const cards = new Map<string, string>();
  for (const name of ["Işık Ltd.", "Deniz Öz", "Ege Yapı"]) {
    const owners = [name === "Ege Yapı" ? ids.rep : ids.agent];
    const made = await tenant.command(`board:${tenant.board}`, "card.create", { stage: tenant.stages.get("Potansiyel"), customer: { name, owners } });
    cards.set(name, String(made.customer_id));
  }
  const due_at = new Date(Date.now() - 26 * 3_600_000).toISOString();
  for (const text of ["Belgeleri iste", "Teklifi gönder"])
    await tenant.command(`customer:${cards.get("Ege Yapı")}`, "reminder.add", { kind: "documents", text, due_at, assignee: ids.rep });

  // Who is behind; and while the manager looks, the representative catches up.
  await manager.goto("/today/team");
  const behind = manager.getByRole("row").filter({ hasText: "Elif Şahin" });
  await expect(behind.getByRole("cell").nth(1)).toHaveText("2");
  await behind.getByRole("button", { name: "Elif Şahin" }).click();
  await expect(manager.getByRole("region", { name: "Geciken: Elif Şahin" }).getByRole("article")).toHaveCount(2);
  await picture(manager, info, "manager-overdue", true);
  await rep.goto("/today");
  await rep.getByRole("button", { name: "Tamamla: Belgeleri iste" }).click();
  await expect(behind.getByRole("cell").nth(1)).toHaveText("1", { timeout: 60_000 });

  // Another role: the colleague's screen follows at once, and the manager looks at it with their eyes.
  const { role } = await tenant.command("tenant", "role.create", { name: "Karşılama", from: "operations" });
  const { items: roles } = await tenant.get<{ items: { key: string; permissions: string[] }[] }>("/roles");
  const permissions = roles.find(({ key }) => key === role)?.permissions.filter((each) => !each.startsWith("customers."));
  await tenant.command("tenant", "role.update", { role, permissions });
  await expect(rail(agent, "Müşteriler")).toBeVisible();
  await manager.goto(`/people/users/${ids.agent}`);
  await choose(manager, /^Rol|Rol$/, "Karşılama");
  await expect(rail(agent, "Müşteriler")).toBeHidden();
  await expect(rail(agent, "Pano")).toBeVisible();
  await manager.getByRole("button", { name: "Onun gözüyle bak" }).click();
  const eyes = manager.getByRole("region", { name: "Başkasının gözüyle bakma" });
  await expect(eyes).toContainText("Oğuz Güneş");
  await expect(rail(manager, "Müşteriler")).toHaveCount(0);
  await picture(manager, info, "manager-eyes", true);
  await eyes.getByRole("button", { name: "Kendi görünümüne dön" }).click();
  await expect(eyes).toHaveCount(0);

  // The last evening of the agent: out at once, and the work is Elif's.
  await rep.goto("/");
  await expect(card(rep, "Ege Yapı")).toBeVisible();
  await manager.goto(`/people/offboarding/new?user=${ids.agent}`);
  await expect(manager.locator(".work-counts")).toContainText("Müşteri2");
  await manager.getByRole("radio", { name: /Bir kişiye/ }).press("Space");
  await choose(manager, /Devralan kişi/, "Elif Şahin");
  await manager.getByLabel(/Onaylamak için adını yazın/).fill("Oğuz Güneş");
  await picture(manager, info, "manager-offboarding", true);
  await manager.getByRole("button", { name: "Erişimi kapat ve devret" }).click();
  await expect(agent.getByText("İşletmedeki erişiminiz kapatıldı")).toBeVisible();
  await expect(manager.getByText("2 kayıt devredildi.")).toBeVisible();
  await rep.getByRole("link", { name: /Benim/ }).click();
  await expect(rep.locator("[data-card]")).toHaveCount(3);

  await manager.goto("/people/audit");
  await expect(line(manager, "ayrılma ve devir başlattı: Oğuz Güneş")).toBeVisible();
  await expect(line(manager, "kullanıcıyı değiştirdi: Oğuz Güneş").first()).toBeVisible();
  await picture(manager, info, "manager-audit", true);
});
