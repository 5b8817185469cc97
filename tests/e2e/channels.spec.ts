// Channels: a connection to Meta whose token is shown once, accounts claimed with one press, what comes
// in seen live by a colleague, payloads read again, and what may not be removed.
import { appAt, claimed, connected, read, text } from "./meta";
import { expect, signIn, test } from "./nabiz";

test("a connection is made, a message comes, its account is claimed, and a colleague sees it", async ({ browser, tenant }) => {
  const colleague = await signIn(browser, tenant, await tenant.invite("Mehmet Kaya", "admin"));
  await colleague.goto("/settings/channels/ledger");
  await expect(colleague.getByText("Henüz bir şey gelmedi")).toBeVisible();

  const page = await signIn(browser, tenant);
  await page.goto("/settings/channels");
  await expect(page.getByText("Henüz bağlantı yok")).toBeVisible();
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Ad", { exact: true }).fill("Ana uygulama");
  await dialog.getByLabel("Uygulama gizli anahtarı (App secret)", { exact: true }).fill("iki kelime");
  await dialog.getByRole("button", { name: "Bağlan" }).click();
  await expect(dialog.getByText(/boşluk ve Türkçe harf olmaz/)).toBeVisible();
  await dialog.getByLabel("Uygulama gizli anahtarı (App secret)", { exact: true }).fill("kanarya-app-secret-1");
  await dialog.getByRole("button", { name: "Bağlan" }).click();

  const shown = page.getByRole("dialog", { name: "Bağlantı hazır: Ana uygulama" });
  await expect(shown.locator("code")).toHaveCount(2);
  const [door = "", token = ""] = await shown.locator("code").allInnerTexts();
  expect(door).toContain("/hooks/meta/");
  expect(token).toMatch(/^[\w-]{32}$/);
  const shake = `${tenant.server.base}${new URL(door).pathname}?hub.mode=subscribe&hub.challenge=1158&hub.verify_token=${token}`;
  expect(await (await fetch(shake)).text()).toBe("1158");
  await shown.getByRole("button", { name: "Tamam" }).click();
  await expect(page.getByRole("heading", { name: "Ana uygulama" })).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);

  const app = appAt(tenant, door);
  expect(await app.send(text("200300400500600", "Deniz Örnek", "wamid.A", "Merhaba ş"))).toBe(200);
  const entry = colleague.getByRole("listitem").filter({ hasText: "Deniz Örnek" });
  await expect(entry).toContainText("Merhaba ş");
  await expect(entry).toContainText("Üstlenilmemiş");

  await page.getByRole("button", { name: "Üstlen: WhatsApp 200300400500600" }).click();
  const channel = page.getByRole("listitem").filter({ hasText: "WhatsApp 0600" });
  await expect(channel).toContainText("Açık");
  await expect(channel).toContainText("Son gelen: az önce");
  await expect(page.getByRole("heading", { name: "Üstlenilmemiş hesaplar" })).toHaveCount(0);
  await expect(entry).not.toContainText("Üstlenilmemiş");
  await expect(entry).toContainText("WhatsApp 0600");

  // as it was read, and as it came
  await entry.getByRole("button", { name: /Mesaj/ }).click();
  await expect(entry.getByText("message:wamid.A")).toBeVisible();
  await entry.getByRole("link", { name: "Ham paketi aç" }).click();
  await expect(colleague.getByText('"phone_number_id": "200300400500600"')).toBeVisible();
  await colleague.getByRole("button", { name: "Yeniden oku" }).click();
  await expect(colleague.getByText("Yeniden okundu: 1 kayıt")).toBeVisible();
});

test("what cannot be read is kept, drawn as text, and tried again", async ({ browser, tenant }) => {
  const app = await connected(tenant);
  const odd = '<img src=x onerror="document.title=\'bozuk\'">';
  expect(await app.send(odd)).toBe(200);
  const page = await signIn(browser, tenant);
  await page.goto("/settings/channels/ledger?list=payloads");
  const row = page.getByRole("listitem").filter({ hasText: "Okunamadı" });
  await expect(row).toContainText("Ana uygulama");
  await page.getByRole("button", { name: "Okundu" }).click();
  await expect(page.getByText("Bu durumda paket yok")).toBeVisible();
  await page.getByRole("button", { name: "Tümünü göster" }).click();
  await row.getByRole("link").click();
  await expect(page.getByText(odd)).toBeVisible();
  expect(await page.title()).not.toContain("bozuk");
  await page.getByRole("button", { name: "Yeniden oku" }).click();
  await expect(page.getByText("Yine okunamadı")).toBeVisible();
  await page.reload();
  await expect(page.getByText(odd)).toBeVisible();
});

