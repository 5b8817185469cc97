// Without a mouse: the palette, sequences of keys, and a board that is used and heard by keyboard.
import type { Page } from "@playwright/test";
import { card, stage } from "./board";
import { expect, signIn, test } from "./nabiz";

/** What a screen reader was told last. */
const said = (page: Page) => page.locator("[aria-live=polite].vh");
const palette = (page: Page) => page.getByRole("dialog", { name: "Komutlar" }).getByRole("searchbox");
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("a card is found, moved, previewed and archived without a mouse, and the focus is never lost", async ({
  browser,
  tenant,
}) => {
  for (const name of ["Üç", "Işık Ltd.", "Deniz Öz"]) await tenant.card("Potansiyel", name);
  const page = await signIn(browser, tenant);
  await expect(card(page, "Işık Ltd.")).toBeVisible();

  // Tab reaches the board's one tab stop.
  await page.locator("[data-card][tabindex='0']").focus();
  const place = (n: number) => stage(page, "Potansiyel").getByRole("listitem").nth(n).locator("[data-card]");
  await page.keyboard.press("End");
  await expect(place(2)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(place(0)).toBeFocused();
  const first = await focused(page);
  await page.keyboard.press("ArrowDown");
  await expect(place(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(place(0)).toBeFocused();

  // Ctrl+Shift+arrow moves, says the place and keeps the focus on the card.
  await page.keyboard.press("Control+Shift+ArrowRight");
  await expect(said(page)).toContainText("Görüşülüyor, 1/1");
  await expect.poll(() => focused(page)).toBe(first);

  // `s` opens the stages; the focus goes along with the card.
  await page.keyboard.press("s");
  await page.getByRole("menuitem", { name: "Randevu" }).click();
  await expect(stage(page, "Randevu").getByRole("listitem")).toHaveCount(1);
  await expect(said(page)).toContainText("Randevu, 1/1");
  await expect.poll(() => focused(page)).toBe(first);

  // Space shows the customer beside the board and takes it away; the card keeps the focus.
  await page.keyboard.press(" ");
  const beside = page.locator("aside.viewer");
  await expect(beside).toBeVisible();
  await expect.poll(() => focused(page)).toBe(first);
  await page.keyboard.press(" ");
  await expect(beside).toHaveCount(0);
  await expect.poll(() => focused(page)).toBe(first);

  // The palette knows the card that had the focus; after archiving it another card has it.
  await page.keyboard.press("Control+k");
  await palette(page).fill("arsiv");
  await expect(page.getByRole("menuitem").first()).toContainText("Arşivle");
  await page.keyboard.press("Enter");
  await expect(stage(page, "Randevu").getByRole("listitem")).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute("data-card"))).toBe(true);
});

test("the palette finds customers, goes to places and comes back; keys are listed", async ({ browser, tenant }) => {
  await tenant.card("Potansiyel", "Işık Ltd.");
  const page = await signIn(browser, tenant);
  await expect(card(page, "Işık Ltd.")).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL("**/customers");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.waitForURL("**/boards/**");

  await page.keyboard.press("Control+k");
  await palette(page).fill("isik");
  await expect(page.getByRole("menuitem", { name: "Işık Ltd." })).toBeVisible();
  await page.getByRole("menuitem", { name: "Işık Ltd." }).click();
  await page.waitForURL("**/customers/*");
  await expect(page.getByRole("heading", { name: "Işık Ltd." })).toBeVisible();

  // Recent now, without typing.
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("menuitem", { name: "Işık Ltd." })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Klavye kısayolları" });
  await expect(sheet).toContainText("Git: Müşteriler");
  // Single keys can be switched off; Ctrl+K stays.
  await sheet.getByText("Tek tuşlu kısayollar").click();
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeFocused();
});

test("a frame drawn with the mouse selects, and the selection moves together", async ({ browser, tenant }) => {
  for (const name of ["Bir", "İki", "Üç"]) await tenant.card("Potansiyel", name);
  const page = await signIn(browser, tenant);
  await expect(card(page, "Üç", "Potansiyel")).toBeVisible();
  const box = await stage(page, "Potansiyel").boundingBox();
  const last = await stage(page, "Potansiyel").getByRole("listitem").last().boundingBox();
  if (!box || !last) throw new Error("no board");

  await page.mouse.move(box.x + box.width / 2, last.y + last.height + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 10, last.y - 20, { steps: 8 });
  await page.mouse.up();

  const bar = page.getByRole("toolbar", { name: "Seçilen kartlar" });
  await expect(bar).toContainText("2 seçili");
  await bar.getByRole("button", { name: "Taşı" }).click();
  await page.getByRole("menuitem", { name: "Kapora" }).click();
  await expect(stage(page, "Kapora").getByRole("listitem")).toHaveCount(2);
});
