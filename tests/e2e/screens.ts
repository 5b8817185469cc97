// Every screen of the app, and what must be on it before it is looked at. A new screen adds its line.
import type { Page } from "@playwright/test";
import { claimed, connected, read, text } from "./meta";
import { expect, type Tenant } from "./nabiz";
import { settings } from "./settings-screens";

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
  /** Of the tenant, whose booking page is open. */
  slug: string;
  /** Of an appointment that a stranger booked. */
  token: string;
  /** What was done to many. */
  bulk: string;
  /** A group in which something was said. */
  room: string;
  /** A connection to Meta, with channels, and what came by it. */
  connection: string;
  /** What came and could not be read. */
  payload: string;
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
  await agenda(tenant, customer);
  const person = items.find((each) => each.email === email)?.id ?? "";
  return {
    board: tenant.board,
    customer,
    person,
    slug: tenant.slug,
    token: await booked(tenant),
    bulk: await worked(tenant),
    room: await talked(tenant, person),
    ...(await written(tenant)),
  };
}

/** Channels in each state, an account that nobody claims, and a payload that is none. */
async function written(tenant: Tenant): Promise<{ connection: string; payload: string }> {
  const app = await connected(tenant);
  await claimed(tenant, app, "200300400500600", { name: "Satış hattı", silent_hours: 4 });
  await claimed(tenant, app, "17840000000000001", { kind: "instagram", name: "Zeytin Emlak", state: "reconnect" });
  await claimed(tenant, app, "300400500600", { kind: "messenger", name: "Zeytin Emlak sayfası", state: "paused" });
  await app.send(text("200300400500600", "Deniz Örnek", "wamid.A", "Merhaba, Vadi Cad. 12 hâlâ satılık mı?"));
  await app.send(text("200300400500777", "Işıl Çağlayan", "wamid.B", "Fiyatı öğrenebilir miyim?"));
  await app.send("<p>bozuk</p>");
  await read(tenant, 2);
  const { items } = await tenant.get<{ items: { id: string }[] }>("/channels/hooks");
  return { connection: app.id, payload: items[0]?.id ?? "" };
}

/** Something done to many, and a view of everybody's. */
async function worked(tenant: Tenant): Promise<string> {
  const view = { screen: "customers", name: "Yatırımcılar", query: { tag: ["Yatırımcı"] } };
  await tenant.command("tenant", "view.save", view);
  const action = { do: "tag", add: ["Fuar"] };
  const { bulk_id } = await tenant.command("tenant", "bulk.start", { filter: {}, action });
  return String(bulk_id);
}

/** A group with something said in it, and a channel that nobody has joined. */
async function talked(tenant: Tenant, person: string): Promise<string> {
  const made = await tenant.command("rooms", "room.create", { kind: "group", name: "Satış ekibi", purpose: "Günün işleri", members: [person] });
  const { id } = made.room as { id: string };
  const send = (d: Record<string, unknown>) => tenant.command(`room:${id}`, "message.send", d);
  await send({ text: "Günaydın, bugün 14.30 gezisini kim alıyor?" });
  const { message } = (await send({ text: "@Mehmet Çelik adres https://nabiz.example/konum", mentions: [person] })) as { message: { id: string } };
  await send({ text: "Sen alırsan takvime yazıyorum.", reply_to: message.id });
  await tenant.command(`room:${id}`, "message.react", { message: message.id, emoji: "👍", on: true });
  const channel = await tenant.command("rooms", "room.create", { kind: "channel", name: "duyurular" });
  await tenant.command(`room:${(channel.room as { id: string }).id}`, "member.add", { users: [person] });
  await tenant.command(`room:${(channel.room as { id: string }).id}`, "room.leave", {});
  return id;
}

