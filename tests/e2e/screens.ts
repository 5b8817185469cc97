// Every screen of the app, and what must be on it before it is looked at. A new screen adds its line.
import type { Page } from "@playwright/test";
import { expect, type Tenant } from "./nabiz";

export interface Screen {
  name: string;
  path: (seed: Seed) => string;
  /** Waits until it stands; may open something on it. */
  ready?: (page: Page) => Promise<unknown>;
  /** For people who are not signed in. */
  guest?: boolean;
}

/** What the screens show. */
export interface Seed {
  board: string;
  customer: string;
  /** A colleague. */
  person: string;
}

export async function seed(tenant: Tenant): Promise<Seed> {
  const stages = [...tenant.stages.keys()];
  const people = ["Işık Ltd.", "Deniz Öz", "Ayşegül Şahinkaya-Yıldırım", "Çağrı Güneş", "Ömer İnce"];
  let customer = "";
  for (const [n, name] of people.entries()) {
    const made = await tenant.command(`board:${tenant.board}`, "card.create", {
      stage: tenant.stages.get(stages[n % stages.length] ?? ""),
      customer: { name, phones: [`+9053211122${30 + n}`], emails: [`kisi${n}@ornek.example`], tags: ["Yatırımcı"] },
      need: "3+1, deniz manzaralı",
      amount: { minor: 725_000_000 + n, currency: "TRY" },
    });
    customer = String(made.customer_id ?? customer);
  }
  if (customer) await tenant.command(`customer:${customer}`, "note.add", { body: "Hafta sonu yeniden aranacak." });
  if (customer) {
    await tenant.command(`customer:${customer}`, "activity.open", { type: "call", title: "Ödeme planını konuş" });
    const due_at = new Date(Date.now() - 26 * 3_600_000).toISOString();
    await tenant.command(`customer:${customer}`, "reminder.add", { kind: "documents", text: "Belgeleri iste", due_at });
  }
  const email = await tenant.invite("Mehmet Çelik");
  const { items } = await tenant.get<{ items: { id: string; email: string }[] }>("/users");
  const person = items.find((each) => each.email === email)?.id ?? "";
  return { board: tenant.board, customer, person };
}

const heading = (page: Page) => expect(page.locator("h1").first()).toBeAttached();
const board = (page: Page) => expect(page.locator("[data-card]").first()).toBeVisible();

