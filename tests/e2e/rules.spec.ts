// Rules: a sentence grows while it is written, is tried on the past, acts, and says what it did.
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./nabiz";

const sentence = (page: Page) => page.locator(".sentence");
const row = (page: Page, name: string) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });

/** Chooses an option of a list field. */
async function choose(page: Page, field: string | RegExp, option: string): Promise<void> {
  await page.getByRole("button", { name: field }).first().click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("a rule is written, tried on the last days, saved, acts and is on record", async ({ browser, tenant }) => {
  const early = await tenant.card("Potansiyel", "Işık Ltd.");
  const late = await tenant.card("Potansiyel", "Deniz Öz");
  const move = (card: unknown) =>
    tenant.command(`board:${tenant.board}`, "card.move", { card, to_stage: tenant.stages.get("Randevu") });
  await move(early.card_id);

  const page = await signIn(browser, tenant);
  await page.goto("/settings/rules");
  await expect(row(page, "Yeni başvuru: sıradaki kişiye ver, arama hatırlat").getByText("hazır kural")).toBeVisible();
  await page.getByRole("button", { name: "Yeni kural" }).click();

  await page.getByLabel("Kuralın adı").fill("Randevuya geleni etiketle");
  await choose(page, /Olay$/, "Kart taşındı");
  await choose(page, /Geldiği aşama$/, "Randevu");
  await expect(sentence(page)).toContainText("Kart “Randevu” aşamasına geldiğinde");
  // What it would have done: the card that was moved before.
  await expect(page.getByText("Son 7 günde 1 kez çalışırdı.")).toBeVisible();
  await expect(page.locator(".examples").getByRole("link", { name: "Işık Ltd." })).toBeVisible();

  // Nothing to do yet: the server is not even asked.
  await page.getByRole("button", { name: "Kaydet" }).click();
  await expect(page.getByText("En az bir iş ekleyin.")).toBeVisible();
  await page.getByRole("button", { name: "İş ekle" }).click();
  await page.getByRole("menuitem", { name: "Etiketle" }).click();
  await page.getByRole("button", { name: "Değer seç: Eklenecek etiketler" }).click();
  await page.getByRole("searchbox").fill("Sıcak");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(sentence(page)).toContainText("“Sıcak” etiketini ekle");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Kural oluşturuldu ve açıldı: Randevuya geleni etiketle")).toBeVisible();

  await page.getByRole("link", { name: "Çalışmalar" }).click();
  await expect(page.getByText("Bu kural henüz çalışmadı")).toBeVisible();
  await move(late.card_id);
  const run = page.locator(".run").filter({ hasText: "Deniz Öz" });
  await expect(run.getByText("Çalıştı")).toBeVisible();
  await expect(run.getByText("Etiketleme")).toBeVisible();
  await page.getByRole("button", { name: "Atlandı" }).click();
  await expect(page.getByText("Bu durumda çalışma yok")).toBeVisible();
  const { tags } = await tenant.get<{ tags: string[] }>(`/customers/${late.customer_id}`);
  expect(tags).toEqual(["Sıcak"]);
});

test("what is skipped says why, and conditions are read as a sentence", async ({ browser, tenant }) => {
  await tenant.command("tenant", "rule.create", {
    name: "Büyükler",
    trigger: { op: "card.created" },
    conditions: [{ field: "card.amount", is: "more", value: 500_000_00 }],
    actions: [{ do: "tag", add: ["Büyük"] }],
  });
  await tenant.card("Potansiyel", "Küçük İş");
  const page = await signIn(browser, tenant);
  await page.goto("/settings/rules");
  await expect(row(page, "Büyükler")).toContainText("Kart açıldığında, kartın tutarı ₺500.000 üzerindeyse");
  await row(page, "Büyükler").getByRole("link", { name: "Büyükler" }).click();
  await page.getByRole("link", { name: "Çalışmalar" }).click();
  const run = page.locator(".run").filter({ hasText: "Küçük İş" });
  await expect(run.getByText("Koşullar sağlanmadı.")).toBeVisible();
});

test("two people in one rule: nothing is lost without a word", async ({ browser, tenant }) => {
  test.slow();
  const made = await tenant.command("tenant", "rule.create", {
    name: "Ortak kural",
    trigger: { op: "customer.created" },
    actions: [{ do: "tag", add: ["Yeni"] }],
  });
  const path = `/settings/rules/${made.rule_id}`;
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik", "manager")),
  ]);
  for (const page of [ayse, mehmet]) {
    await page.goto(path);
    await expect(page.getByLabel("Kuralın adı")).toHaveValue("Ortak kural");
  }
  // Who only looks sees the new one at once.
  await mehmet.getByLabel("Kuralın adı").fill("Mehmet adı verdi");
  await mehmet.getByRole("button", { name: "Kaydet" }).click();
  await expect(ayse.getByLabel("Kuralın adı")).toHaveValue("Mehmet adı verdi");

  // Who has typed is asked.
  await ayse.getByLabel("Kuralın adı").fill("Ayşe adı veriyor");
  await mehmet.getByLabel("Kuralın adı").fill("Mehmet yine değiştirdi");
  await mehmet.getByRole("button", { name: "Kaydet" }).click();
  const notice = ayse.getByRole("alert", { name: "Kural bu arada değişti" });
  await expect(notice).toContainText("Mehmet Çelik siz düzenlerken bu kuralı değiştirdi");
  await expect(notice).toContainText("Mehmet yine değiştirdi");
  await notice.getByRole("button", { name: "Benimkiyle devam et" }).click();
  await ayse.getByRole("button", { name: "Kaydet" }).click();
  await expect(mehmet.getByLabel("Kuralın adı")).toHaveValue("Ayşe adı veriyor");

  // Removed under somebody's eyes, and brought back.
  await mehmet.getByRole("button", { name: "Diğer işlemler" }).click();
  await mehmet.getByRole("menuitem", { name: "Sil" }).click();
  await expect(ayse.getByText("Bu kural silindi. Silen: Mehmet Çelik")).toBeVisible();
  await ayse.getByRole("button", { name: "Geri getir" }).click();
  await expect(ayse.getByText("Bu kural silindi. Silen: Mehmet Çelik")).toHaveCount(0);
  await expect(row(mehmet, "Ayşe adı veriyor")).toBeVisible();
});

