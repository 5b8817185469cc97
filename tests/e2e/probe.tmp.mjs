import { chromium } from "@playwright/test";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ baseURL: "http://127.0.0.1:5471", viewport: { width: 1440, height: 900 }, locale: "tr-TR" });
context.setDefaultTimeout(90000);
const page = await context.newPage();
page.on("console", (m) => ["error","warning"].includes(m.type()) && console.log("console", m.text().slice(0, 300)));
let reqs = 0; page.on("request", () => reqs++);
await page.goto("/sign-in");
await page.getByLabel("E-posta").fill("ayse@isiklarvadisi.example");
await page.getByLabel("Parola", { exact: true }).fill("nabiz-demo-2026");
await page.getByRole("button", { name: "Giriş yap" }).click();
await page.waitForURL((u) => u.pathname.startsWith("/boards"));
const probe = async (name) => {
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const get = async () => Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value]));
  const a = await get(); const r = reqs; const t = Date.now();
  await new Promise((d) => setTimeout(d, 6000));
  const b = await get();
  console.log(name, ((Date.now() - t) / 1000).toFixed(1) + "s wall, script", (b.ScriptDuration - a.ScriptDuration).toFixed(2), "task", (b.TaskDuration - a.TaskDuration).toFixed(2), "requests", reqs - r, "url", page.url());
};
for (const path of ["/today", "/customers", "/customers?tag=%5B%22Fuar%22%5D&sort=name"]) {
  await page.goto(path);
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.locator(".view-btn, .topbar").first().waitFor();
  await new Promise((d) => setTimeout(d, 3000));
  await probe(path);
}
const save = async () => {
  await page.getByRole("button", { name: /Görünüm/ }).click();
  await page.getByRole("menuitem", { name: "Farklı kaydet…" }).click();
  await page.getByRole("dialog").getByLabel("Ad", { exact: true }).fill("Ortak " + Date.now() % 1000);
  await page.getByRole("checkbox", { name: "Herkes görsün" }).click({ force: true });
  await page.getByRole("dialog").getByRole("button", { name: "Kaydet" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
};
await save();
await probe("after save");
await page.goto("/customers");
await page.getByRole("button", { name: /Görünüm/ }).click();
await page.getByRole("menuitem", { name: /^Ortak/ }).first().click();
await probe("after choosing");
console.log(await page.locator("tbody a").count());
await browser.close();
