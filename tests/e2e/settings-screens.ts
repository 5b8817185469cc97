// The screens of the settings; see screens.ts.
import type { Page } from "@playwright/test";
import { expect } from "./nabiz";
import type { Screen, Seed } from "./screens";

export const settings: readonly Screen[] = [
  { name: "settings-me", path: () => "/settings/me" },
  { name: "settings-notifications", path: () => "/settings/notifications" },
  { name: "settings-activities", path: () => "/settings/activities" },
  { name: "settings-agenda", path: () => "/settings/agenda", ready: (page) => expect(page.getByText("Örnek daire").filter({ visible: true }).first()).toBeVisible() },
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
  // the account that nobody claims comes last
  { name: "settings-channels", path: () => "/settings/channels", ready: (page) => expect(page.getByText("200300400500777")).toBeVisible() },
  { name: "channels-connection", path: ({ connection }) => `/settings/channels/${connection}`, ready: (page) => expect(page.locator(".channel-note")).toBeVisible() },
  ...(["connection", "channel"] as const).map((what) => ({
    name: `channels-new-${what}`,
    path: ({ connection }: Seed) => (what === "channel" ? `/settings/channels/${connection}` : "/settings/channels"),
    ready: async (page: Page) => {
      await expect(page.getByText("200300400500777")).toBeVisible();
      await page.keyboard.press("n");
      await page.getByRole("dialog").locator(".btn.p").click();
      await expect(page.locator(".ferr").first()).toBeVisible();
    },
  })),
  {
    name: "channels-ledger",
    path: () => "/settings/channels/ledger",
    ready: async (page) => {
      await page.locator(".entry .fold").first().click();
      await expect(page.locator(".entry .raw")).toBeVisible();
    },
  },
  { name: "channels-payloads", path: () => "/settings/channels/ledger?list=payloads", ready: (page) => expect(page.locator(".payload").first()).toBeVisible() },
  { name: "channels-payload", path: ({ payload }) => `/settings/channels/ledger?payload=${payload}`, ready: (page) => expect(page.locator(".raw").first()).toBeVisible() },
];
