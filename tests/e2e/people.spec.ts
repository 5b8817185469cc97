// Who may what, who left, and what is on record of it: stories of an administrator and those it happens to.
import type { Page } from "@playwright/test";
import { expect, PASSWORD, signIn, type Tenant, test } from "./nabiz";

const section = (page: Page, name: string) => page.getByRole("navigation", { name: "Ekip" }).getByRole("link", { name });
const rail = (page: Page, name: string) => page.locator("nav.rail").getByRole("link", { name });
const line = (page: Page, text: string | RegExp) => page.locator(".audit-line").filter({ hasText: text });

async function idOf(tenant: Tenant, email: string): Promise<string> {
  const { items } = await tenant.get<{ items: { id: string; email: string }[] }>("/users");
  return items.find((each) => each.email === email)?.id ?? "";
}

/** A customer with a card, owned by somebody. */
async function owned(tenant: Tenant, name: string, owner: string): Promise<void> {
  const stage = [...tenant.stages.values()][0];
  await tenant.command(`board:${tenant.board}`, "card.create", { stage, customer: { name, owners: [owner] } });
}

test("a role that changes, changes the colleague's menus at once, and back", async ({ browser, tenant }) => {
  const email = await tenant.invite("Mehmet Çelik");
  const mehmet = await signIn(browser, tenant, email);
  const ayse = await signIn(browser, tenant);
  await expect(rail(mehmet, "Müşteriler")).toBeVisible();

  await ayse.goto("/people/roles");
  await ayse.getByRole("main").getByRole("link", { name: "Satış" }).click();
  const see = ayse.getByRole("checkbox", { name: "Müşterileri görür" });
  await expect(see).toBeChecked();
  await see.press("Space");
  await expect(see).not.toBeChecked();
  // doing without seeing makes no sense: it went along
  await expect(ayse.getByRole("checkbox", { name: "Müşteri düzenler" })).not.toBeChecked();
  await expect(rail(mehmet, "Müşteriler")).toBeHidden();
  await expect(rail(mehmet, "Pano")).toBeVisible();

  await see.press("Space");
  await expect(see).toBeChecked();
  await expect(rail(mehmet, "Müşteriler")).toBeVisible();

  await section(ayse, "Denetim kaydı").click();
  await expect(line(ayse, "rolü değiştirdi: Satış")).toHaveCount(2);
  await line(ayse, "rolü değiştirdi: Satış").first().getByRole("button").click();
  await expect(ayse.locator(".audit-details")).toContainText("Eklenen yetkiler");
  await expect(ayse.locator(".audit-details")).toContainText("Müşterileri görür");
});

