// The app starts without a server: what this browser kept is shown, and work is not lost.
import { expect, signIn, test } from "./nabiz";
import { card, stage } from "./board";

test("a start without a server shows the board as it was, and sends what was done meanwhile", async ({
  browser,
  server,
  tenant,
}) => {
  await tenant.card("Potansiyel", "Işık Ltd.");
  const page = await signIn(browser, tenant);
  await expect(card(page, "Işık Ltd.", "Potansiyel")).toBeVisible();
  // The worker has kept this build, and the rows are on disk.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));

  await server.stop();
  const again = await page.context().newPage();
  await page.close();
  await again.goto("/");

  await expect(card(again, "Işık Ltd.", "Potansiyel")).toBeVisible();
  await expect(again.getByText(/Yeniden bağlanılıyor|Çevrimdışı/).first()).toBeVisible();
  await card(again, "Işık Ltd.").dragTo(stage(again, "Randevu"));
  await expect(again.getByText("Çevrimdışı: 1 işlem bekliyor")).toBeVisible();
  // What is said of the connection moves nothing and lies over nothing that can be pressed.
  const place = () => stage(again, "Randevu").evaluate((list) => list.getBoundingClientRect().top);
  const away = await place();
  const covered = await again.locator(".conn > .banner").evaluate((said) => {
    const { left, right, top, bottom } = said.getBoundingClientRect();
    const overlaps = (other: Element) => {
      const at = other.getBoundingClientRect();
      return at.width > 0 && at.left < right && at.right > left && at.top < bottom && at.bottom > top;
    };
    return [...document.querySelectorAll("button, a, input, [role=button]")]
      .filter((each) => !said.contains(each) && overlaps(each))
      .map((each) => each.textContent || each.getAttribute("aria-label"));
  });
  expect(covered).toEqual([]);

  await server.start();
  await expect
    .poll(
      async () => {
        const board = await tenant.get<{ cards: { stage_id: string }[] }>(`/boards/${tenant.board}`);
        return board.cards[0]?.stage_id;
      },
      { timeout: 40_000 },
    )
    .toBe(tenant.stages.get("Randevu"));
  await expect(card(again, "Işık Ltd.", "Randevu")).toBeVisible();
  await expect(again.locator(".conn > .banner")).toBeHidden();
  expect(await place()).toBe(away);
});

test("the worker keeps no answer of the API, and is itself never kept", async ({ browser, server, tenant }) => {
  const page = await signIn(browser, tenant);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const kept = await page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
    }
    return paths;
  });
  expect(kept).toContain("/");
  expect(kept.filter((path) => path.startsWith("/api") || path === "/sw.js")).toEqual([]);
  const worker = await fetch(`${server.base}/sw.js`);
  expect(worker.headers.get("cache-control")).toBe("no-cache");
  expect(worker.headers.get("content-type")).toContain("javascript");
});
