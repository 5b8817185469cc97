// Colleagues write to each other, each in a browser of their own.
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./nabiz";

const field = (page: Page) => page.locator(".room-composer textarea");
const bubble = (page: Page, text: string) => page.locator("[data-message]").filter({ hasText: text });
const waiting = (page: Page) => page.locator(".rail").getByText("1 okunmamış konuşma");

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
  await expect(field(page)).toHaveValue("");
}

/** Writes to a colleague from anywhere; the address of their room. */
async function begin(page: Page, name: string): Promise<string> {
  await page.goto("/chat?make=direct");
  await page.getByRole("dialog").getByRole("button", { name }).click();
  await expect(field(page)).toBeVisible();
  return new URL(page.url()).pathname;
}

test("two people write, answer, react, correct and take back, and every device agrees", async ({ browser, tenant }) => {
  const email = await tenant.invite("Elif Şahin");
  const [ayse, elif, pocket] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant, email), signIn(browser, tenant, email)]);

  // A first message, told wherever Elif is.
  const room = await begin(ayse, "Elif Şahin");
  await write(ayse, "Merhaba Elif");
  await expect(waiting(elif)).toBeAttached();
  await expect(waiting(pocket)).toBeAttached();
  await expect(elif.getByText(/Size mesaj yazıldı/).first()).toBeVisible();

  // Read on one device, read on the other; Ayşe sees that it was seen.
  await elif.locator(".rail").getByRole("link", { name: "Mesajlar" }).click();
  await elif.locator(".room-row").filter({ hasText: "Merhaba Elif" }).click();
  await expect(bubble(elif, "Merhaba Elif")).toBeVisible();
  await expect(waiting(elif)).toHaveCount(0);
  await expect(waiting(pocket)).toHaveCount(0);
  await expect(ayse.locator(".seen-line")).toHaveText("Görüldü");

  // Typing shows, and is over with the message.
  await field(elif).pressSequentially("Sel");
  await expect(ayse.getByText("Elif Şahin yazıyor")).toBeVisible();
  await write(elif, "Selam, dosya sende mi? https://nabiz.example/plan");
  await expect(bubble(ayse, "Selam, dosya")).toBeVisible();
  await expect(ayse.getByText("Elif Şahin yazıyor")).toBeHidden();
  await expect(bubble(ayse, "Selam").getByRole("link")).toHaveAttribute("rel", /noopener/);

  // An answer with what it answers; a press on it leads there.
  await bubble(ayse, "Selam, dosya").focus();
  await ayse.keyboard.press("r");
  await write(ayse, "Evet, bende");
  const answer = bubble(elif, "Evet, bende");
  await expect(answer.locator(".quote")).toContainText("Selam, dosya sende mi?");
  await answer.locator(".quote").click();
  await expect(elif.locator(".flash")).toContainText("Selam, dosya");

  // A reaction by keys; the same again takes it back.
  await answer.focus();
  await elif.keyboard.press("+");
  await elif.getByRole("button", { name: "beğeni" }).click();
  const reaction = bubble(ayse, "Evet, bende").getByRole("button", { name: "beğeni: Elif Şahin" });
  await expect(reaction).toBeVisible();
  await reaction.click();
  await expect(answer.getByRole("button", { name: /beğeni/ })).toHaveText(/2/);

  // The last one is corrected with the arrow key.
  await field(ayse).focus();
  await field(ayse).press("ArrowUp");
  await expect(field(ayse)).toHaveValue("Evet, bende");
  await write(ayse, "Evet, yarın getiririm");
  await expect(bubble(elif, "Evet, yarın getiririm")).toContainText("düzenlendi");

  // Taken back, and brought back.
  await bubble(ayse, "Evet, yarın getiririm").focus();
  await ayse.keyboard.press("Delete");
  await expect(bubble(elif, "Mesaj silindi")).toBeVisible();
  await ayse.locator(".toast").filter({ hasText: "Mesaj silindi" }).getByRole("button", { name: "Geri al" }).click();
  await expect(bubble(elif, "Evet, yarın getiririm")).toBeVisible();

  // Unread from here: on every device, and not read again while one stays.
  await bubble(elif, "Evet, yarın getiririm").focus();
  await elif.keyboard.press("u");
  await expect(waiting(pocket)).toBeAttached();
  await pocket.clock.install();
  await pocket.goto(room);
  await expect(pocket.locator(".new")).toHaveText("1 yeni mesaj");
  await expect(waiting(elif)).toHaveCount(0);

  // Marked once more while the other device shows the room, too: it leaves it so, until it is touched.
  await bubble(elif, "Evet, yarın getiririm").focus();
  await elif.keyboard.press("u");
  await expect(waiting(pocket)).toBeAttached();
  await pocket.clock.fastForward(5000);
  // What comes after a mark that this device might have given is here, and no mark came.
  await bubble(ayse, "Evet, yarın getiririm").focus();
  await ayse.keyboard.press("+");
  await ayse.getByRole("button", { name: "kalp" }).click();
  for (const page of [pocket, elif])
    await expect(bubble(page, "Evet, yarın getiririm").getByRole("button", { name: /kalp/ })).toBeVisible();
  await expect(waiting(elif)).toBeAttached();
  await expect(waiting(pocket)).toBeAttached();
  await bubble(pocket, "Evet, yarın getiririm").click();
  await expect(waiting(elif)).toHaveCount(0);
});

