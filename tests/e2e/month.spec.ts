// The month of the agenda: what is carried to another day by mouse, keys and finger, the day that
// cannot be had, and the month of a team in which most of a day is a number.
import type { Locator, Page } from "@playwright/test";
import { PHONE } from "./crew";
import { expect, PASSWORD, signIn, type Tenant, test } from "./nabiz";

/** Far enough ahead that nobody's clock reaches it. The 2nd of April is a holiday. */
const MONTH = "2031-03";
const at = (day: string, time: string) => `${MONTH}-${day}T${time}:00+03:00`;

const cell = (page: Page, day: string): Locator => page.locator(`[data-cell="${day.length > 2 ? day : `${MONTH}-${day}`}"]`);
const line = (page: Page, name: string, day?: string): Locator =>
  (day ? cell(page, day) : page).locator(".mline[data-entry]").filter({ hasText: name });

async function customer(tenant: Tenant, name: string): Promise<string> {
  return String((await tenant.card("Potansiyel", name)).customer_id);
}
async function users(tenant: Tenant): Promise<Map<string, string>> {
  const { items } = await tenant.get<{ items: { id: string; name: string }[] }>("/users");
  return new Map(items.map((user) => [user.name, user.id]));
}
/** An appointment of an hour; of Ayşe, who books it, where nobody is named. */
async function book(tenant: Tenant, name: string, day: string, time: string, people?: string[]): Promise<string> {
  const starts_at = at(day, time);
  const ends_at = new Date(Date.parse(starts_at) + 3_600_000).toISOString();
  const customer_id = await customer(tenant, name);
  const made = await tenant.command("agenda", "appointment.book", { customer_id, starts_at, ends_at, ...(people ? { people } : {}) });
  return String(made.appointment_id);
}
const everybody = (page: Page, tenant: Tenant) => page.goto(`${tenant.server.base}/agenda?view=month&day=${MONTH}-03&team=all`);

async function carry(page: Page, from: Locator, to: Locator): Promise<void> {
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  if (!a || !b) throw new Error("not on the screen");
  await page.mouse.move(a.x + 30, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(a.x + 40, a.y + a.height / 2 + 6, { steps: 3 });
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 8 });
  await expect(to).toHaveAttribute("data-over", "true");
  await page.mouse.up();
}

test("carried to another day by mouse and by keys, and a colleague sees it at once", async ({ browser, tenant }) => {
  await book(tenant, "Işık Ltd.", "04", "10:00");
  const [ayse, mehmet] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant, await tenant.invite("Mehmet Çelik"))]);
  await everybody(ayse, tenant);
  await everybody(mehmet, tenant);
  await expect(line(mehmet, "Işık", "04")).toBeVisible();
  await carry(ayse, line(ayse, "Işık", "04"), cell(ayse, "12"));
  await expect(line(mehmet, "Işık", "12")).toContainText("10.00");
  await expect(line(mehmet, "Işık")).toHaveCount(1);
  await expect(ayse.getByRole("dialog")).toHaveCount(0);
  await ayse.getByRole("button", { name: "Geri al" }).click();
  await expect(line(mehmet, "Işık", "04")).toContainText("10.00");

  await line(ayse, "Işık").focus();
  await ayse.keyboard.press("m");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowLeft"]) await ayse.keyboard.press(key);
  await expect(cell(ayse, "17")).toHaveAttribute("data-over", "true");
  await expect(cell(ayse, "17").locator(".mshadow")).toContainText("10.00");
  await ayse.keyboard.press("Enter");
  await expect(line(mehmet, "Işık", "17")).toBeVisible();
  await expect(cell(ayse, "17").locator(".mday")).toBeFocused();
  await ayse.keyboard.press("Control+z");
  await expect(line(mehmet, "Işık", "04")).toBeVisible();

  await line(ayse, "Işık").focus();
  for (const key of ["m", "ArrowRight", "Escape"]) await ayse.keyboard.press(key);
  await expect(ayse.locator("[data-over]")).toHaveCount(0);
  await expect(line(ayse, "Işık", "04")).toBeFocused();

  // over the edge of the month, onto a day of the next
  await carry(ayse, line(ayse, "Işık", "04"), cell(ayse, "2031-04-01"));
  await expect(line(mehmet, "Işık", "2031-04-01")).toBeVisible();
});

