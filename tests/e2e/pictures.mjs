// The pictures of the README: `make pictures` with a demo running. Real screens, never edited by hand.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const base = process.env.NABIZ_URL ?? "http://127.0.0.1:8080";
const out = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "pictures");
mkdirSync(out, { recursive: true });
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});

async function signIn(who, viewport, colorScheme, locale = "tr-TR") {
  const context = await browser.newContext({ viewport, colorScheme, locale, timezoneId: "Europe/Istanbul" });
  const page = await context.newPage();
  await page.goto(base);
  await page.getByLabel(/e-posta|e-mail/i).first().fill(`${who}@isiklarvadisi.example`);
  await page.getByLabel(/parola|password/i).first().fill("nabiz-demo-2026");
  await page.keyboard.press("Enter");
  await page.getByRole("listitem").first().waitFor();
  return page;
}

async function shoot(page, name) {
  await page.locator(".skel").first().waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(out, `${name}.png`), animations: "disabled" });
}

const ayse = await signIn("ayse", desk, "light");
const elif = await signIn("elif", desk, "dark");
const mehmet = await signIn("mehmet", phone, "light");
await ayse.getByRole("listitem").nth(3).waitFor();

// Elif is dragging a card while Ayşe looks.
const card = elif.getByRole("list", { name: "Potansiyel" }).getByRole("listitem").first();
const to = elif.getByRole("list", { name: "Randevu" });
await card.dragTo(to);
await ayse.locator("[data-card].f0").first().waitFor();
await shoot(ayse, "board-light");
await shoot(elif, "board-dark");
await shoot(mehmet, "board-phone-light");

await elif.goto(`${base}/customers`);
await elif.getByRole("row").nth(5).waitFor();
await shoot(elif, "customers-dark");
await elif.getByRole("row").nth(5).click({ position: { x: 120, y: 18 } });
await elif.waitForURL(/customers\/.+/);
await elif.locator(".hero h1").waitFor();
await elif.waitForLoadState("networkidle");
await shoot(elif, "customer-dark");

await ayse.goto(`${base}/agenda?view=week`);
await ayse.locator("[data-entry]").nth(3).waitFor();
await ayse.waitForLoadState("networkidle");
await shoot(ayse, "agenda-light");

await elif.goto(`${base}/today`);
await elif.waitForLoadState("networkidle");
await shoot(elif, "today-dark");

await ayse.goto(`${base}/customers/imports`);
const rows = ["Ad Soyad;Telefon;E-posta;Kaynak;Not"];
const names = ["Işıl Çağlayan", "Şükrü Ağaoğlu", "Nağme İpekçi", "Ümit Işıkoğlu", "Gökçe Yılmaz"];
names.forEach((name, n) => rows.push(`${name};0532 555 0${n} 1${n};kisi${n}@ornek.example;fuar;`));
rows.push("Eksik Telefon;12;;fuar;");
await ayse.locator("input[type=file]").setInputFiles({
  name: "fuar-listesi.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(rows.join("\n")),
});
await ayse.waitForURL(/imports\/.+/);
await ayse.waitForLoadState("networkidle");
await shoot(ayse, "import-light");
await browser.close();
