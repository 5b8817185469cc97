// The last words of a run: each failed try in a few lines, so that the end of a long log says what went wrong.
import { relative } from "node:path";
import type { FullConfig, Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";

const LINES = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
const colours = /\u001b\[[0-9;]*m/g;

function inShort(error: TestError): string[] {
  const text = (error.message ?? error.value ?? "").replace(colours, "");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, LINES)
    .map((line) => line.slice(0, 240));
}

export default class Failures implements Reporter {
  private root = "";
  private readonly lines: string[] = [];

  onBegin(config: FullConfig): void {
    this.root = config.rootDir;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === "passed" || result.status === "skipped") return;
    const { file, line } = result.error?.location ?? test.location;
    this.lines.push(`${test.title} (try ${result.retry + 1}, ${result.status}) at ${relative(this.root, file)}:${line}`);
    if (result.error) this.lines.push(...inShort(result.error).map((each) => `    ${each}`));
  }

  onExit(): Promise<void> {
    if (this.lines.length > 0) process.stdout.write(`\nWhat went wrong:\n${this.lines.join("\n")}\n`);
    return Promise.resolve();
  }
}
