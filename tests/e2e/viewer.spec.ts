// A customer beside the board and on a page: work with one key, outcomes, and two people on one field.
import type { Page } from "@playwright/test";
import { card, stage } from "./board";
import { expect, signIn, test } from "./nabiz";

const panel = (page: Page) => page.getByRole("complementary", { name: "Müşteri" });

test("a card opens beside the board; arrows walk, Escape closes, the address knows", async ({ browser, tenant }) => {
  for (const name of ["Bir Işık", "İki Deniz"]) await tenant.card("Potansiyel", name);
  const page = await signIn(browser, tenant);
  await card(page, "Bir Işık").click();
  await expect(panel(page).getByRole("heading", { level: 1 })).toHaveText("Bir Işık");
  await expect(page).toHaveURL(/\?customer=/);
  await page.keyboard.press("ArrowDown");
  await expect(panel(page).getByRole("heading", { level: 1 })).toHaveText("İki Deniz");
  await page.reload();
  await expect(panel(page).getByRole("heading", { level: 1 })).toHaveText("İki Deniz");
  await page.keyboard.press("Escape");
  await expect(panel(page)).toHaveCount(0);
  await expect(page).not.toHaveURL(/customer=/);
});

test("a reminder by one key is on my list, and a colleague sees it at once", async ({ browser, tenant }) => {
  await tenant.card("Potansiyel", "Işık Ltd.");
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik")),
  ]);
  for (const page of [ayse, mehmet]) {
    await card(page, "Işık Ltd.").click();
    await panel(page).getByRole("tab", { name: /İşler/ }).click();
  }
  await expect(panel(ayse).getByText("Şu an bakan: Mehmet")).toBeAttached();

  await ayse.keyboard.press("r");
  await ayse.getByLabel("Ne hatırlatılsın").fill("Kredi onayını sor");
  await ayse.getByRole("dialog").getByRole("button", { name: "Hatırlat" }).click();
  await expect(panel(mehmet).getByText("Kredi onayını sor")).toBeVisible();

  await ayse.keyboard.press("Escape");
  await ayse.getByRole("link", { name: /Bugün/ }).first().click();
  const mine = ayse.getByRole("article", { name: "Kredi onayını sor" });
  await expect(mine.getByRole("link", { name: "Işık Ltd." })).toBeVisible();
  await mine.getByRole("button", { name: "Tamamla: Kredi onayını sor" }).click();
  await expect(mine).toHaveCount(0);
  await expect(panel(mehmet).locator("[data-done]").getByText("Kredi onayını sor")).toBeVisible();
});

test("an activity is open until its outcome is given, and undoing opens it again", async ({ browser, tenant }) => {
  await tenant.card("Potansiyel", "Deniz Öz");
  const page = await signIn(browser, tenant);
  await card(page, "Deniz Öz").click();
  await panel(page).getByRole("tab", { name: /İşler/ }).click();
  await page.keyboard.press("k");
  await page.getByLabel("Konu").fill("İlk görüşme");
  await page.getByRole("dialog").getByRole("button", { name: "Aç", exact: true }).click();
  const row = panel(page).getByRole("article", { name: /İlk görüşme/ });
  await row.getByRole("button", { name: "Sonuç gir" }).click();

  const sheet = page.getByRole("dialog");
  await sheet.getByRole("radio").first().click();
  const save = sheet.getByRole("button", { name: "Kaydet" });
  await save.click();
  // Whatever this outcome requires is asked for before it is taken; else the sheet is closing.
  await expect(async () => {
    for (const field of await sheet.locator("input[type=datetime-local]").all()) await field.fill("2030-01-02T10:00");
    if (await save.isVisible()) await save.click({ timeout: 2_000 });
    await expect(sheet).toHaveCount(0, { timeout: 2_000 });
  }).toPass();
  await expect(row.and(page.locator("[data-done]"))).toBeVisible();

  await page.getByRole("button", { name: "Geri al" }).click();
  await expect(row.getByRole("button", { name: "Sonuç gir" })).toBeVisible();
});

test("a stage that demands a field asks before the card moves", async ({ browser, tenant }) => {
  await tenant.command(`board:${tenant.board}`, "stage.update", {
    stage: tenant.stages.get("Kapora") ?? "",
    requires: ["amount"],
  });
  await tenant.card("Potansiyel", "Işık Ltd.");
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik")),
  ]);
  await card(ayse, "Işık Ltd.").dragTo(stage(ayse, "Kapora"));
  const sheet = ayse.getByRole("dialog", { name: "Taşımadan önce: Kapora" });
  await sheet.getByRole("button", { name: "Vazgeç" }).click();
  await expect(card(ayse, "Işık Ltd.", "Potansiyel")).toBeVisible();

  await card(ayse, "Işık Ltd.").dragTo(stage(ayse, "Kapora"));
  await sheet.getByRole("button", { name: "Taşı" }).click();
  await expect(sheet.getByText("Bu alan gerekli.")).toBeVisible();
  await sheet.getByLabel(/Tutar/).fill("7.250,50");
  await sheet.getByRole("button", { name: "Taşı" }).click();
  await expect(card(mehmet, "Işık Ltd.", "Kapora")).toContainText("₺7.250,50");
});

test("two people on one field: the later one sees whose value stands, and chooses", async ({ browser, tenant }) => {
  const { customer_id } = await tenant.card("Potansiyel", "Işık Ltd.");
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik")),
  ]);
  for (const page of [ayse, mehmet]) await page.goto(`${tenant.server.base}/customers/${customer_id}`);
  const company = (page: Page) => page.getByRole("button", { name: /^Düzenle: Firma/ });
  await company(ayse).click();
  await company(mehmet).click();
  await mehmet.getByLabel("Firma", { exact: true }).fill("Mehmet A.Ş.");
  await mehmet.keyboard.press("Enter");
  await expect(ayse.getByText("Bilgiler değişti")).toBeVisible();

  await ayse.getByLabel("Firma", { exact: true }).fill("Ayşe A.Ş.");
  await ayse.keyboard.press("Enter");
  const notice = ayse.getByRole("alert").filter({ hasText: "Mehmet Çelik" });
  await expect(notice).toContainText("Mehmet A.Ş.");
  await notice.getByRole("button", { name: "Benimki kalsın" }).click();
  await expect(company(mehmet)).toHaveText("Ayşe A.Ş.");
});

test("what I am told of waits behind the bell, read in one tab and in the other", async ({ browser, tenant }) => {
  const { customer_id } = await tenant.card("Potansiyel", "Işık Ltd.");
  const email = await tenant.invite("Mehmet Çelik");
  const first = await signIn(browser, tenant, email);
  const second = await first.context().newPage();
  await second.goto(tenant.server.base);
  const users = await tenant.get<{ items: { id: string; email: string }[] }>("/users");
  const mehmet = users.items.find((user) => user.email === email)?.id ?? "";
  await tenant.command(`customer:${String(customer_id)}`, "customer.assign", { owners: [mehmet] });

  const bell = (page: Page) => page.getByRole("navigation").getByRole("button", { name: /Bildirimler/ });
  for (const page of [first, second]) await expect(bell(page)).toContainText("1");
  await bell(first).click();
  await first.getByRole("dialog").getByRole("button", { name: /Size atandı.*Işık Ltd\./ }).click();
  await expect(first).toHaveURL(new RegExp(`/customers/${String(customer_id)}`));
  for (const page of [first, second]) await expect(bell(page)).not.toContainText("1");
});
