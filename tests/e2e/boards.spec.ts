// Two people on one board: what one does, the other sees; a lost connection costs nothing.
import type { Page } from "@playwright/test";
import { card, stage } from "./board";
import { expect, signIn, test } from "./nabiz";

/** The cards of every stage as they stand on a screen. */
async function shown(page: Page, stages: Iterable<string>): Promise<string[][]> {
  const all: string[][] = [];
  for (const name of stages) {
    const cards = stage(page, name).getByRole("listitem").locator("b");
    all.push([name, ...(await cards.allTextContents())]);
  }
  return all;
}

test("a card that Ayşe moves is moved on Mehmet's screen", async ({ browser, tenant }) => {
  await tenant.card("Potansiyel", "Işık Ltd.");
  await tenant.card("Potansiyel", "Deniz Öz");
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik")),
  ]);
  await expect(card(mehmet, "Işık Ltd.", "Potansiyel")).toBeVisible();

  await card(ayse, "Işık Ltd.").dragTo(stage(ayse, "Randevu"));

  await expect(card(mehmet, "Işık Ltd.", "Randevu")).toBeVisible();
  await expect(card(mehmet, "Işık Ltd.", "Potansiyel")).toHaveCount(0);
  await expect(card(ayse, "Işık Ltd.", "Randevu")).toBeVisible();
  const stages = [...tenant.stages.keys()];
  expect(await shown(ayse, stages)).toEqual(await shown(mehmet, stages));
});

test("each sees that the other is looking", async ({ browser, tenant }) => {
  const ayse = await signIn(browser, tenant);
  await signIn(browser, tenant, await tenant.invite("Mehmet Çelik"));
  await expect(ayse.getByText("Mehmet Çelik").or(ayse.getByLabel(/Mehmet Çelik/)).first()).toBeAttached();
});

test("a move made without a connection arrives, and both screens agree", async ({ browser, tenant }) => {
  for (const name of ["Bir", "İki", "Üç"]) await tenant.card("Potansiyel", name);
  const [ayse, mehmet] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Mehmet Çelik")),
  ]);
  await expect(card(mehmet, "Üç", "Potansiyel")).toBeVisible();

  await mehmet.context().setOffline(true);
  await card(mehmet, "Bir").dragTo(stage(mehmet, "Kapora"));
  await expect(card(mehmet, "Bir", "Kapora")).toBeVisible();
  await card(ayse, "İki").dragTo(stage(ayse, "Randevu"));
  await expect(card(ayse, "İki", "Randevu")).toBeVisible();
  await mehmet.context().setOffline(false);

  await expect(card(ayse, "Bir", "Kapora")).toBeVisible({ timeout: 30_000 });
  await expect(card(mehmet, "İki", "Randevu")).toBeVisible({ timeout: 30_000 });
  const stages = [...tenant.stages.keys()];
  expect(await shown(ayse, stages)).toEqual(await shown(mehmet, stages));
});

test("a restart of the server is survived without a reload", async ({ browser, server, tenant }) => {
  await tenant.card("Potansiyel", "Dayanıklı");
  const ayse = await signIn(browser, tenant);
  await expect(card(ayse, "Dayanıklı", "Potansiyel")).toBeVisible();

  await server.stop();
  await card(ayse, "Dayanıklı").dragTo(stage(ayse, "Randevu"));
  await expect(card(ayse, "Dayanıklı", "Randevu")).toBeVisible();
  await server.start();

  // The command waited in the browser; the server has it once it is back.
  await expect
    .poll(
      async () => {
        const board = await tenant.get<{ cards: { stage_id: string }[] }>(`/boards/${tenant.board}`);
        return board.cards[0]?.stage_id;
      },
      { timeout: 40_000 },
    )
    .toBe(tenant.stages.get("Randevu"));
  await expect(card(ayse, "Dayanıklı", "Randevu")).toBeVisible();
});
