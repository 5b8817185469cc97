// The agenda: book by drawing, carry and stretch, the taken time that offers others, and what a
// colleague sees of it.
import type { Page } from "@playwright/test";
import { expect, PASSWORD, signIn, type Tenant, test } from "./nabiz";

/** A Monday far enough ahead that nobody's clock reaches it; no holiday. */
const MONDAY = "2031-03-03";
const at = (time: string, day = MONDAY) => `${day}T${time}:00+03:00`;

const item = (page: Page, name: string) => page.locator("[data-entry]").filter({ hasText: name });
const column = (page: Page, name: RegExp | string) => page.getByRole("group", { name });

async function users(tenant: Tenant): Promise<Map<string, string>> {
  const { items } = await tenant.get<{ items: { id: string; name: string }[] }>("/users");
  return new Map(items.map((user) => [user.name, user.id]));
}
async function customer(tenant: Tenant, name: string): Promise<string> {
  return String((await tenant.card("Potansiyel", name)).customer_id);
}
const book = (tenant: Tenant, d: Record<string, unknown>) => tenant.command("agenda", "appointment.book", d);
const open = (page: Page, tenant: Tenant, query: string) => page.goto(`${tenant.server.base}/agenda?${query}`);

/** Where an hour of a column is on the screen; the working day fits on it. */
async function point(page: Page, name: RegExp | string, hour: number): Promise<{ x: number; y: number }> {
  const col = column(page, name);
  // The first look goes to the working hours once they are known.
  await expect(page.locator(".tg[aria-busy=false]")).toBeVisible();
  await col.evaluate((node) => node.closest(".tg")?.scrollTo({ top: 8 * 54 }));
  const box = await col.boundingBox();
  if (!box) throw new Error("no column");
  return { x: box.x + box.width / 2, y: box.y + hour * 54 };
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, (from.y + to.y) / 2 + 3, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

test("a time drawn on a day is booked for a customer, and a colleague sees it at once", async ({ browser, tenant }) => {
  await customer(tenant, "Işık Ltd.");
  const [ayse, mehmet] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant, await tenant.invite("Mehmet Çelik"))]);
  const ids = await users(tenant);
  await open(mehmet, tenant, `view=day&day=${MONDAY}&people=${ids.get("Ayşe Yılmaz")}`);
  await expect(column(mehmet, /Ayşe/)).toBeVisible();
  await open(ayse, tenant, `view=week&day=${MONDAY}`);
  await expect(column(ayse, /3 Mart/)).toBeVisible();
  await drag(ayse, await point(ayse, /3 Mart/, 10), await point(ayse, /3 Mart/, 11.5));

  const sheet = ayse.getByRole("dialog", { name: "Yeni randevu" });
  await expect(sheet.getByLabel("Saat", { exact: true })).toHaveValue("10:00");
  await expect(sheet.getByRole("textbox", { name: "Süre (dk)" })).toHaveValue("90");
  await sheet.getByRole("button", { name: "Randevu al" }).click();
  await expect(sheet.getByText("Bir müşteri seçin.")).toBeVisible();
  await sheet.getByRole("combobox", { name: "Müşteri" }).fill("isik");
  await ayse.getByRole("option", { name: /Işık Ltd/ }).click();
  await sheet.getByLabel("Konu (isteğe bağlı)").fill("Daire gezisi");
  await sheet.getByRole("button", { name: "Randevu al" }).click();
  await expect(sheet).toHaveCount(0);
  await expect(item(ayse, "Işık Ltd.")).toContainText("10.00–11.30");
  await expect(item(mehmet, "Işık Ltd.")).toContainText("Daire gezisi");

  await ayse.getByRole("button", { name: "Geri al" }).click();
  await expect(item(mehmet, "Işık Ltd.")).toHaveCount(0);
});

test("an appointment is carried to a colleague, stretched, and brought back by undo", async ({ browser, tenant }) => {
  await tenant.invite("Mehmet Çelik");
  const ids = await users(tenant);
  const id = await customer(tenant, "Deniz Öz");
  await book(tenant, { customer_id: id, starts_at: at("10:00"), ends_at: at("11:00") });
  const page = await signIn(browser, tenant);
  await open(page, tenant, `view=day&day=${MONDAY}&people=${[...ids.values()].join(",")}`);
  await expect(item(page, "Deniz Öz")).toBeVisible();

  await drag(page, await point(page, /Ayşe/, 10.5), await point(page, /Mehmet/, 14.5));
  await expect(column(page, /Mehmet/).locator("[data-entry]")).toContainText("14.00–15.00");
  await expect(column(page, /Ayşe/).locator("[data-entry]")).toHaveCount(0);

  const end = await point(page, /Mehmet/, 15);
  await drag(page, { x: end.x, y: end.y - 4 }, { x: end.x, y: end.y + 27 });
  await expect(item(page, "Deniz Öz")).toContainText("14.00–15.30");
  await page.keyboard.press("Control+z");
  await expect(item(page, "Deniz Öz")).toContainText("14.00–15.00");
  await page.keyboard.press("Control+z");
  await expect(column(page, /Ayşe/).locator("[data-entry]")).toContainText("10.00–11.00");
});