test("paused and undone, changed by two, reconnected, and removed in order", async ({ browser, tenant }) => {
  const app = await connected(tenant);
  const id = await claimed(tenant, app, "2001", { silent_hours: 4 });
  const page = await signIn(browser, tenant);
  // what a notice leads to: the channel among its connection's
  await page.goto(`/settings/channels/${id}`);
  const channel = page.getByRole("listitem").filter({ hasText: "Hat 2001" });
  await expect(channel).toContainText("Uyarı: 4 saat sessizlikte");
  const act = async (name: string) => {
    await channel.getByRole("button", { name: "Diğer işlemler: Hat 2001" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await act("Duraklat");
  await expect(channel).toContainText("Duraklatıldı");
  await page.getByRole("button", { name: "Geri al" }).click();
  await expect(channel).toContainText("Açık");

  await act("Düzenle");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Sessizlik uyarısı (saat)").fill("1000");
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await expect(dialog.getByText(/0 ile 720 arasında/)).toBeVisible();
  await tenant.command("tenant", "channel.save", { channel: id, silent_hours: 6 });
  await dialog.getByLabel("Sessizlik uyarısı (saat)").fill("8");
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await dialog.getByRole("button", { name: "Yeni hâlini göster" }).click();
  await expect(dialog.getByLabel("Sessizlik uyarısı (saat)")).toHaveValue("6");
  await dialog.getByLabel("Sessizlik uyarısı (saat)").fill("8");
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await expect(channel).toContainText("Uyarı: 8 saat sessizlikte");

  // a colleague's change, and what to do about it
  await tenant.command("tenant", "channel.save", { channel: id, state: "reconnect" });
  await expect(channel).toContainText("Meta bu hesap için erişimi reddediyor");
  await page.getByRole("button", { name: "Ekle: Erişim belirteci (Access token)" }).click();
  await dialog.getByLabel("Erişim belirteci (Access token)", { exact: true }).fill("EAAG-yeni-belirtec");
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await expect(page.getByRole("button", { name: "Yenile: Erişim belirteci (Access token)" })).toBeVisible();
  await channel.getByRole("button", { name: "Yeniden aç" }).click();
  await expect(channel).toContainText("Açık");

  await page.getByRole("button", { name: "Bağlantıyı sil" }).click();
  await expect(page.getByRole("dialog", { name: "Önce kanallarını kaldırın: Ana uygulama" })).toContainText("Hat 2001");
  await page.getByRole("dialog").getByRole("button", { name: "Kapat" }).last().click();
  await act("Kanalı kaldır");
  await page.getByRole("dialog").getByRole("button", { name: "Kanalı kaldır" }).click();
  await expect(page.getByText("Henüz kanal yok")).toBeVisible();

  // what comes now waits, and stays on record when the connection goes
  expect(await app.send(text("2001", "Deniz Örnek", "wamid.B", "Orada mısınız"))).toBe(200);
  await read(tenant, 1);
  await page.getByRole("button", { name: "Bağlantıyı sil" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Bağlantıyı sil" }).click();
  await expect(page.getByText("Henüz bağlantı yok")).toBeVisible();
  expect(await app.send(text("2001", "Deniz Örnek", "wamid.C", "Alo"))).toBe(404);
  await page.getByRole("link", { name: "Gelenler" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Orada mısınız" })).toBeVisible();
});

test("who may not manage channels finds no such page", async ({ browser, tenant }) => {
  const page = await signIn(browser, tenant, await tenant.invite("Elif Şahin"));
  await page.goto("/settings/channels");
  await expect(page.getByText("Bu sayfa için yetkiniz yok")).toBeVisible();
  await expect(page.getByRole("link", { name: "Kanallar" })).toHaveCount(0);
});
