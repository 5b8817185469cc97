// Work on all customers that match, and saved views: two people, one list.
import { expect, signIn, type Tenant, test } from "./nabiz";

/** Customers with a tag, without cards. */
async function customers(tenant: Tenant, count: number, tag: string): Promise<void> {
  for (let n = 0; n < count; n++) {
    await tenant.command("tenant", "customer.create", { name: `Fuar ${String(n).padStart(3, "0")}`, tags: [tag] });
  }
}

interface Listed {
  items: { id: string; name: string; tags: string[]; owners: string[] }[];
  total: number;
}
const listed = (tenant: Tenant, filter: object) =>
  tenant.get<Listed>(`/customers?limit=200&filter=${encodeURIComponent(JSON.stringify(filter))}`);

test("all that match but one are tagged, wherever the person goes, and given back", async ({ browser, tenant }) => {
  await customers(tenant, 30, "Fuar");
  await customers(tenant, 3, "Eski");
  const email = await tenant.invite("Mehmet Çelik", "manager");
  const ayse = await signIn(browser, tenant);
  const mehmet = await signIn(browser, tenant, email);
  await mehmet.goto(`/customers?tag=${encodeURIComponent(JSON.stringify(["Sıcak"]))}`);
  await expect(mehmet.getByText("Eşleşen müşteri yok")).toBeVisible();

  await ayse.goto(`/customers?tag=${encodeURIComponent(JSON.stringify(["Fuar"]))}&sort=name`);
  const row = (name: string) => ayse.getByRole("checkbox", { name: `Seç: ${name}` });
  await row("Fuar 000").click({ force: true });
  await ayse.getByRole("button", { name: "Eşleşenlerin tümünü seç (30)" }).click();
  await row("Fuar 001").click({ force: true });
  await expect(ayse.getByText("29 seçili")).toBeVisible();
  await ayse.getByRole("toolbar").getByRole("button", { name: "Etiket", exact: true }).click();
  const dialog = ayse.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Etiket" }).fill("Sıcak");
  await expect(dialog.getByText("29 müşteriye uygulanacak.")).toBeVisible();
  await dialog.getByRole("button", { name: "Başlat" }).click();
  await expect(dialog).toHaveCount(0);

  // another screen: the work and its undo are there
  await ayse.getByRole("link", { name: "Pano" }).first().click();
  const strip = ayse.getByRole("region", { name: "Toplu işlem durumu" });
  await expect(strip.getByText("Etiketleme: 29 müşteri değişti")).toBeVisible();
  await expect(mehmet.getByText("Fuar 000")).toBeVisible();
  expect((await listed(tenant, { tag: ["Sıcak"] })).total).toBe(29);

  await strip.getByRole("button", { name: "Geri al" }).click();
  await expect(strip.getByText("Etiketleme geri alındı: 29 müşteri")).toBeVisible();
  await expect(mehmet.getByText("Eşleşen müşteri yok")).toBeVisible();
  expect((await listed(tenant, { tag: ["Sıcak"] })).total).toBe(0);
});

test("what could not be done is told with its reason, also from the bell", async ({ browser, tenant }) => {
  await customers(tenant, 2, "Kartsız");
  const stages = [...tenant.stages.keys()];
  for (const name of ["Işık Ltd.", "Deniz Öz"]) await tenant.card(stages[0] ?? "", name);
  const page = await signIn(browser, tenant);
  await page.goto("/customers");
  await page.getByRole("checkbox", { name: "Seç: Işık Ltd." }).click({ force: true });
  await page.getByRole("button", { name: "Eşleşenlerin tümünü seç (4)" }).click();
  await page.getByRole("toolbar").getByRole("button", { name: "Aşamaya taşı" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Aşama$/ }).click();
  await page.getByRole("option", { name: stages[1] ?? "" }).click();
  await dialog.getByRole("button", { name: "Başlat" }).click();
  // the words are also said aloud
  const strip = page.getByRole("region", { name: "Toplu işlem durumu" });
  await expect(strip.getByText("Aşamaya taşıma: 2 müşteri değişti, 2 yapılamadı")).toBeVisible();

  await page.getByRole("button", { name: /Bildirimler/ }).first().click();
  await page.getByRole("dialog").getByText("Toplu işlem bitti").click();
  await expect(page).toHaveURL(/\/customers\/bulk\//);
  await expect(page.getByText("Bu panoda kartı yok · 2")).toBeVisible();
  await expect(page.getByRole("link", { name: "Fuar 000" })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Geri al" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Geri al" }).click();
  await expect(page.getByText("geri alındı", { exact: true })).toBeVisible();
  await page.goto("/customers/bulk");
  await expect(page.getByRole("link", { name: /Aşamaya taşıma/ })).toBeVisible();
});

