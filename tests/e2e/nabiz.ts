// The fixture: one server a worker over a fresh SQLite file, one tenant a test, one browser context a person.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, test as base, type Page } from "@playwright/test";

export { expect } from "@playwright/test";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const PASSWORD = "Kavun-Karpuz-1907";

/** The debug binary, wherever cargo puts it. */
function binary(): string {
  if (process.env.NABIZ_BIN) return process.env.NABIZ_BIN;
  const text = execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const { target_directory } = JSON.parse(text) as { target_directory: string };
  return join(target_directory, "debug", "nabiz");
}

/** Waits for the file that the server writes once it is ready. */
function readyFile(path: string, server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
      if (text) {
        watcher.close();
        resolve(text.replace(/\/$/, ""));
      }
    };
    const watcher = watch(dirname(path), look);
    server.once("exit", (code) => {
      watcher.close();
      reject(new Error(`the server ended with ${code}`));
    });
    look();
  });
}

/** A running server; it can be stopped and started on the same port and data. */
export class Server {
  base = "";
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "nabiz-e2e-"));
  private readonly path = binary();

  async start(): Promise<void> {
    const ready = join(this.folder, "ready");
    rmSync(ready, { force: true });
    const port = this.base ? new URL(this.base).port : "0";
    this.process = spawn(this.path, ["serve", "--ready-file", ready], {
      cwd: this.folder,
      stdio: ["ignore", "ignore", process.env.DEBUG ? "inherit" : "ignore"],
      env: {
        ...process.env,
        NABIZ__SERVER__LISTEN: `127.0.0.1:${port}`,
        NABIZ__DATABASE__URL: `sqlite://${join(this.folder, "nabiz.db")}`,
        NABIZ__MAIL__URL: `file:${join(this.folder, "mail")}`,
        NABIZ__STORAGE__URL: `file:${join(this.folder, "files")}`,
        // The receiver of a story stands on this machine.
        NABIZ__WEBHOOKS__ALLOW_PRIVATE: "true",
      },
    });
    this.base = await readyFile(ready, this.process);
  }

  /** The link to a page in the newest mail for somebody; mails lie in a folder. */
  async linkTo(email: string, page: string): Promise<string> {
    const folder = join(this.folder, "mail");
    for (let tries = 0; tries < 300; tries++) {
      const names = existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
      for (const name of names) {
        // Quoted-printable: soft line ends, and = as =3D.
        const text = readFileSync(join(folder, name), "utf8").replace(/=\r?\n/g, "").replaceAll("=3D", "=");
        const link = new RegExp(`https?://[^\\s"<>]+/${page}[^\\s"<>]*`).exec(text)?.[0];
        if (text.includes(email) && link) return new URL(link).pathname + new URL(link).search + new URL(link).hash;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no mail for ${email}`);
  }

  async stop(): Promise<void> {
    const server = this.process;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Json = Record<string, unknown>;

/** A tenant with its administrator, arranged by HTTP so that a story can begin where it is interesting. */
export class Tenant {
  readonly email: string;
  board = "";
  stages = new Map<string, string>();

  private constructor(
    readonly server: Server,
    readonly slug: string,
    private readonly token: string,
  ) {
    this.email = `yonetici@${slug}.example`;
  }

  static async register(server: Server): Promise<Tenant> {
    const slug = `t${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
    const made = await call(server, "POST", "/auth/register", undefined, {
      tenant_name: "Zeytin Emlak",
      slug,
      name: "Ayşe Yılmaz",
      email: `yonetici@${slug}.example`,
      password: PASSWORD,
      locale: "tr",
    });
    const tenant = new Tenant(server, slug, String(made.access_token));
    const boards = await tenant.get<{ items: { id: string }[] }>("/boards");
    tenant.board = boards.items[0]?.id ?? "";
    const board = await tenant.get<{ stages: { id: string; name: string }[] }>(`/boards/${tenant.board}`);
    tenant.stages = new Map(board.stages.map((stage) => [stage.name, stage.id]));
    return tenant;
  }

  /** A tenant that signed up by itself, in a browser. */
  static async of(server: Server, slug: string, email: string): Promise<Tenant> {
    const made = await call(server, "POST", "/auth/login", undefined, { email, password: PASSWORD });
    return new Tenant(server, slug, String(made.access_token));
  }

  get<T>(path: string): Promise<T> {
    return call(this.server, "GET", path, this.token) as Promise<T>;
  }

  post(path: string, body: Json): Promise<Json> {
    return call(this.server, "POST", path, this.token, body);
  }

  patch(path: string, body: Json): Promise<Json> {
    return call(this.server, "PATCH", path, this.token, body);
  }

  async command(topic: string, op: string, d: Json): Promise<Json> {
    const answer = await this.post("/commands", { id: crypto.randomUUID(), topic, op, d });
    const [result] = answer.results as { ok: boolean; d?: Json }[];
    if (!result?.ok) throw new Error(`${op}: ${JSON.stringify(answer)}`);
    return result.d ?? {};
  }

  card(stage: string, name: string): Promise<Json> {
    const d = { stage: this.stages.get(stage), customer: { name } };
    return this.command(`board:${this.board}`, "card.create", d);
  }

  /** A colleague who accepted an invitation; their e-mail. */
  async invite(name: string, role = "sales"): Promise<string> {
    const email = `${role}${Math.floor(Math.random() * 1e9).toString(36)}@${this.slug}.example`;
    const made = await this.post("/users/invitations", { email, name, role });
    const token = /token=([^&#]+)/.exec(String(made.url))?.[1] ?? String(made.url).split("/").pop();
    await call(this.server, "POST", "/auth/accept-invitation", undefined, { token, name, password: PASSWORD });
    return email;
  }
}

async function call(server: Server, method: string, path: string, token?: string, body?: Json): Promise<Json> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const init = body ? { method, headers, body: JSON.stringify(body) } : { method, headers };
  const answer = await fetch(`${server.base}/api/v1${path}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? (JSON.parse(text) as Json) : {};
}

/** A person in a browser of their own, signed in by the form. */
export async function signIn(browser: Browser, tenant: Tenant, email = tenant.email): Promise<Page> {
  const context = await browser.newContext({ baseURL: tenant.server.base });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("E-posta").fill(email);
  await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/boards"));
  return page;
}

export const test = base.extend<{ tenant: Tenant; farewell: undefined }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const server = new Server();
      await server.start();
      await use(server);
      await server.remove();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  tenant: async ({ server }, use) => {
    await use(await Tenant.register(server));
  },
  // The browser outlives the test, and with it the people of earlier tests, who would go on working.
  farewell: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