test("somebody leaves: out at once and told why, work goes on, and it is taken back", async ({ browser, tenant }) => {
  const [mehmetMail, zeynepMail] = [await tenant.invite("Mehmet Çelik"), await tenant.invite("Zeynep Kaya")];
  const mehmetId = await idOf(tenant, mehmetMail);
  for (const name of ["Işık Ltd.", "Deniz Öz", "Ege Yapı"]) await owned(tenant, name, mehmetId);
  const mehmet = await signIn(browser, tenant, mehmetMail);
  const zeynep = await signIn(browser, tenant, zeynepMail);
  const ayse = await signIn(browser, tenant);
  await expect(zeynep.locator("[data-card]").first()).toBeVisible();

  await ayse.goto("/people/offboarding");
  await ayse.getByRole("button", { name: "Ayrılma başlat" }).click();
  await ayse.getByLabel("Kişi ara").fill("celik");
  await ayse.getByRole("button", { name: "Seç: Mehmet Çelik" }).click();
  await expect(ayse.locator(".work-counts")).toContainText("Müşteri3");
  await ayse.getByRole("radio", { name: /Bir kişiye/ }).press("Space");
  await ayse.getByRole("button", { name: /Devralan kişi/ }).click();
  await ayse.getByRole("option", { name: "Zeynep Kaya" }).click();
  const share = ayse.getByRole("row").filter({ hasText: "Zeynep Kaya" });
  await expect(share.getByRole("cell").first()).toHaveText("3");

  const run = ayse.getByRole("button", { name: "Erişimi kapat ve devret" });
  await ayse.getByLabel(/Onaylamak için adını yazın/).fill("Zeynep Kaya");
  await run.click();
  await expect(ayse.getByText("Ad aynı değil.")).toBeVisible();
  await ayse.getByLabel(/Onaylamak için adını yazın/).fill("mehmet çelik");
  await run.click();

  await expect(mehmet.getByText("İşletmedeki erişiminiz kapatıldı")).toBeVisible();
  await expect(ayse.getByText("3 kayıt devredildi.")).toBeVisible();
  await expect(ayse.getByRole("timer")).toContainText("Geri almak için kalan: 2");
  await zeynep.getByRole("link", { name: /^Benim/ }).click();
  await expect(zeynep.locator("[data-card]")).toHaveCount(3);

  await ayse.getByRole("button", { name: "Geri al", exact: true }).click();
  await ayse.getByRole("dialog").getByRole("button", { name: "Geri al" }).click();
  await expect(ayse.getByText("Erişimi yeniden açıldı, işleri geri verildi.")).toBeVisible();
  await expect(zeynep.locator("[data-card]")).toHaveCount(0);
  await mehmet.getByLabel("E-posta").fill(mehmetMail);
  await mehmet.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await mehmet.getByRole("button", { name: "Giriş yap" }).click();
  await expect(mehmet.locator("[data-card]")).toHaveCount(3);

  await section(ayse, "Denetim kaydı").click();
  await expect(line(ayse, "devri geri aldı: Mehmet Çelik")).toBeVisible();
  await expect(line(ayse, "ayrılma ve devir başlattı: Mehmet Çelik")).toBeVisible();
});

test("a role of the house's own, looked at with borrowed eyes, and deleted", async ({ browser, tenant }) => {
  const email = await tenant.invite("Mehmet Çelik");
  const id = await idOf(tenant, email);
  const admin = (await tenant.get<{ user: { id: string } }>("/me")).user.id;
  await owned(tenant, "Işık Ltd.", id);
  await owned(tenant, "Deniz Öz", admin);
  const ayse = await signIn(browser, tenant);

  await ayse.goto("/people/roles");
  await ayse.getByRole("button", { name: "Rol ekle" }).press("Enter");
  await ayse.getByLabel("Rol adı").fill("Bayi temsilcisi");
  await ayse.getByRole("button", { name: "Oluştur" }).click();
  await expect(ayse.getByRole("heading", { name: "Bayi temsilcisi" })).toBeVisible();
  await ayse.getByRole("radiogroup", { name: /Müşteri ve kartlar/ }).getByRole("radio", { name: "Kendininkiler" }).press("Space");
  await expect(ayse.getByText("Sorumlusu olduğu müşteriler ve kartları.")).toBeVisible();

  await ayse.goto(`/people/users/${id}`);
  await expect(ayse.locator(".sight")).toContainText("Müşteri2");
  await ayse.getByRole("button", { name: /Rol$/ }).click();
  await ayse.getByRole("option", { name: "Bayi temsilcisi" }).click();
  await expect(ayse.locator(".sight")).toContainText("Müşteri1");

  await ayse.getByRole("button", { name: "Onun gözüyle bak" }).click();
  const eyes = ayse.getByRole("region", { name: "Başkasının gözüyle bakma" });
  await expect(eyes).toContainText("Mehmet Çelik");
  await expect(ayse.locator("[data-card]")).toHaveCount(1);
  await expect(ayse.getByRole("button", { name: "Aday ekle" })).toHaveCount(0);
  await expect(rail(ayse, "Ekip")).toHaveCount(0);
  // what only her own socket hears is not shown; what he would see is asked for anew
  await owned(tenant, "Ege Yapı", admin);
  await owned(tenant, "Nilüfer Tan", id);
  await expect(ayse.locator("[data-card]")).toHaveCount(2);
  await expect(ayse.getByText("Ege Yapı")).toHaveCount(0);
  await rail(ayse, "Müşteriler").click();
  await expect(ayse.getByRole("row").filter({ hasText: "Işık Ltd." })).toBeVisible();
  await expect(ayse.getByText("Deniz Öz")).toHaveCount(0);
  await eyes.getByRole("button", { name: "Kendi görünümüne dön" }).click();
  await expect(eyes).toHaveCount(0);
  await expect(rail(ayse, "Ekip")).toBeVisible();
  await rail(ayse, "Müşteriler").click();
  await expect(ayse.getByText("Deniz Öz").first()).toBeVisible();

  await ayse.goto("/people/roles/bayi-temsilcisi");
  await ayse.getByRole("button", { name: "Rolü sil" }).click();
  const sure = ayse.getByRole("dialog");
  await expect(sure).toContainText("1 kişi bu rolde");
  await sure.getByRole("button", { name: "Rolü sil" }).click();
  await expect(ayse.getByText("Rol silindi: Bayi temsilcisi")).toBeVisible();
  await expect(ayse.getByRole("main").getByRole("link", { name: "Satış" })).toBeVisible();
  await expect(ayse.getByRole("main").getByRole("link", { name: "Bayi temsilcisi" })).toHaveCount(0);
});