test("a reload loses neither the work nor its undo, and who may only look chooses nobody", async ({ browser, tenant }) => {
  await customers(tenant, 3, "Fuar");
  await tenant.patch("/roles/operations", { permissions: ["boards.view", "customers.view"] });
  const email = await tenant.invite("Oğuz Güneş", "operations");
  const ayse = await signIn(browser, tenant);
  const oguz = await signIn(browser, tenant, email);
  await oguz.goto("/customers");
  await expect(oguz.getByText("Fuar 000")).toBeVisible();
  await expect(oguz.getByRole("checkbox")).toHaveCount(0);

  await ayse.goto("/customers?sort=name");
  await ayse.getByRole("checkbox", { name: "Seç: Fuar 000" }).click({ force: true });
  await ayse.getByRole("button", { name: "Eşleşenlerin tümünü seç (3)" }).click();
  await ayse.getByRole("toolbar").getByRole("button", { name: "Etiket", exact: true }).click();
  const dialog = ayse.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Etiket" }).fill("Sıcak");
  await dialog.getByRole("button", { name: "Başlat" }).click();
  const strip = ayse.getByRole("region", { name: "Toplu işlem durumu" });
  await expect(strip.getByText("Etiketleme: 3 müşteri değişti")).toBeVisible();
  await ayse.reload();
  await strip.getByRole("button", { name: "Geri al" }).click();
  await expect(strip.getByText("Etiketleme geri alındı: 3 müşteri")).toBeVisible();

  await oguz.goto("/customers/bulk");
  await expect(oguz.getByText("Bunun için yetkiniz yok.")).toBeVisible();
  await expect(oguz.getByRole("button", { name: "Yeniden dene" })).toHaveCount(0);
});

test("a shared view is a link, and follows who changes it", async ({ browser, tenant }) => {
  await customers(tenant, 3, "Fuar");
  await customers(tenant, 1, "Eski");
  const email = await tenant.invite("Mehmet Çelik");
  const ayse = await signIn(browser, tenant);
  const mehmet = await signIn(browser, tenant, email);
  await ayse.goto(`/customers?tag=${encodeURIComponent(JSON.stringify(["Fuar"]))}`);
  await ayse.getByRole("button", { name: "Görünümler" }).click();
  await ayse.getByRole("menuitem", { name: "Farklı kaydet…" }).click();
  const dialog = ayse.getByRole("dialog");
  await dialog.getByLabel("Ad", { exact: true }).fill("Fuar adayları");
  await dialog.getByRole("checkbox", { name: "Herkes görsün" }).click({ force: true });
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await expect(ayse.getByRole("button", { name: "Görünüm: Fuar adayları" })).toBeVisible();
  await expect(ayse).toHaveURL(/view=/);

  // a colleague has it at once, by the menu and by its bare link
  await mehmet.goto("/customers");
  await mehmet.getByRole("button", { name: "Görünümler" }).click();
  await mehmet.getByRole("menuitem", { name: "Fuar adayları" }).click();
  await expect(mehmet.getByRole("link", { name: /Fuar 00/ })).toHaveCount(3);
  const view = new URL(ayse.url()).searchParams.get("view") ?? "";
  await mehmet.goto(`/customers?view=${view}`);
  await expect(mehmet).toHaveURL(/tag=/);

  await ayse.getByRole("button", { name: "Arşivdekiler" }).click();
  await ayse.getByRole("button", { name: "Görünüm: Fuar adayları, değişti" }).click();
  await ayse.getByRole("menuitem", { name: "Değişikliği görünüme yaz" }).click();
  await expect(mehmet.getByText("Görünüm bir ekip arkadaşınızca değişti: Fuar adayları")).toBeVisible();
  await expect(mehmet.getByText("Eşleşen müşteri yok")).toBeVisible();
  // who may not share may not change it
  await mehmet.getByRole("button", { name: "Görünüm: Fuar adayları" }).click();
  await expect(mehmet.getByRole("menuitem", { name: "Bana kopyala" })).toBeVisible();
  await expect(mehmet.getByRole("menuitem", { name: "Sil" })).toHaveCount(0);
  await mehmet.keyboard.press("Escape");

  await ayse.getByRole("button", { name: "Görünüm: Fuar adayları" }).click();
  await ayse.getByRole("menuitem", { name: "Sil" }).click();
  await expect(mehmet.getByRole("button", { name: "Görünümler" })).toBeVisible();
  await ayse.getByRole("button", { name: "Geri al" }).click();
  await mehmet.getByRole("button", { name: "Görünümler" }).click();
  await expect(mehmet.getByRole("menuitem", { name: "Fuar adayları" })).toBeVisible();
});

test("a board keeps views of its own, and opens with the one of choice", async ({ browser, tenant }) => {
  const stages = [...tenant.stages.keys()];
  await tenant.card(stages[0] ?? "", "Işık Ltd.");
  const page = await signIn(browser, tenant);
  const board = `/boards/${tenant.board}`;
  await page.goto(`${board}?owner=${encodeURIComponent(JSON.stringify(["none"]))}`);
  await page.getByRole("button", { name: "Görünümler" }).click();
  await page.getByRole("menuitem", { name: "Farklı kaydet…" }).click();
  await page.getByRole("dialog").getByLabel("Ad", { exact: true }).fill("Sahipsizler");
  await page.getByRole("dialog").getByRole("button", { name: "Kaydet" }).click();
  await page.getByRole("button", { name: "Görünüm: Sahipsizler" }).click();
  await page.getByRole("menuitem", { name: "Ekran bununla açılsın" }).click();
  await page.goto(board);
  await expect(page).toHaveURL(/owner=/);
  await expect(page.getByRole("button", { name: "Görünüm: Sahipsizler" })).toBeVisible();
});