test("a time that is taken goes back and offers the next three, one of which is taken at once", async ({ browser, tenant }) => {
  const first = await customer(tenant, "Işık Ltd.");
  const second = await customer(tenant, "Deniz Öz");
  await book(tenant, { customer_id: first, starts_at: at("10:00"), ends_at: at("11:00") });
  await book(tenant, { customer_id: second, starts_at: at("14:00"), ends_at: at("15:00") });
  const page = await signIn(browser, tenant);
  await open(page, tenant, `view=day&day=${MONDAY}`);
  await expect(item(page, "Deniz Öz")).toBeVisible();
  await drag(page, await point(page, /Ayşe/, 14.5), await point(page, /Ayşe/, 10.5));

  const sheet = page.getByRole("dialog", { name: /Taşınmadı: Deniz Öz/ });
  const free = sheet.getByRole("group", { name: "İlk boş saatler" }).getByRole("button");
  await expect(free).toHaveCount(3);
  await expect(item(page, "Deniz Öz")).toContainText("14.00–15.00");
  await free.first().click();
  await expect(sheet).toHaveCount(0);
  await expect(item(page, "Deniz Öz")).toContainText("11.00–12.00");

  // Outside the hours it may be had all the same.
  await drag(page, await point(page, /Ayşe/, 11.5), await point(page, /Ayşe/, 20.5));
  await page.getByRole("dialog").getByRole("button", { name: "Yine de taşı" }).click();
  await expect(item(page, "Deniz Öz")).toContainText("20.00–21.00");
});

test("everything by keys: book from a cell, carry, stretch, confirm, cancel with a reason", async ({ browser, tenant }) => {
  const page = await signIn(browser, tenant);
  await open(page, tenant, `view=day&day=${MONDAY}`);
  await expect(column(page, /Ayşe/)).toBeVisible();
  const cell = page.getByRole("button", { name: /Mart.*10\.00–10\.30, boş/ });
  await cell.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Yeni randevu" });
  await expect(sheet.getByLabel("Saat", { exact: true })).toHaveValue("10:30");
  await sheet.getByRole("button", { name: "Müşterisiz" }).click();
  await sheet.getByLabel("Konu", { exact: true }).fill("Haftalık toplantı");
  await sheet.getByRole("textbox", { name: "Süre (dk)" }).fill("60");
  await sheet.getByRole("button", { name: "Randevu al" }).click();
  await expect(sheet).toHaveCount(0);
  const mine = item(page, "Haftalık toplantı");
  await expect(mine).toContainText("10.30–11.30");

  await mine.focus();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(mine).toContainText("11.00–12.00");
  await mine.focus();
  await page.keyboard.press("r");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(mine).toContainText("11.00–12.15");

  await mine.focus();
  await page.keyboard.press("Enter");
  const detail = page.getByRole("dialog", { name: "Haftalık toplantı" });
  await detail.getByRole("button", { name: "Teyit et" }).click();
  await expect(detail.getByText("Teyitli")).toBeVisible();
  await detail.getByRole("button", { name: "İptal et" }).click();
  const why = page.getByRole("dialog", { name: /İptal et: Haftalık/ });
  await why.getByRole("button", { name: "İptal et" }).click();
  await expect(why.getByText("Bir neden yazın.")).toBeVisible();
  await why.getByRole("button", { name: "Müşteri istedi" }).click();
  await why.getByRole("button", { name: "İptal et" }).click();
  await expect(why).toHaveCount(0);
  await expect(detail.getByText("Müşteri istedi")).toBeVisible();
});

test("whose agenda stands in the address; a link to an appointment opens it on its day", async ({ browser, tenant }) => {
  const id = await customer(tenant, "Işık Ltd.");
  const made = await book(tenant, {
    customer_id: id,
    starts_at: at("10:00"),
    ends_at: at("11:00"),
    place: "Örnek daire",
  });
  const page = await signIn(browser, tenant);
  await open(page, tenant, `appointment=${String(made.appointment_id)}`);
  const detail = page.getByRole("dialog", { name: "Işık Ltd." });
  await expect(detail.getByText("Örnek daire")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`day=${MONDAY}`));
  await page.keyboard.press("Escape");
  await expect(detail).toHaveCount(0);
  await expect(page).not.toHaveURL(/appointment=/);

  await page.getByRole("button", { name: /Kimin ajandası/ }).click();
  await page.getByRole("button", { name: "Herkes" }).click();
  await expect(page).toHaveURL(/team=all/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/view=list/);
  await expect(item(page, "Işık Ltd.")).toBeVisible();
  await page.reload();
  await expect(item(page, "Işık Ltd.")).toBeVisible();
});