/** An open booking page, and what a stranger booked there. */
async function booked(tenant: Tenant): Promise<string> {
  const settings = { public: true, intro: "Uygun zamanı seçin.", place: "Vadi Cad. 12", notice_minutes: 60 };
  await tenant.command("agenda", "booking.settings", settings);
  const { service_id: service } = await tenant.command("agenda", "service.create", { name: "Tanışma", minutes: 30, public: true });
  const page = `/public/booking/${tenant.slug}`;
  const from = new Date().toISOString();
  const { items } = await tenant.get<{ items: { starts_at: string }[] }>(`${page}/slots?service=${service}&from=${from}&days=14`);
  const starts_at = items[0]?.starts_at;
  const made = await tenant.post(page, { service, starts_at, name: "Işıl Çağlayan", phone: "05321112299", consent: true });
  return String(made.token);
}

/** A Monday that no clock reaches: a room, a service, somebody's time off, a series. */
const MONDAY = "2031-03-03";
const at = (time: string, day = MONDAY) => `${day}T${time}:00+03:00`;

async function agenda(tenant: Tenant, customer: string): Promise<void> {
  const send = (op: string, d: Record<string, unknown>) => tenant.command("agenda", op, d);
  const { resource_id } = await send("resource.create", { name: "Örnek daire", kind: "room" });
  const { service_id } = await send("service.create", { name: "Daire gezisi", minutes: 60, price: { minor: 150_000, currency: "TRY" } });
  await send("time_off.add", { of: "tenant", starts_at: at("15:00"), ends_at: at("17:00"), reason: "Eğitim" });
  const room = { resources: [String(resource_id)], service_id };
  const visit = await send("appointment.book", { customer_id: customer, ...room, starts_at: at("10:00"), note: "Eşiyle gelecek." });
  await send("appointment.confirm", { appointment: visit.appointment_id });
  const repeat = { rrule: "FREQ=WEEKLY", count: 4 };
  await send("appointment.book", { title: "Ekip toplantısı", starts_at: at("09:00"), ends_at: at("09:30"), repeat });
  const guest = { name: "Yeliz Iğdır", phone: "+905321112299" };
  const made = await send("appointment.book", { guest, starts_at: at("13:30"), ends_at: at("14:00") });
  await send("appointment.no_show", { appointment: made.appointment_id });
}

const appointment = (page: Page) => expect(page.locator("[data-entry]").first()).toBeVisible();

const said = (page: Page) => expect(page.locator("[data-message]").last()).toBeVisible();
const heading = (page: Page) => expect(page.locator("h1").first()).toBeAttached();
const bookingTimes = async (page: Page) => {
  await page.locator(".bk-option").first().click();
  await page.locator(".bk-go").click();
  await expect(page.locator(".bk-time").first()).toBeVisible();
};
const board = (page: Page) => expect(page.locator("[data-card]").first()).toBeVisible();

