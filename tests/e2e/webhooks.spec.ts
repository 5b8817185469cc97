// Webhooks: made with a secret that is shown once, heard by a receiver that checks the signature,
// tried, sent again, switched off and on.
import { createHmac } from "node:crypto";
import { createServer, type Server as Receiver } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, signIn, test } from "./nabiz";

interface Heard {
  event: string;
  signature: string;
  body: string;
}

/** An address that keeps what it hears and answers as it is told. */
async function receiver(): Promise<{ url: string; heard: Heard[]; answer: (status: number) => void; stop: () => void }> {
  const heard: Heard[] = [];
  let status = 200;
  const server: Receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      heard.push({
        event: String(request.headers["nabiz-event"]),
        signature: String(request.headers["nabiz-signature"]),
        body: Buffer.concat(parts).toString(),
      });
      response.writeHead(status, { "content-type": "text/plain" }).end(status === 200 ? "alındı" : "bozuk");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/nabiz`,
    heard,
    answer: (next) => {
      status = next;
    },
    stop: () => server.close(),
  };
}

const isSigned = ({ signature, body }: Heard, secret: string): boolean => {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]+)/.exec(signature) ?? [];
  return createHmac("sha256", secret).update(`${t}.${body}`).digest("hex") === v1;
};

test("a webhook is made, hears, is signed, fails, and is sent again", async ({ browser, tenant }) => {
  const there = await receiver();
  const page = await signIn(browser, tenant);
  await page.goto("/settings/webhooks");
  await page.getByRole("button", { name: "Webhook ekle" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Adres").fill("kanca");
  await dialog.getByRole("button", { name: "Webhook ekle" }).click();
  await expect(dialog.getByText(/Adresin tamamını yazın/)).toBeVisible();
  await dialog.getByLabel("Adres").fill(there.url);
  await dialog.getByText("Not eklendi").click();
  await dialog.getByRole("button", { name: "Webhook ekle" }).click();

  const shown = page.getByRole("dialog", { name: /Webhook hazır/ });
  const secret = await shown.locator("code").innerText();
  expect(secret).toMatch(/^whsec_/);
  await shown.getByRole("button", { name: "Tamam" }).click();
  await expect(page.getByText(`Sonu ${secret.slice(-4)} ile biten anahtar`)).toBeVisible();

  await page.getByRole("button", { name: "Deneme gönder" }).click();
  await expect(page.getByText(/Deneme ulaştı: 200/)).toBeVisible();
  expect(there.heard.map(({ event }) => event)).toEqual(["webhook.test"]);

  const made = await tenant.card("Potansiyel", "Işık Ltd.");
  await tenant.command(`customer:${made.customer_id}`, "note.add", { body: "Yarın aranacak" });
  const delivery = page.getByRole("listitem").filter({ hasText: "Not eklendi" });
  await expect(delivery.getByText("Ulaştı")).toBeVisible();
  const note = there.heard.find(({ event }) => event === "note.added");
  expect(note && isSigned(note, secret)).toBe(true);
  await delivery.getByRole("button", { name: "Not eklendi" }).click();
  await expect(delivery.getByText("alındı")).toBeVisible();

  there.answer(500);
  await delivery.getByRole("button", { name: /Yeniden gönder/ }).click();
  const again = page.getByRole("listitem").filter({ hasText: "yeniden gönderim" });
  await expect(again.getByText("500 yanıtı")).toBeVisible();
  await expect(again.getByText("Bekliyor")).toBeVisible();
  await expect(page.getByText(/Başarısız denemeler/)).toBeVisible();
  expect(there.heard.at(-1)?.body).toBe(note?.body);
  there.stop();
});

test("off and on, a new secret, another address, and gone", async ({ browser, tenant }) => {
  const there = await receiver();
  const made = await tenant.post("/webhooks", { url: there.url, ops: ["card.moved"] });
  const page = await signIn(browser, tenant);
  await page.goto("/settings/webhooks");
  await page.getByRole("link", { name: /127\.0\.0\.1/ }).click();

  await page.locator(".switch").click();
  await expect(page.getByText("Kapalıyken olan olaylar gönderilmez ve sonradan da gelmez.")).toBeVisible();
  await page.getByRole("button", { name: "Yeniden aç" }).click();
  await expect(page.getByText("Kapalıyken olan olaylar gönderilmez ve sonradan da gelmez.")).toHaveCount(0);

  await page.getByRole("button", { name: "Anahtarı yenile" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Anahtarı yenile" }).click();
  const secret = await page.getByRole("dialog", { name: /Webhook hazır/ }).locator("code").innerText();
  expect(secret).not.toBe(made.secret);
  await page.getByRole("button", { name: "Tamam" }).click();

  // A colleague changed it meanwhile: the new one is shown before anything is saved.
  await page.getByRole("button", { name: "Düzenle" }).click();
  const dialog = page.getByRole("dialog");
  await tenant.command("tenant", "webhook.update", { webhook: made.id, ops: ["card.moved", "card.created"] });
  await dialog.getByLabel("Adres").fill(`${there.url}/yeni`);
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await dialog.getByRole("button", { name: "Yeni hâlini göster" }).click();
  await expect(dialog.getByRole("checkbox", { name: "Kart açıldı" })).toBeChecked();
  await dialog.getByLabel("Adres").fill(`${there.url}/yeni`);
  await dialog.getByRole("button", { name: "Kaydet" }).click();
  await expect(page.getByText(`${there.url}/yeni`)).toBeVisible();

  await page.getByRole("button", { name: "Webhook sil" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Webhook sil" }).click();
  await expect(page.getByText("Henüz webhook yok")).toBeVisible();
  there.stop();
});
