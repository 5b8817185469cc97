// The public pages: a stranger on a phone books, moves and cancels; somebody else takes the time first.
import type { Browser, Page } from "@playwright/test";
import { expect, type Server, signIn, type Tenant, test } from "./nabiz";

const PHONE = { width: 390, height: 844 };
const DAY = 86_400_000;

/** Somebody without an account. */
async function stranger(browser: Browser, server: Server, options: { locale?: string; timezoneId?: string } = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: server.base,
    viewport: PHONE,
    hasTouch: true,
    locale: "tr-TR",
    ...options,
  });
  return context.newPage();
}

/** A page with two services; everybody works every day, so that the story runs on a Sunday too. */
async function open(tenant: Tenant, settings: Record<string, unknown> = {}): Promise<{ service: string }> {
  const day = [{ from: "09:00", to: "18:00" }];
  await tenant.command("agenda", "hours.set", { of: "tenant", week: Array.from({ length: 7 }, () => day) });
  await tenant.command("agenda", "booking.settings", {
    public: true,
    holidays: false,
    notice_minutes: 60,
    place: "Vadi Cad. 12, Çankaya",
    intro: "Örnek dairemizi gezmek için uygun zamanı seçin.",
    ...settings,
  });
  const made = await tenant.command("agenda", "service.create", { name: "Örnek daire gezisi", minutes: 60, public: true });
  await tenant.command("agenda", "service.create", { name: "Tanışma görüşmesi", minutes: 30, public: true, price: { minor: 75_000, currency: "TRY" } });
  return { service: String(made.service_id) };
}

const step = (page: Page, name: string) => page.getByRole("heading", { name });
const times = (page: Page) => page.getByRole("group", { name: "Saat" }).getByRole("radio");

/** Days can be chosen once it is known what is free on them. */
async function day(page: Page, n: number, name = "Gün"): Promise<void> {
  const radio = page.getByRole("group", { name }).getByRole("radio").nth(n);
  await expect(radio).toBeEnabled();
  await radio.check({ force: true });
}

/** To the second step, on the day after tomorrow: whole whatever the hour is now. */
async function toTimes(page: Page, slug: string): Promise<void> {
  await page.goto(`/b/${slug}`);
  await page.getByRole("radio", { name: /Örnek daire gezisi/ }).check({ force: true });
  await page.getByRole("button", { name: "Devam" }).click();
  await expect(step(page, "Gün ve saat seçin")).toBeFocused();
  await day(page, 2);
}

async function fill(page: Page, name: string): Promise<void> {
  await page.getByLabel("Ad soyad").fill(name);
  await page.getByLabel("Telefon").fill("0532 111 22 33");
  await page.getByRole("checkbox").check({ force: true });
}

test("a stranger books, moves and cancels by the link", async ({ browser, server, tenant }) => {
  await open(tenant);
  const page = await stranger(browser, server);
  const heavy: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/\/ws$|\/me$|\/auth\/|sw\.js/.test(pathname)) heavy.push(pathname);
  });
  await toTimes(page, tenant.slug);
  const first = times(page).first();
  const clock = await first.getAttribute("value");
  await first.check({ force: true });
  await page.getByRole("button", { name: "Devam" }).click();

  // what is missing is said at its field, and nothing is sent
  await page.getByRole("button", { name: "Randevuyu al" }).click();
  await expect(page.getByLabel("Ad soyad")).toBeFocused();
  await expect(page.getByText("Telefon ya da e-posta yazın.")).toBeVisible();

  await fill(page, "Işıl Çağlayan");
  await page.getByLabel("E-posta").fill("isil@ornek.example");
  // two presses are one appointment
  await page.getByRole("button", { name: "Randevuyu al" }).dblclick();
  await expect(step(page, "Randevunuz alındı")).toBeFocused();
  await expect(page).toHaveURL(/\/b\/appointment#token=/);
  const agenda = await tenant.get<{ items: { starts_at: string; guest: { name: string } }[] }>(
    `/agenda?from=${new Date().toISOString()}&to=${new Date(Date.now() + 10 * DAY).toISOString()}`,
  );
  expect(agenda.items.map(({ starts_at, guest }) => [starts_at, guest.name])).toEqual([[clock, "Işıl Çağlayan"]]);
  expect(heavy).toEqual([]);

  // the link of the mail is the same page
  const link = await server.linkTo("isil@ornek.example", "b/appointment");
  const later = await stranger(browser, server);
  await later.goto(link);
  await expect(step(later, "Randevunuz var")).toBeVisible();
  await later.getByRole("button", { name: "Taşı" }).click();
  await expect(step(later, "Yeni gün ve saat")).toBeFocused();
  await day(later, 3);
  // by the keyboard this once
  await times(later).last().press("Space");
  await later.getByRole("button", { name: "Bu saate taşı" }).click();
  await expect(later.getByText(/Randevunuz taşındı:/)).toBeVisible();

  await later.getByRole("button", { name: "İptal et" }).click();
  await later.getByLabel(/Neden/).fill("Şehir dışındayım");
  await later.getByRole("button", { name: "Randevuyu iptal et" }).click();
  await expect(step(later, "Randevu iptal edildi")).toBeVisible();
  await expect(later.getByRole("button", { name: "Taşı" })).toHaveCount(0);
  await later.getByRole("link", { name: "Yeni randevu al" }).click();
  await expect(step(later, "Hizmet seçin")).toBeVisible();
});

