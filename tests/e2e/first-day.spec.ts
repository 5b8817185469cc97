// The first day of a business: it signs up, brings its list, and a colleague sees what happens.
import { card, stage } from "./board";
import { expect, PASSWORD, signIn, Tenant, test } from "./nabiz";

const special: Record<string, number> = { ş: 0xfe, Ş: 0xde, ı: 0xfd, İ: 0xdd, ğ: 0xf0, Ğ: 0xd0 };

/** Windows-1254, as a Turkish Excel saves it. */
const encoded = (text: string): Buffer => Buffer.from([...text].map((c) => special[c] ?? c.charCodeAt(0)));

test("sign-up, a Turkish list from Excel, the board, and a colleague who sees a move", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.base });
  const page = await context.newPage();
  const slug = `ilk${Date.now().toString(36)}`;
  const email = `ayse@${slug}.example`;

  await page.goto("/sign-up");
  await page.getByLabel("İşletme adı").fill("Işık Emlak");
  await page.getByLabel("Kısa ad").fill(slug);
  await page.getByLabel("Adınız soyadınız").fill("Ayşe Yılmaz");
  await page.getByLabel("E-posta").fill(email);
  await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Oluştur ve başla" }).click();
  await page.waitForURL("**/boards/**");

  await page.goto("/customers/imports");
  const list = [
    "Müşteri Adı;Cep Telefonu;E-posta;Şehir",
    "Şükrü Işıkoğlu;0532 111 22 33;sukru@ornek.example;İstanbul",
    "Gülçin Öğüt;0533 222 33 44;gulcin@ornek.example;Muğla",
    "İrem Ağaoğlu;yok;irem@ornek.example;Iğdır",
  ].join("\r\n");
  await page.locator("input[type=file]").setInputFiles({ name: "müşteriler.csv", mimeType: "text/csv", buffer: encoded(list) });
  await expect(page.getByText("Şükrü Işıkoğlu")).toBeVisible();
  await expect(page.getByText("Gülçin Öğüt")).toBeVisible();
  // Into the board, where the team works.
  await page.getByRole("button", { name: /Panoya ekleme/ }).click();
  await page.getByRole("option").nth(1).click();
  const start = page.getByRole("button", { name: /satırı aktar/ });
  await expect(start).toBeEnabled();
  await start.click();
  await expect(page.getByRole("heading", { name: "Aktarma bitti" })).toBeVisible({ timeout: 60_000 });

  await page.goto("/");
  await expect(card(page, "Şükrü Işıkoğlu", "Potansiyel")).toBeVisible();
  await expect(card(page, "Gülçin Öğüt", "Potansiyel")).toBeVisible();

  const tenant = await Tenant.of(server, slug, email);
  const mehmet = await signIn(browser, tenant, await tenant.invite("Mehmet Çelik", "manager"));
  await expect(card(mehmet, "Şükrü Işıkoğlu", "Potansiyel")).toBeVisible();
  await card(page, "Şükrü Işıkoğlu").dragTo(stage(page, "Randevu"));
  await expect(card(mehmet, "Şükrü Işıkoğlu", "Randevu")).toBeVisible();
});