test("a day that cannot be had says why, and offers what can", async ({ browser, tenant }) => {
  const mehmet = await signIn(browser, tenant, await tenant.invite("Mehmet Çelik"));
  const ids = await users(tenant);
  const his = [ids.get("Mehmet Çelik") ?? ""];
  await book(tenant, "Işık Ltd.", "04", "10:00", his);
  await book(tenant, "Deniz Öz", "06", "10:00", his);
  const ayse = await signIn(browser, tenant);
  await everybody(ayse, tenant);
  await everybody(mehmet, tenant);
  await expect(line(mehmet, "Işık")).toBeVisible();

  await carry(ayse, line(ayse, "Işık"), cell(ayse, "06"));
  const sheet = ayse.getByRole("dialog", { name: "Taşınmadı: Işık Ltd." });
  await expect(sheet.getByText("Bu saat dolu.")).toBeVisible();
  await expect(sheet.getByText(/6 Mar 2031 10\.00/)).toBeVisible();
  await expect(line(ayse, "Işık", "04")).toHaveCount(1);
  const free = sheet.getByRole("group", { name: "İlk boş saatler" }).getByRole("button");
  await expect(free).toHaveCount(3);
  await free.first().click();
  await expect(line(mehmet, "Işık", "06")).toContainText("11.00");

  // Sunday: nobody works; it may be had all the same, and be given back
  await expect(cell(ayse, "09").locator(".mday")).toHaveAccessibleName(/Kapalı/);
  await carry(ayse, line(ayse, "Işık"), cell(ayse, "09"));
  await expect(sheet.getByText("Bu saat çalışma saatlerinin dışında.")).toBeVisible();
  await sheet.getByRole("button", { name: "Yine de taşı" }).click();
  await expect(line(mehmet, "Işık", "09")).toBeVisible();
  await ayse.keyboard.press("Control+z");
  await expect(line(mehmet, "Işık", "06")).toBeVisible();

  // a holiday, and no
  await carry(ayse, line(ayse, "Işık"), cell(ayse, "2031-04-02"));
  await expect(sheet).toBeVisible();
  await sheet.getByRole("button", { name: "Vazgeç" }).click();
  await expect(line(mehmet, "Işık", "06")).toBeVisible();
});

test("what a colleague does meanwhile counts, and who may only look carries nothing", async ({ browser, tenant }) => {
  const id = await book(tenant, "Işık Ltd.", "04", "10:00");
  await tenant.patch("/roles/operations", { permissions: ["boards.view", "customers.view", "agenda.view"] });
  const [ayse, oguz] = await Promise.all([
    signIn(browser, tenant),
    signIn(browser, tenant, await tenant.invite("Oğuz Güneş", "operations")),
  ]);
  await everybody(ayse, tenant);
  await everybody(oguz, tenant);
  await expect(line(oguz, "Işık")).not.toHaveAttribute("data-handle");
  await line(oguz, "Işık").focus();
  for (const key of ["m", "ArrowDown"]) await oguz.keyboard.press(key);
  await expect(oguz.locator("[data-over]")).toHaveCount(0);

  await line(ayse, "Işık").focus();
  for (const key of ["m", "ArrowDown"]) await ayse.keyboard.press(key);
  await expect(cell(ayse, "11")).toHaveAttribute("data-over", "true");
  await tenant.command("agenda", "appointment.move", { appointment: id, starts_at: at("20", "14:00") });
  await expect(line(ayse, "Işık", "20")).toContainText("14.00");
  await expect(ayse.locator("[data-over]")).toHaveCount(0);

  // under the mouse it goes on, and keeps the hour that it has now
  const [a, b] = [await line(ayse, "Işık").boundingBox(), await cell(ayse, "25").boundingBox()];
  if (!a || !b) throw new Error("not on the screen");
  await ayse.mouse.move(a.x + 30, a.y + 8);
  await ayse.mouse.down();
  await ayse.mouse.move(b.x + 60, b.y + 60, { steps: 8 });
  await tenant.command("agenda", "appointment.move", { appointment: id, starts_at: at("20", "15:00") });
  await expect(line(ayse, "Işık", "20")).toContainText("15.00");
  await ayse.mouse.up();
  await expect(line(oguz, "Işık", "25")).toContainText("15.00");
});