test("in the hand: a finger that rests carries an appointment; the list opens it in a sheet", async ({ browser, tenant }) => {
  const id = await customer(tenant, "Işık Ltd.");
  await book(tenant, { customer_id: id, starts_at: at("10:00"), ends_at: at("11:00") });
  const context = await browser.newContext({
    baseURL: tenant.server.base,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await page.goto(`/sign-in?next=${encodeURIComponent(`/agenda?day=${MONDAY}`)}`);
  await page.getByLabel("E-posta").fill(tenant.email);
  await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await expect(item(page, "Işık Ltd.")).toBeVisible();

  const from = await point(page, /Ayşe/, 10.5);
  const finger = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
    finger.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: y === undefined ? [] : [{ x: from.x, y }],
    });
  await touch("touchStart", from.y);
  await expect(page.locator("body[data-agenda-drag]")).toBeAttached();
  for (let step = 1; step <= 6; step++) await touch("touchMove", from.y + step * 36);
  await touch("touchEnd");
  await expect(item(page, "Işık Ltd.")).toContainText("14.00–15.00");

  await page.getByRole("button", { name: "Liste" }).click();
  await item(page, "Işık Ltd.").click();
  const sheet = page.getByRole("dialog", { name: "Işık Ltd." });
  await sheet.getByRole("button", { name: "Teyit et" }).click();
  await expect(sheet.getByText("Teyitli")).toBeVisible();
});

test("what is set up is there to be booked: a room, a service, the page for strangers", async ({ browser, tenant }) => {
  const page = await signIn(browser, tenant);
  await page.goto(`${tenant.server.base}/settings/agenda`);
  await page.getByRole("button", { name: "Kaynak ekle" }).click();
  const resource = page.getByRole("dialog", { name: "Kaynak ekle" });
  await resource.getByRole("button", { name: "Kaydet" }).click();
  await expect(resource.getByText("Bu alan gerekli.")).toBeVisible();
  await resource.getByLabel("Ad", { exact: true }).fill("Örnek daire");
  await resource.getByRole("button", { name: "Kaydet" }).click();
  await expect(resource).toHaveCount(0);

  await page.getByRole("button", { name: "Hizmet ekle" }).click();
  const service = page.getByRole("dialog", { name: "Hizmet ekle" });
  await service.getByLabel("Ad", { exact: true }).fill("Daire gezisi");
  await service.getByRole("textbox", { name: "Süre (dk)" }).fill("45");
  await service.getByLabel(/Ücret/).fill("1.500");
  await service.getByText("Çevrimiçi randevuya açık").click();
  await service.getByRole("button", { name: "Kaydet" }).click();
  await expect(service).toHaveCount(0);
  await expect(page.getByText(/45 dk · ₺1\.500/)).toBeVisible();
  await page.getByText("Sayfa açık").click();
  await expect(page.getByText(`/b/${tenant.slug}`)).toBeVisible();

  await open(page, tenant, `view=day&day=${MONDAY}`);
  await expect(column(page, /Ayşe/)).toBeVisible();
  await page.keyboard.press("n");
  const sheet = page.getByRole("dialog", { name: "Yeni randevu" });
  await sheet.getByRole("button", { name: "Hizmet" }).click();
  await page.getByRole("option", { name: /Daire gezisi/ }).click();
  await expect(sheet.getByRole("textbox", { name: "Süre (dk)" })).toHaveValue("45");
});

test("from the customer by one key, and from the menu of a card: the appointment is for them", async ({ browser, tenant }) => {
  const id = await customer(tenant, "Deniz Öz");
  const page = await signIn(browser, tenant);
  await page.locator("[data-card]").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Randevu al" }).click();
  const sheet = page.getByRole("dialog", { name: "Yeni randevu" });
  await expect(sheet.getByText("Deniz Öz")).toBeVisible();
  await sheet.getByRole("button", { name: "Vazgeç" }).click();

  await page.goto(`${tenant.server.base}/customers/${id}`);
  await expect(page.getByRole("heading", { name: "Deniz Öz" }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Randevu al" }).first()).toBeVisible();
  await page.keyboard.press("a");
  await sheet.getByLabel("Gün", { exact: true }).fill(MONDAY);
  await sheet.getByLabel("Saat", { exact: true }).fill("10:00");
  await sheet.getByLabel("Konu (isteğe bağlı)").fill("Sözleşme");
  await sheet.getByRole("button", { name: "Randevu al" }).click();
  await expect(sheet).toHaveCount(0);
  const row = page.getByRole("article", { name: "Sözleşme" });
  await row.getByRole("button").last().click();
  await expect(page.getByRole("dialog", { name: "Deniz Öz" }).getByText("10.00–10.30")).toBeVisible();
});
