// What stories say about a board.
import type { Locator, Page } from "@playwright/test";

export const stage = (page: Page, name: string): Locator => page.getByRole("list", { name, exact: true });
export const card = (page: Page, name: string, at?: string): Locator =>
  (at ? stage(page, at) : page).getByRole("listitem").filter({ hasText: name });
