// Frames of a browser on a board of 10,000 cards: `make bench-board` with a server running (NABIZ_URL).
// Makes a tenant of its own, imports the customers as a person would, scrolls a column to its end, then drags a
// card across all columns while a colleague's moves arrive. Prints one JSON line of frame times in milliseconds.
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const base = process.env.NABIZ_URL ?? "http://127.0.0.1:8080";
const count = Number(process.env.CARDS ?? 10_000);
const slug = `buyuk-${Date.now().toString(36)}`;
const who = { email: `yonetici@${slug}.example`, password: "Kavun-Karpuz-1907" };

let token = "";
async function call(method, path, body) {
  const form = body instanceof FormData;
  const response = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { ...(form ? {} : { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) },
    body: form ? body : body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

async function arrange() {
  const made = await call("POST", "/auth/register", { tenant_name: "Büyük Pano", slug, name: "Ayşe Yılmaz", locale: "tr", ...who });
  token = made.access_token;
  const board = (await call("GET", "/boards")).items[0].id;
  const { stages } = await call("GET", `/boards/${board}?limit=1`);
  const rows = ["Ad Soyad;Telefon;Aşama"];
  for (let n = 0; n < count; n++) {
    rows.push(`Müşteri ${n};0532${String(n).padStart(7, "0")};${stages[n % stages.length].name}`);
  }
  const file = new FormData();
  file.append("file", new Blob([rows.join("\n")]), "cok.csv");
  const found = await call("POST", "/imports", file);
  await call("POST", `/imports/${found.id}/commit`, { options: { ...found.options, board_id: board } });
  for (;;) {
    const now = await call("GET", `/imports/${found.id}`);
    if (now.state === "done") break;
    if (now.state !== "running") throw new Error(JSON.stringify(now));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { board, stages };
}

/** Collects the time between frames until told to stop. */
const watchFrames = () => {
  const frames = [];
  let last = performance.now();
  let on = true;
  const tick = (now) => {
    frames.push(now - last);
    last = now;
    if (on) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  window.__frames = () => {
    on = false;
    return frames.slice(2);
  };
};

function summary(frames) {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1));
  return { frames: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), over50: sorted.filter((ms) => ms > 50).length };
}

const { board, stages } = await arrange();
const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "tr-TR" })).newPage();
await page.goto(base);
await page.getByLabel(/e-posta/i).first().fill(who.email);
await page.getByLabel(/parola/i).first().fill(who.password);
const opened = Date.now();
await page.keyboard.press("Enter");
const first = page.getByRole("list", { name: stages[0].name });
await first.getByRole("listitem").nth(5).waitFor();
const open = Date.now() - opened;

await page.evaluate(watchFrames);
const box = await first.boundingBox();
await page.mouse.move(box.x + box.width / 2, box.y + 300);
for (let n = 0; n < 120; n++) {
  await page.mouse.wheel(0, 400);
  await page.evaluate(() => new Promise(requestAnimationFrame));
}
const scrolling = summary(await page.evaluate(() => window.__frames()));

const cards = (await call("GET", `/boards/${board}?limit=100`)).cards;
let moving = true;
const colleague = (async () => {
  for (let n = 0; moving; n++) {
    const d = { card: cards[n % cards.length].id, to_stage: stages[n % stages.length].id };
    await call("POST", "/commands", { id: crypto.randomUUID(), topic: `board:${board}`, op: "card.move", d });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
})();
await page.evaluate(watchFrames);
// the card under the hand: a list that has just been scrolled still changes its first ones
const from = await page.evaluate(
  ([x, y]) => {
    const items = [0, 6, 12, 18, 24].map((below) => document.elementFromPoint(x, y + below)?.closest("li, [role=listitem]"));
    const box = items.find(Boolean)?.getBoundingClientRect();
    return box && { x: box.x, y: box.y };
  },
  [box.x + box.width / 2, box.y + 300],
);
await page.mouse.move(from.x + 60, from.y + 20);
await page.mouse.down();
for (let n = 0; n < 150; n++) {
  await page.mouse.move(from.x + 60 + ((n * 13) % 1000), from.y + 40 + ((n * 7) % 400));
  await page.evaluate(() => new Promise(requestAnimationFrame));
}
await page.mouse.up();
const dragging = summary(await page.evaluate(() => window.__frames()));
moving = false;
await colleague;
const heap = await page.evaluate(() => Math.round(performance.memory.usedJSHeapSize / 1e6));
console.log(JSON.stringify({ cards: count, open_ms: open, scrolling, dragging, heap_mb: heap }));
await browser.close();
