// What seldom happens and must work then: a forgotten password, two records of one person, a field of
// one's own, an import that was a mistake.
import { expect, PASSWORD, signIn, test } from "./nabiz";

test("a forgotten password is renewed by the link in the mail", async ({ browser, server, tenant }) => {
  const page = await (await browser.newContext({ baseURL: server.base })).newPage();
  await page.goto("/forgot-password");
  await page.getByLabel("E-posta").fill(tenant.email);
  await page.getByRole("button", { name: "Bağlantı gönder" }).click();
  await expect(page.getByText("E-postanıza bakın")).toBeVisible();

  const link = await server.linkTo(tenant.email, "reset-password");
  await page.goto(link);
  await page.getByLabel("Yeni parola", { exact: true }).fill("Portakal-Nar-1923");
  await page.getByRole("button", { name: "Parolayı kaydet" }).click();
  await page.waitForURL("**/boards/**");

  const again = await (await browser.newContext({ baseURL: server.base })).newPage();
  await again.goto("/sign-in");
  await again.getByLabel("E-posta").fill(tenant.email);
  await again.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Giriş yap" }).click();
  await expect(again.getByText("E-posta ya da parola hatalı.")).toBeVisible();
});

test("two records become one, and two again", async ({ browser, tenant }) => {
  const first = await tenant.card("Potansiyel", "Ömer İnce");
  await tenant.card("Randevu", "Ömer İnce");
  const page = await signIn(browser, tenant);
  await page.goto(`/customers/${first.customer_id}`);
  await page.getByRole("button", { name: "Karşılaştır" }).click();
  const dialog = page.getByRole("dialog", { name: "Kayıtları birleştir" });
  await dialog.getByRole("button", { name: "Birleştir" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Birleştirilenler")).toBeVisible();

  await page.getByRole("button", { name: /Ayır|geri al/i }).first().click();
  await expect(page.getByText("Birleştirilenler")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Karşılaştır" })).toBeVisible();
});

test("a field of one's own takes a value, and says what it will not take", async ({ browser, tenant }) => {
  const made = await tenant.card("Potansiyel", "Deniz Öz");
  const page = await signIn(browser, tenant);
  await page.goto("/settings/fields");
  await page.getByRole("button", { name: "Alan ekle" }).click();
  await page.getByLabel("Ad", { exact: true }).fill("Oda sayısı");
  await page.getByRole("button", { name: /Tür/ }).click();
  await page.getByRole("option", { name: "Sayı" }).click();
  await page.getByRole("button", { name: "Kaydet" }).click();
  await expect(page.getByText("Oda sayısı")).toBeVisible();

  await page.goto(`/customers/${made.customer_id}`);
  const field = page.getByRole("button", { name: /Oda sayısı/ });
  await field.click();
  await page.getByRole("textbox", { name: "Oda sayısı" }).fill("üç");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Bir sayı yazın, örneğin 12,5.")).toHaveCount(1);
  await field.click();
  await page.getByRole("textbox", { name: "Oda sayısı" }).fill("3,5");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Bir sayı yazın, örneğin 12,5.")).toHaveCount(0);
  await expect
    .poll(async () => {
      const customer = await tenant.get<{ custom: Record<string, unknown> }>(`/customers/${made.customer_id}`);
      return Object.values(customer.custom);
    })
    .toEqual([3.5]);
});

test("a big import is stopped, and what it brought is taken back", async ({ browser, tenant }) => {
  // large enough to be still under way when the second "Stop" is pressed
  test.setTimeout(300_000);
  const rows = Array.from({ length: 12_000 }, (_, n) => `Kişi ${n},+9053${String(20000000 + n)}`);
  const page = await signIn(browser, tenant);
  await page.goto("/customers/imports");
  const buffer = Buffer.from(["Ad soyad,Telefon", ...rows].join("\n"));
  await page.locator("input[type=file]").setInputFiles({ name: "liste.csv", mimeType: "text/csv", buffer });
  const start = page.getByRole("button", { name: /satırı aktar/ });
  await expect(start).toBeEnabled({ timeout: 120_000 });
  await start.click();
  await page.getByRole("button", { name: "Durdur" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Durdur" }).click();
  await expect(page.getByRole("heading", { name: "Aktarma durduruldu" })).toBeVisible({ timeout: 60_000 });

  await page.getByRole("button", { name: "Aktarmayı geri al" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Aktarmayı geri al" }).click();
  await expect(page.getByRole("heading", { name: "Aktarma geri alındı" })).toBeVisible({ timeout: 90_000 });
  const { items } = await tenant.get<{ items: unknown[] }>("/customers?limit=1");
  expect(items).toEqual([]);
});