test("the audit is filtered, linked to and taken along as a file", async ({ browser, tenant }) => {
  const email = await tenant.invite("Mehmet Çelik");
  const id = await idOf(tenant, email);
  const mehmet = await signIn(browser, tenant, email);
  const ayse = await signIn(browser, tenant);

  await ayse.goto(`/people/users/${id}`);
  const phone = ayse.getByRole("listitem").filter({ hasText: "Chrome" }).first();
  await expect(phone).toBeVisible();
  await ayse.getByRole("button", { name: "Hepsinden çıkış yaptır" }).click();
  await ayse.getByRole("dialog").getByRole("button", { name: "Hepsinden çıkış yaptır" }).click();
  await expect(mehmet.getByText("Oturum kapandı. Girince kaldığınız yere dönülür.")).toBeVisible();
  await expect(ayse.getByText("Açık oturumu yok.")).toBeVisible();

  await ayse.getByRole("link", { name: "Denetim kaydındaki satırları" }).click();
  await expect(ayse).toHaveURL(new RegExp(`user=.*${id}`));
  await expect(line(ayse, "bir cihazın oturumunu kapattı: Mehmet Çelik").first()).toBeVisible();
  await expect(line(ayse, "Ayşe Yılmaz giriş yaptı")).toHaveCount(0);
  await ayse.getByRole("button", { name: "Tür", exact: true }).click();
  await ayse.getByRole("option", { name: "Girişler" }).click();
  await ayse.keyboard.press("Escape");
  await expect(line(ayse, "Mehmet Çelik giriş yaptı").first()).toBeVisible();
  await expect(line(ayse, "bir cihazın oturumunu kapattı")).toHaveCount(0);

  const [file] = await Promise.all([ayse.waitForEvent("download"), ayse.getByRole("button", { name: "CSV olarak indir" }).click()]);
  expect(file.suggestedFilename()).toBe("nabiz-denetim.csv");
  const text = await (await file.createReadStream()).toArray();
  const rows = Buffer.concat(text as Buffer[]).toString("utf8");
  expect(rows).toContain("session.opened");
  expect(rows).not.toContain("session.revoked");
});

test("what somebody may see changes: on the open board at once, and for who comes back later", async ({ browser, tenant }) => {
  const email = await tenant.invite("Mehmet Çelik");
  await owned(tenant, "Işık Ltd.", await idOf(tenant, email));
  await owned(tenant, "Deniz Öz", await idOf(tenant, tenant.email));
  const mehmet = await signIn(browser, tenant, email);
  const cards = mehmet.locator("[data-card]");
  await expect(cards).toHaveCount(2);

  await tenant.command("tenant", "role.update", { role: "sales", visibility: "own" });
  await expect(cards).toHaveCount(1);
  await expect(mehmet.getByText("Deniz Öz")).toHaveCount(0);
  await mehmet.reload();
  await expect(cards).toHaveCount(1);

  await mehmet.context().setOffline(true);
  await expect(mehmet.getByText("Çevrimdışı").first()).toBeVisible();
  await tenant.command("tenant", "role.update", { role: "sales", visibility: "all" });
  await mehmet.context().setOffline(false);
  await expect(cards).toHaveCount(2);
  await mehmet.reload();
  await expect(cards).toHaveCount(2);
});