test("in the hand a day is chosen below the sheet, and a finger carries from there", async ({ browser, tenant }) => {
  await book(tenant, "Işık Ltd.", "04", "10:00");
  const context = await browser.newContext({ baseURL: tenant.server.base, hasTouch: true, isMobile: true, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(`/sign-in?next=${encodeURIComponent(`/agenda?view=month&day=${MONTH}-03`)}`);
  await page.getByLabel("E-posta").fill(tenant.email);
  await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await expect(cell(page, "04").locator(".mdots i")).toHaveCount(1);
  await cell(page, "04").locator(".mday").tap();
  await expect(page).toHaveURL(/view=month.*2031-03-04|2031-03-04.*view=month/);
  const below = page.getByRole("region", { name: /4 Mart/ });
  await expect(below.locator("[data-entry]")).toContainText("Işık");

  const [a, b] = [await below.locator("[data-entry]").boundingBox(), await cell(page, "13").boundingBox()];
  if (!a || !b) throw new Error("not on the screen");
  const finger = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number, y?: number) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y: y ?? 0 }] });
  const [x, y] = [a.x + 60, a.y + a.height / 2];
  await touch("touchStart", x, y);
  await expect(page.locator("body[data-agenda-drag]")).toBeAttached();
  for (let step = 1; step <= 6; step++) {
    await touch("touchMove", x + ((b.x + b.width / 2 - x) * step) / 6, y + ((b.y + b.height / 2 - y) * step) / 6);
  }
  await expect(below.getByText("→ 13 Mart")).toBeVisible();
  await touch("touchEnd");
  await expect(cell(page, "13").locator(".mdots i")).toHaveCount(1);
  await expect(cell(page, "04").locator(".mdots i")).toHaveCount(0);
  await page.getByRole("button", { name: "Geri al" }).click();
  await expect(below.locator("[data-entry]")).toContainText("Işık");

  await cell(page, "04").locator(".mday").tap();
  await expect(page).toHaveURL(/view=day/);
});

/** Twelve people with four appointments each on every working day: more than a range is read with. */
async function crowd(tenant: Tenant): Promise<string[]> {
  const names = ["Ali", "Burak", "Çağla", "Deniz", "Elif", "Gül", "İpek", "Kemal", "Lale", "Mehmet", "Oya"];
  for (const name of names) await tenant.invite(name);
  const people = [...(await users(tenant)).values()];
  const repeat = { rrule: "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", count: 21 };
  for (const id of people) {
    for (const time of ["09:00", "10:30", "14:00", "16:00"]) {
      const d = { title: `Görüşme ${time}`, starts_at: at("03", time), people: [id], repeat };
      await tenant.command("agenda", "appointment.book", { ...d, ends_at: at("03", time.replace(":00", ":20").replace(":30", ":50")) });
    }
  }
  return people;
}

test("the month of a team names the first of a day and counts the others, live", async ({ browser, tenant }) => {
  const people = await crowd(tenant);
  const page = await signIn(browser, tenant);
  await everybody(page, tenant);
  const more = (day: string) => cell(page, day).locator(".mmore");
  await expect(more("12")).toContainText("+45 randevu");
  await expect(cell(page, "12").locator(".mline")).toHaveCount(3);
  await expect(cell(page, "12").locator(".mday")).toHaveAccessibleName("12 Mart Çarşamba, 48 randevu");
  await expect(cell(page, "15").locator(".mline")).toHaveCount(0);

  // a colleague books: one among those that are only counted, and one before all others
  const made = { title: "Yeni", people: [people[3]] };
  const late = { ...made, starts_at: at("12", "17:00"), ends_at: at("12", "17:30") };
  await tenant.command("agenda", "appointment.book", late);
  await expect(more("12")).toContainText("+46 randevu");
  const early = { ...made, title: "Erken", starts_at: at("12", "08:00"), ends_at: at("12", "08:30"), force_hours: true };
  const { appointment_id } = await tenant.command("agenda", "appointment.book", early);
  await expect(cell(page, "12").locator(".mline").first()).toContainText("Erken");
  await expect(more("12")).toContainText("+47 randevu");

  // carried away it is counted there
  await carry(page, cell(page, "12").locator(".mline").first(), cell(page, "15"));
  await page.getByRole("dialog").getByRole("button", { name: "Yine de taşı" }).click();
  await expect(line(page, "Erken", "15")).toBeVisible();
  await expect(more("12")).toContainText("+46 randevu");
  await tenant.command("agenda", "appointment.cancel", { appointment: appointment_id, reason: "Müşteri istedi" });
  await expect(line(page, "Erken")).toHaveCount(0);

  // by keys into the day and back to where one was
  await cell(page, "11").locator(".mday").focus();
  await page.keyboard.press("ArrowRight");
  for (let tab = 0; tab < 4; tab++) await page.keyboard.press("Tab");
  await expect(more("12")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/view=day/);
  await expect(page.locator(".appt[data-entry]")).toHaveCount(49);
  await page.goBack();
  await expect(more("12")).toContainText("+46 randevu");
  await expect(cell(page, "12").locator(".mday")).toBeFocused();
});
