// Every screen in both themes, on a desk and in a hand: axe finds nothing serious, and the page never
// scrolls sideways.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./nabiz";
import { open, screens, seed } from "./screens";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is serious or worse, one readable line each. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    () => (window as unknown as { axe: { run: (o: object) => Promise<AxeResults> } }).axe.run({ resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}

const sizes = { desk: { width: 1440, height: 900 }, hand: { width: 390, height: 844 } };
const only = process.env.SCREENS?.split(",");

for (const theme of ["light", "dark"] as const) {
  for (const [place, viewport] of Object.entries(sizes)) {
    test(`no serious issue: ${theme}, ${place}`, async ({ browser, tenant }) => {
      test.setTimeout(600_000);
      const made = await seed(tenant);
      const page = await signIn(browser, tenant);
      const guest = await (await browser.newContext({ baseURL: tenant.server.base })).newPage();
      const locale = process.env.LANGUAGE_OF_SCREENS ?? (theme === "light" ? "tr" : "en");
      for (const each of [page, guest]) {
        await each.setViewportSize(viewport);
        await each.addInitScript(
          ([theme, locale]) => {
            localStorage.setItem("nabiz.theme", theme as string);
            localStorage.setItem("nabiz.locale", locale as string);
          },
          [theme, locale],
        );
      }
      for (const screen of screens) {
        if (only && !only.includes(screen.name)) continue;
        await test.step(screen.name, async () => {
          const shown = screen.guest ? guest : page;
          await open(shown, screen, made);
          if (process.env.PICTURES) await shown.screenshot({ path: `${process.env.PICTURES}/${screen.name}-${theme}-${place}.png` });
          expect.soft(await serious(shown), screen.name).toEqual([]);
          const wide = await shown.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect.soft(wide, `${screen.name} scrolls sideways`).toBeLessThanOrEqual(0);
        });
      }
    });
  }
}