test("a correction that is refused keeps its words, in its room, until it is taken", async ({ browser, tenant }) => {
  await tenant.invite("Elif Şahin");
  await tenant.invite("Can Öz");
  const [ayse, pocket] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant)]);
  const other = await begin(ayse, "Can Öz");
  const room = await begin(ayse, "Elif Şahin");
  await write(ayse, "Yarın gelirim");
  await pocket.goto(room);
  await expect(bubble(pocket, "Yarın gelirim")).toBeVisible();

  // Begun on one device, and left for another room.
  await field(ayse).press("ArrowUp");
  await field(ayse).fill("Yarın öğleden sonra gelirim");
  await ayse.goto(other);
  await expect(field(ayse)).toHaveValue("");
  await ayse.goto(room);
  await expect(field(ayse)).toHaveValue("Yarın öğleden sonra gelirim");

  // Meanwhile corrected on the other device, of which this one has not heard.
  await ayse.context().setOffline(true);
  await expect(ayse.locator(".app")).toHaveAttribute("data-state", "offline");
  await field(pocket).press("ArrowUp");
  await write(pocket, "Yarın sabah gelirim");
  await expect(bubble(pocket, "Yarın sabah gelirim")).toContainText("düzenlendi");
  await field(ayse).press("Enter");
  await expect(field(ayse)).toHaveValue("");
  await ayse.context().setOffline(false);
  await expect(field(ayse)).toHaveValue("Yarın öğleden sonra gelirim");
  await expect(bubble(ayse, "Yarın sabah gelirim")).toBeVisible();

  // Given once more, it is of the message as it stands.
  await field(ayse).press("Enter");
  await expect(field(ayse)).toHaveValue("");
  await expect(bubble(pocket, "Yarın öğleden sonra gelirim")).toBeVisible();
});

test("who is taken out of a group and let in again has it whole, without a reload", async ({ browser, tenant }) => {
  const email = await tenant.invite("Elif Şahin");
  const { items } = await tenant.get<{ items: { id: string; email: string }[] }>("/users");
  const user = items.find((each) => each.email === email)?.id ?? "";
  const made = await tenant.command("rooms", "room.create", { kind: "group", name: "Satış ekibi", members: [user] });
  const { id } = made.room as { id: string };
  const topic = `room:${id}`;
  await tenant.command(topic, "message.send", { text: "İlk söz" });
  const elif = await signIn(browser, tenant, email);
  await elif.goto(`/chat/${id}`);
  await expect(bubble(elif, "İlk söz")).toBeVisible();

  await tenant.command(topic, "member.remove", { user });
  await expect(elif.getByText("Bu konuşma yok ya da artık üyesi değilsiniz")).toBeVisible();
  await expect(elif.locator(".room-row")).toHaveCount(0);
  await tenant.command(topic, "message.send", { text: "Sen yokken" });

  await tenant.command(topic, "member.add", { users: [user] });
  await expect(bubble(elif, "Sen yokken")).toBeVisible();
  await expect(elif.locator(".messages").getByText("Eklendi: Siz")).toBeVisible();
  await tenant.command(topic, "message.send", { text: "Hoş geldin" });
  await expect(bubble(elif, "Hoş geldin")).toBeVisible();
  await write(elif, "Buradayım");
  await expect(bubble(elif, "Buradayım").getByRole("img", { name: "Gönderildi" })).toBeVisible();
});