test("a time that somebody else took is not booked twice, and the next ones are offered", async ({ browser, server, tenant }) => {
  await open(tenant);
  const page = await stranger(browser, server);
  await toTimes(page, tenant.slug);
  const slot = times(page).nth(4);
  const starts_at = (await slot.getAttribute("value")) ?? "";
  await slot.check({ force: true });
  await page.getByRole("button", { name: "Devam" }).click();
  await fill(page, "Deniz Öz");

  const me = await tenant.get<{ user: { id: string } }>("/me");
  const ends_at = new Date(Date.parse(starts_at) + 3_600_000).toISOString();
  await tenant.command("agenda", "appointment.book", { title: "Toplantı", starts_at, ends_at, people: [me.user.id] });

  await page.getByRole("button", { name: "Randevuyu al" }).click();
  const offers = page.getByRole("group", { name: "Yakın boş saatler:" });
  await expect(offers.getByRole("button")).toHaveCount(3);
  await expect(page.getByRole("button", { name: "Randevuyu al" })).toBeDisabled();
  await offers.getByRole("button").first().click();
  await expect(page.getByLabel("Ad soyad")).toHaveValue("Deniz Öz");
  await page.getByRole("button", { name: "Randevuyu al" }).click();
  await expect(step(page, "Randevunuz alındı")).toBeVisible();
});

test("a time that goes while it is looked at is said, and another is at hand", async ({ browser, server, tenant }) => {
  await open(tenant);
  const page = await stranger(browser, server);
  await page.clock.install();
  await toTimes(page, tenant.slug);
  const slot = times(page).nth(4);
  const starts_at = (await slot.getAttribute("value")) ?? "";
  await slot.check({ force: true });
  const me = await tenant.get<{ user: { id: string } }>("/me");
  const ends_at = new Date(Date.parse(starts_at) + 3_600_000).toISOString();
  await tenant.command("agenda", "appointment.book", { title: "Toplantı", starts_at, ends_at, people: [me.user.id] });
  await page.clock.fastForward(61_000);
  await expect(page.getByText(/az önce doldu/)).toBeVisible();
  await page.getByRole("group", { name: "Yakın boş saatler:" }).getByRole("button").first().click();
  await expect(page.getByText(/az önce doldu/)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Devam" })).toBeEnabled();
});

test("another clock and another language", async ({ browser, server, tenant }) => {
  await open(tenant);
  const page = await stranger(browser, server, { locale: "en-GB", timezoneId: "Europe/Berlin" });
  await page.goto(`/b/${tenant.slug}`);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("radio", { name: /Örnek daire gezisi/ }).check({ force: true });
  await page.getByRole("button", { name: "Continue" }).click();
  await day(page, 2, "Day");
  await page.getByRole("group", { name: "Time" }).getByRole("radio").first().check({ force: true });
  await expect(page.getByText(/Istanbul \(GMT\+3\)\. Your device: Berlin/)).toBeVisible();
  await expect(page.getByText(/on your clock/)).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("nothing free for weeks: the first free day is found", async ({ browser, server, tenant }) => {
  await open(tenant, { horizon_days: 60 });
  const from = new Date(Date.now() - DAY).toISOString();
  const to = new Date(Date.now() + 20 * DAY).toISOString();
  await tenant.command("agenda", "time_off.add", { of: "tenant", starts_at: from, ends_at: to, reason: "Tadilat" });
  const page = await stranger(browser, server);
  await page.goto(`/b/${tenant.slug}`);
  await page.getByRole("radio", { name: /Örnek daire gezisi/ }).check({ force: true });
  await page.getByRole("button", { name: "Devam" }).click();
  await expect(times(page).first()).toBeAttached();
  await page.getByRole("button", { name: "Önceki günler" }).click();
  await expect(page.getByText("Bu günlerde boş saat yok.")).toBeVisible();
  await page.getByRole("button", { name: /İlk boş gün/ }).click();
  await expect(times(page).first()).toBeAttached();
});

test("a page that is closed or unknown says so, also to colleagues with the app's worker", async ({ browser, server, tenant }) => {
  const page = await stranger(browser, server);
  for (const slug of [tenant.slug, "yok-boyle-bir-yer"]) {
    await page.goto(`/b/${slug}`);
    await expect(page.getByRole("heading", { name: "Bu sayfa yok" })).toBeVisible();
  }
  await page.goto("/b/appointment#token=eksik");
  await expect(page.getByRole("heading", { name: "Bu bağlantı açılmıyor" })).toBeVisible();

  const mine = await signIn(browser, tenant);
  await mine.waitForFunction(() => navigator.serviceWorker.ready.then(Boolean));
  await open(tenant);
  await mine.goto(`/b/${tenant.slug}`);
  await expect(mine.getByRole("heading", { name: "Hizmet seçin" })).toBeVisible();
});

test("without a network the page says so, and one booking comes of two tries", async ({ browser, server, tenant }) => {
  await open(tenant);
  const page = await stranger(browser, server);
  await toTimes(page, tenant.slug);
  await times(page).first().check({ force: true });
  await page.getByRole("button", { name: "Devam" }).click();
  await fill(page, "Çağrı Güneş");
  // the booking arrives, its answer does not
  let lost = true;
  await page.route("**/api/v1/public/booking/*", async (route) => {
    if (route.request().method() !== "POST" || !lost) return route.continue();
    lost = false;
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Randevuyu al" }).click();
  await expect(page.getByText("Bağlantı kurulamadı. Yeniden deneyin.")).toBeVisible();
  await page.getByRole("button", { name: "Randevuyu al" }).click();
  await expect(step(page, "Randevunuz alındı")).toBeVisible();
  const agenda = await tenant.get<{ items: unknown[] }>(
    `/agenda?from=${new Date().toISOString()}&to=${new Date(Date.now() + 10 * DAY).toISOString()}`,
  );
  expect(agenda.items).toHaveLength(1);
  await page.context().setOffline(true);
  await expect(page.getByText(/Bağlantı yok/)).toBeVisible();
});