export const screens: readonly Screen[] = [
  { name: "sign-in", path: () => "/sign-in", guest: true },
  { name: "sign-up", path: () => "/sign-up", guest: true },
  { name: "forgot", path: () => "/forgot-password", guest: true },
  { name: "reset", path: () => "/reset-password#token=x", guest: true },
  { name: "invitation", path: () => "/invitation#token=x", guest: true },
  { name: "booking", path: ({ slug }) => `/b/${slug}`, guest: true, ready: (page) => expect(page.locator(".bk-option").first()).toBeVisible() },
  { name: "booking-times", path: ({ slug }) => `/b/${slug}`, guest: true, ready: bookingTimes },
  {
    name: "booking-details",
    path: ({ slug }) => `/b/${slug}`,
    guest: true,
    ready: async (page) => {
      await bookingTimes(page);
      await page.locator(".bk-time").first().click();
      await page.locator(".bk-go").click();
      await page.locator("form .bk-go").click();
      await expect(page.locator(".ferr").first()).toBeVisible();
    },
  },
  {
    name: "appointment",
    path: ({ token }) => `/b/appointment#token=${token}`,
    guest: true,
    ready: async (page) => {
      await page.locator(".bk-acts .btn").first().click();
      await expect(page.locator(".bk-time").first()).toBeVisible();
    },
  },
  { name: "booking-closed", path: () => "/b/yok-boyle-bir-yer", guest: true },
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
  ...(["day", "week", "month", "list"] as const).map((view) => ({
    name: `agenda-${view}`,
    path: () => `/agenda?view=${view}&day=${MONDAY}`,
    // A month is dots on a phone.
    ready: (page: Page) => (view === "month" ? expect(page.locator("[data-day]").first()).toBeVisible() : appointment(page)),
  })),
  {
    name: "agenda-detail",
    path: () => `/agenda?view=day&day=${MONDAY}`,
    ready: async (page) => {
      await appointment(page);
      await page.locator("[data-entry]").filter({ hasText: /10[.:]00/ }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "agenda-booking",
    path: () => `/agenda?view=day&day=${MONDAY}`,
    ready: async (page) => {
      await appointment(page);
      await page.keyboard.press("n");
      await expect(page.getByRole("dialog").getByText(/Boş saatler|Free times/)).toBeVisible();
    },
  },
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
  {
    name: "customers-views",
    path: () => `/customers?tag=${encodeURIComponent(JSON.stringify(["Yatırımcı"]))}`,
    ready: async (page) => {
      await page.locator(".view-btn").click();
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "customers-bulk",
    path: () => "/customers",
    ready: async (page) => {
      // a phone has no boxes: its menu chooses the first
      const isDesk = (page.viewportSize()?.width ?? 0) > 640;
      if (isDesk) await page.locator("thead input[type=checkbox]").click({ force: true });
      else {
        await expect(page.locator(".cust-card").first()).toBeVisible();
        await page.locator(".topbar .btn:has(.lucide-ellipsis)").click();
        await page.locator("[role=menuitem]:has(.lucide-square-check)").click();
      }
      await page.locator(".bulk .btn:has(.lucide-arrow-right-left)").click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "chat", path: () => "/chat", ready: (page) => expect(page.locator(".room-row").first()).toBeVisible() },
  { name: "chat-room", path: ({ room }) => `/chat/${room}`, ready: said },
  {
    name: "chat-menu",
    path: ({ room }) => `/chat/${room}`,
    ready: async (page) => {
      await said(page);
      await page.locator("[data-message]").last().press("Enter");
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "chat-mention",
    path: ({ room }) => `/chat/${room}`,
    ready: async (page) => {
      await said(page);
      await page.locator(".room-composer textarea").fill("@");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
  ...(["people", "search"] as const).map((side) => ({
    name: `chat-${side}`,
    path: ({ room }: Seed) => `/chat/${room}?side=${side}`,
    ready: async (page: Page) => {
      const panel = page.locator(".room-side, .sheet");
      await expect(panel.first()).toBeVisible();
      if (side === "search") await panel.getByRole("searchbox").fill("takvim");
      await expect(panel.locator(side === "search" ? ".hit" : ".member-rows > li").first()).toBeVisible();
    },
  })),
  ...(["direct", "channel", "browse"] as const).map((make) => ({
    name: `chat-${make}`,
    path: () => `/chat?make=${make}`,
    ready: async (page: Page) => {
      await expect(page.getByRole("dialog")).toBeVisible();
      await expect(page.locator(make === "browse" ? ".browse-line" : ".choice-one").first()).toBeVisible();
    },
  })),
  { name: "bulks", path: () => "/customers/bulk", ready: (page) => expect(page.locator(".bulk-row").first()).toBeVisible() },
  { name: "bulk", path: ({ bulk }) => `/customers/bulk/${bulk}`, ready: (page) => expect(page.locator(".bulk-head")).toBeVisible() },
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
  ...settings,
];

/** Opens a screen and waits for it to be still: no skeleton, no request, no movement. */
export async function open(page: Page, screen: Screen, seed: Seed): Promise<void> {
  await page.goto(screen.path(seed));
  await heading(page);
  await screen.ready?.(page);
  await expect(page.locator(".skel")).toHaveCount(0);
  // What is still being read is dimmed.
  await expect(page.locator("[data-loading]")).toHaveCount(0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.effect?.getTiming().iterations === Infinity ? null : a.finished)));
}