test("a colleague is mentioned in a group, told of it, and finds the message", async ({ browser, tenant }) => {
  const email = await tenant.invite("Elif Şahin");
  const [ayse, elif] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant, email)]);
  await ayse.goto("/chat?make=group");
  const dialog = ayse.getByRole("dialog");
  await dialog.getByLabel("Grubun adı").fill("Satış ekibi");
  await dialog.getByText("Elif Şahin").click();
  await dialog.getByRole("button", { name: "Oluştur" }).click();
  await expect(field(ayse)).toBeVisible();

  await field(ayse).pressSequentially("Bakar mısın @şah");
  await expect(ayse.getByRole("option", { name: "Elif Şahin" })).toBeVisible();
  await field(ayse).press("Enter");
  await expect(field(ayse)).toHaveValue("Bakar mısın @Elif Şahin ");
  await field(ayse).press("Enter");
  await expect(bubble(ayse, "Bakar mısın").locator(".named")).toHaveText("@Elif Şahin");

  const told = elif.locator(".toast").filter({ hasText: "Sizden söz edildi" });
  await expect(told).toContainText("Satış ekibi");
  await told.getByRole("button", { name: "Aç" }).click();
  await expect(bubble(elif, "Bakar mısın").locator(".named.me")).toBeVisible();

  // Found the Turkish way, by the beginning of a word, and gone to.
  await elif.goto("/chat");
  await elif.getByRole("searchbox", { name: "Konuşma ya da mesaj ara" }).fill("MISIN");
  await expect(elif.locator(".hit")).toContainText("Bakar mısın");
  await elif.keyboard.press("ArrowDown");
  await elif.keyboard.press("Enter");
  await expect(elif.locator(".flash")).toContainText("Bakar mısın");
});

test("what is written without a network waits, and everybody has one order in the end", async ({ browser, tenant }) => {
  const email = await tenant.invite("Elif Şahin");
  const [ayse, elif] = await Promise.all([signIn(browser, tenant), signIn(browser, tenant, email)]);
  const room = await begin(ayse, "Elif Şahin");
  await elif.goto(room);
  await expect(field(elif)).toBeVisible();

  await ayse.context().setOffline(true);
  await expect(ayse.locator(".app")).toHaveAttribute("data-state", "offline");
  await write(ayse, "Yolda yazdım");
  await write(ayse, "Bir tane daha");
  await expect(bubble(ayse, "Bir tane daha").getByRole("img", { name: "Gönderiliyor" })).toBeVisible();
  await field(ayse).fill("Yarım kalan");
  await write(elif, "Ben buradayım");

  await ayse.context().setOffline(false);
  await expect(bubble(elif, "Bir tane daha")).toBeVisible();
  await expect(bubble(ayse, "Bir tane daha").getByRole("img", { name: "Gönderiliyor" })).toHaveCount(0);
  await expect(bubble(ayse, "Ben buradayım")).toBeVisible();
  const words = (page: Page) => page.locator("[data-message] .words").allTextContents();
  const order = ["Ben buradayım", "Yolda yazdım", "Bir tane daha"];
  expect(await words(elif)).toEqual(order);
  await expect.poll(() => words(ayse)).toEqual(order);

  // What is not sent is kept over a reload.
  await ayse.reload();
  await expect(field(ayse)).toHaveValue("Yarım kalan");
});

test("older messages come above without moving what is read, and the first one is reached", async ({ browser, tenant }) => {
  const made = await tenant.command("rooms", "room.create", { kind: "channel", name: "genel" });
  const { id } = made.room as { id: string };
  for (let n = 1; n <= 130; n++) {
    const text = n % 7 === 0 ? `${n} numaralı, iki satıra taşan bir ileti. `.repeat(6) : `${n} numaralı ileti`;
    await tenant.command(`room:${id}`, "message.send", { text });
  }
  const page = await signIn(browser, tenant);
  await page.goto(`/chat/${id}`);
  await expect(bubble(page, "130 numaralı ileti")).toBeVisible();
  const box = page.locator(".messages");

  // Near the first one that is there: where does the one in the middle of the screen stand?
  const height = () => box.evaluate((each) => each.scrollHeight);
  const before = await height();
  await box.hover();
  await box.evaluate((each) => each.scrollTo({ top: 500 }));
  const held = await box.evaluate((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    const inside = [...each.querySelectorAll<HTMLElement>("[data-n]")].filter((one) => one.getBoundingClientRect().top > (top + bottom) / 2 - 60);
    const first = inside.sort((a, b) => Number(a.dataset.n) - Number(b.dataset.n))[0];
    return { n: first?.dataset.n ?? "", top: first?.getBoundingClientRect().top ?? 0 };
  });
  await expect.poll(height).toBeGreaterThan(before + 1000);
  const after = await box.locator(`[data-n="${held.n}"]`).evaluate((each) => each.getBoundingClientRect().top);
  expect(Math.abs(after - held.top)).toBeLessThan(30);

  // A hit far above is gone to; the arrow leads back to the end.
  await page.goto(`/chat/${id}?at=3`);
  await expect(page.locator('[data-n="3"]')).toBeInViewport();
  await expect(page.getByText("Konuşma burada başlıyor")).toBeAttached();
  await page.getByRole("button", { name: "En yeni mesaja git" }).click();
  await expect(bubble(page, "130 numaralı ileti")).toBeInViewport();
});
