// Three people of one house, each in a browser of their own, and the pictures that are kept of their day.
import { type Browser, expect, type Page, type TestInfo } from "@playwright/test";
import { signIn, type Tenant } from "./nabiz";

export const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

export interface Crew {
  /** Mehmet Kaya: sees to the house. */
  manager: Page;
  /** Elif Şahin: sells. */
  rep: Page;
  /** Oğuz Güneş: receives. */
  agent: Page;
  ids: { manager: string; rep: string; agent: string };
  emails: { manager: string; rep: string; agent: string };
}

export async function crew(browser: Browser, tenant: Tenant): Promise<Crew> {
  const emails = {
    manager: await tenant.invite("Mehmet Kaya", "manager"),
    rep: await tenant.invite("Elif Şahin", "sales"),
    agent: await tenant.invite("Oğuz Güneş", "operations"),
  };
  const { items } = await tenant.get<{ items: { id: string; email: string }[] }>("/users");
  const id = (email: string) => items.find((each) => each.email === email)?.id ?? "";
  const ids = { manager: id(emails.manager), rep: id(emails.rep), agent: id(emails.agent) };
  const [manager, rep, agent] = await Promise.all([
    signIn(browser, tenant, emails.manager),
    signIn(browser, tenant, emails.rep),
    signIn(browser, tenant, emails.agent),
  ]);
  return { manager, rep, agent, ids, emails };
}

/** The same person's phone, signed in as well. */
export async function pocket(browser: Browser, tenant: Tenant, email: string): Promise<Page> {
  const page = await signIn(browser, tenant, email);
  await page.setViewportSize(PHONE);
  return page;
}

/** A house that works every day from morning to evening, whatever day this is. */
export async function everyDay(tenant: Tenant): Promise<void> {
  const day = [{ from: "09:00", to: "18:00" }];
  await tenant.command("agenda", "hours.set", { of: "tenant", week: Array.from({ length: 7 }, () => day) });
  await tenant.command("agenda", "booking.settings", { holidays: false });
}

/** The day so many days from now, on Istanbul's wall. */
export const dayAhead = (days: number): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Istanbul" }).format(new Date(Date.now() + days * 86_400_000));

/** What is on the screen, in both themes, kept with the report; with `phone`, in a hand, too. */
export async function picture(page: Page, info: TestInfo, name: string, phone = false): Promise<void> {
  const before = page.viewportSize() ?? DESK;
  for (const [place, size] of [["", before], ...(phone ? [["-phone", PHONE] as const] : [])] as const) {
    await page.setViewportSize(size);
    await expect(page.locator(".skel")).toHaveCount(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const title = `${name}${place}-${colorScheme}`;
      const path = process.env.PICTURES ? { path: `${process.env.PICTURES}/${title}.png` } : {};
      const body = await page.screenshot({ animations: "disabled", ...path });
      await info.attach(title, { body, contentType: "image/png" });
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light" });
}