export const screens: readonly Screen[] = [
  { name: "sign-in", path: () => "/sign-in", guest: true },
  { name: "sign-up", path: () => "/sign-up", guest: true },
  { name: "forgot", path: () => "/forgot-password", guest: true },
  { name: "reset", path: () => "/reset-password#token=x", guest: true },
  { name: "invitation", path: () => "/invitation#token=x", guest: true },
  { name: "board", path: ({ board }) => `/boards/${board}`, ready: board },
  {
    name: "board-panel",
    path: ({ board, customer }) => `/boards/${board}?customer=${customer}`,
    // A phone has no room beside the board and shows the customer's page.
    ready: (page) => expect(page.locator(".hero h1").first()).toBeVisible(),
  },
  {
    name: "board-selected",
    path: ({ board }) => `/boards/${board}`,
    ready: async (page) => {
      await board(page);
      await page.locator("[data-card]").first().focus();
      await page.keyboard.press("x");
      await expect(page.getByRole("toolbar").last()).toBeVisible();
    },
  },
  {
    name: "add-lead",
    path: ({ board }) => `/boards/${board}`,
    ready: async (page) => {
      await board(page);
      await page.keyboard.press("n");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "palette",
    path: ({ board }) => `/boards/${board}`,
    ready: async (page) => {
      await board(page);
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "keys",
    path: ({ board }) => `/boards/${board}`,
    ready: async (page) => {
      await board(page);
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "today", path: () => "/today" },
  { name: "today-team", path: () => "/today/team" },
  { name: "customers", path: () => "/customers", ready: (page) => expect(page.getByText("Işık Ltd.").first()).toBeVisible() },
  { name: "customer", path: ({ customer }) => `/customers/${customer}` },
  ...(["n", "r", "k", "d"] as const).map((key) => ({
    name: `customer-${key}`,
    path: ({ customer }: Seed) => `/customers/${customer}`,
    ready: async (page: Page) => {
      await expect(page.getByRole("tab").first()).toBeVisible();
      await page.keyboard.press(key);
      if (key !== "n") await expect(page.getByRole("dialog")).toBeVisible();
    },
  })),
  {
    name: "notifications",
    path: () => "/today",
    ready: async (page) => {
      // keys count once the screen is there to hear them
      await expect(async () => {
        await page.keyboard.press("g");
        await page.keyboard.press("n");
        await expect(page.getByRole("dialog")).toBeVisible({ timeout: 2_000 });
      }).toPass();
    },
  },
  { name: "duplicates", path: () => "/customers/duplicates" },
  { name: "imports", path: () => "/customers/imports" },
  { name: "people-users", path: () => "/people/users" },
  { name: "people-teams", path: () => "/people/teams" },
  { name: "people-roles", path: () => "/people/roles" },
  { name: "people-role", path: () => "/people/roles/sales", ready: (page) => expect(page.getByRole("radiogroup").first()).toBeVisible() },
  {
    name: "people-person",
    path: ({ person }) => `/people/users/${person}`,
    ready: (page) => expect(page.locator(".sight")).toBeVisible(),
  },
  { name: "people-offboarding", path: () => "/people/offboarding", ready: (page) => expect(page.locator(".empty")).toBeVisible() },
  {
    name: "people-offboarding-new",
    path: ({ person }) => `/people/offboarding/new?user=${person}`,
    ready: (page) => expect(page.locator(".work-counts")).toBeVisible(),
  },
  {
    name: "people-audit",
    path: () => "/people/audit",
    ready: async (page) => {
      await page.locator(".audit-line button").first().click();
      await expect(page.locator(".audit-details")).toBeVisible();
    },
  },
  { name: "settings-me", path: () => "/settings/me" },
  { name: "settings-notifications", path: () => "/settings/notifications" },
  { name: "settings-activities", path: () => "/settings/activities" },
  { name: "settings-devices", path: () => "/settings/devices" },
  { name: "settings-tenant", path: () => "/settings/tenant" },
  { name: "settings-fields", path: () => "/settings/fields" },
  { name: "settings-keys", path: () => "/settings/keys" },
  { name: "settings-rules", path: () => "/settings/rules", ready: (page) => expect(page.locator(".rule").first()).toBeVisible() },
  {
    name: "rule-new",
    path: () => "/settings/rules/new?from=big_deal",
    ready: async (page) => {
      await expect(page.locator(".condition").first()).toBeVisible();
      await expect(page.locator(".preview .count")).toBeVisible();
    },
  },
  {
    name: "rule-runs",
    path: () => "/settings/rules",
    ready: async (page) => {
      await page.locator(".rule .title a").first().click();
      await page.getByRole("link", { name: /Çalışmalar|Runs/ }).click();
      await expect(page.locator(".runs")).toBeVisible();
    },
  },
  { name: "settings-webhooks", path: () => "/settings/webhooks" },
  {
    name: "webhook-new",
    path: () => "/settings/webhooks",
    ready: async (page) => {
      await page.getByRole("button", { name: /Webhook ekle|Add webhook/ }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
];

/** Opens a screen and waits for it to be still: no skeleton, no request, no movement. */
export async function open(page: Page, screen: Screen, seed: Seed): Promise<void> {
  await page.goto(screen.path(seed));
  await heading(page);
  await screen.ready?.(page);
  await expect(page.locator(".skel")).toHaveCount(0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.effect?.getTiming().iterations === Infinity ? null : a.finished)));
}
