// Meta's end of a connection: calls with its signature, as an app there sends them.
import { createHmac } from "node:crypto";
import { expect, type Tenant } from "./nabiz";

export const APP_SECRET = "kanarya-app-secret-1";

export interface App {
  id: string;
  /** Calls the door with these bytes; what came back. */
  send: (body: string) => Promise<number>;
}

/** The door stands on the story's own server, whatever address it would have outside. */
export function appAt(tenant: Tenant, hookUrl: string, secret = APP_SECRET): Pick<App, "send"> {
  const door = tenant.server.base + new URL(hookUrl).pathname;
  return {
    send: async (body) => {
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
      return (await fetch(door, { method: "POST", headers, body })).status;
    },
  };
}

/** A connection that is there already. */
export async function connected(tenant: Tenant, name = "Ana uygulama"): Promise<App> {
  const body = { name, app_secret: APP_SECRET, verify_token: "kanarya-verify-token-2" };
  const made = await tenant.post("/connections", body);
  return { id: String(made.id), ...appAt(tenant, String(made.hook_url)) };
}

export async function claimed(tenant: Tenant, app: App, account: string, more: Record<string, unknown> = {}): Promise<string> {
  const d = { connection: app.id, kind: "whatsapp", external_id: account, name: `Hat ${account}`, ...more };
  return String((await tenant.command("tenant", "channel.save", d)).channel_id);
}

/** Somebody writes to a WhatsApp number. */
export function text(account: string, name: string, id: string, body: string): string {
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "905550000100", phone_number_id: account },
    contacts: [{ profile: { name }, wa_id: "905550000101", user_id: "TR.905550000101" }],
    messages: [{ id, timestamp: "1767258000", type: "text", from: "905550000101", text: { body } }],
  };
  return JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "100200300400500", changes: [{ field: "messages", value }] }] });
}

/** Waits until the ledger has split what was sent. */
export async function read(tenant: Tenant, items: number): Promise<void> {
  await expect
    .poll(async () => (await tenant.get<{ items: unknown[] }>("/channels/ledger")).items.length)
    .toBeGreaterThanOrEqual(items);
}
