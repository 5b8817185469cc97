// A board in the hand: a long press lifts a card; without moving it opens the card's menu.
import type { Page } from "@playwright/test";
import { card } from "./board";
import { expect, PASSWORD, test } from "./nabiz";

test("a card is carried by a finger, and a long press without moving opens its menu", async ({ browser, tenant }) => {
  for (const name of ["Bir", "İki"]) await tenant.card("Potansiyel", name);
  const context = await browser.newContext({
    baseURL: tenant.server.base,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  });
  const page: Page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("E-posta").fill(tenant.email);
  await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await expect(card(page, "Bir", "Potansiyel")).toBeVisible();
  const names = () => page.getByRole("list", { name: "Potansiyel" }).locator("b").allTextContents();
  const before = await names();
  const box = await page.getByRole("list", { name: "Potansiyel" }).getByRole("listitem").first().boundingBox();
  if (!box) throw new Error("no card");

  const finger = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number, y?: number) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y: y ?? 0 }] });
  const x = box.x + 80;
  const y = box.y + 30;
  await touch("touchStart", x, y);
  await expect(page.locator(".touch-ghost")).toBeAttached();
  for (let step = 1; step <= 6; step++) await touch("touchMove", x, y + step * 40);
  await expect(page.locator("[data-end], [data-edge]").first()).toBeAttached();
  await touch("touchEnd");
  await expect(page.locator(".touch-ghost")).toHaveCount(0);
  await expect.poll(names).toEqual([...before].reverse());

  await touch("touchStart", x, y);
  await expect(page.locator(".touch-ghost")).toBeAttached();
  await touch("touchEnd");
  await expect(page.getByRole("menuitem", { name: "Randevu", exact: true })).toBeVisible();
});