test("by keyboard: on and off, order, delete and undo", async ({ browser, tenant }) => {
  const page = await signIn(browser, tenant);
  await page.goto("/settings/rules");
  const first = "Yeni başvuru: sıradaki kişiye ver, arama hatırlat";
  await page.getByRole("switch", { name: first }).focus();
  await page.keyboard.press("Space");
  await expect(row(page, first).getByText("Kapalı")).toBeVisible();
  await page.keyboard.press("Control+Shift+ArrowDown");
  await expect(page.locator(".rule").nth(1)).toContainText(first);
  const order = async () => (await tenant.get<{ items: { name: string; enabled: boolean }[] }>("/rules")).items;
  await expect.poll(async () => (await order())[1]).toMatchObject({ name: first, enabled: false });

  await row(page, first).getByRole("button", { name: /Diğer işlemler/ }).click();
  await page.getByRole("menuitem", { name: "Sil" }).click();
  await expect(row(page, first)).toHaveCount(0);
  await page.getByRole("button", { name: "Geri al" }).click();
  await expect(row(page, first).getByText("Kapalı")).toBeVisible();
  await expect(page.locator(".rule").nth(1)).toContainText(first);
});

test("who may not manage rules finds neither page nor place", async ({ browser, tenant }) => {
  const page = await signIn(browser, tenant, await tenant.invite("Elif Şahin"));
  await page.goto("/settings/me");
  await expect(page.getByRole("link", { name: "Hesabım" })).toBeVisible();
  for (const name of ["Kurallar", "Webhook"]) await expect(page.getByRole("link", { name })).toHaveCount(0);
  await page.goto("/settings/rules");
  await expect(page.getByText("Bu sayfa için yetkiniz yok")).toBeVisible();
});
