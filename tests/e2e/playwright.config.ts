// People in real browsers against the built binary: `make test-e2e`.
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

/** Debian keeps its Chromium here; CHROMIUM names another. */
function chromium(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const name of names) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // the next name
    }
  }
  throw new Error("no Chromium: run scripts/setup.sh test");
}

export default defineConfig({
  testDir: ".",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  // as in .ci/run: a story that needs another try is reported as flaky
  retries: process.env.CI ? 2 : 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["./failures.ts"]],
  use: {
    locale: "tr-TR",
    timezoneId: "Europe/Istanbul",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: chromium(), args: ["--no-sandbox"] },
  },
});
