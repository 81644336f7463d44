import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const debian = "/usr/bin/chromium";
const install =
  "test -x /usr/bin/chromium || { apt-get update && apt-get install -y --no-install-recommends chromium; }";

/**
 * Debian's Chromium, installed where it is missing and may be installed. Answers why there is none otherwise; in CI
 * that is a failure.
 */
export async function findChromium(): Promise<{ path: string } | { missing: string }> {
  const chosen = process.env.CHROMIUM_PATH ?? debian;
  if (existsSync(chosen)) return { path: chosen };
  let reason = `there is no ${chosen}; install Debian's chromium or set CHROMIUM_PATH`;
  if (chosen === debian && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    try {
      // Test files run at the same time: one installs, the others wait.
      const lock = join(tmpdir(), "souvenir-install-chromium.lock");
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      await promisify(execFile)("flock", [lock, "sh", "-c", install], { env, maxBuffer: 64 * 1024 * 1024 });
      if (existsSync(debian)) return { path: debian };
    } catch (error) {
      reason = `apt-get could not install chromium: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (process.env.CI === "true") throw new Error(`the console cannot be tested: ${reason}`);
  console.warn(`SKIPPED: the console is not tested in a browser: ${reason}`);
  return { missing: reason };
}

/** A browser of its own, with an empty profile, that talks to nobody but the pages that it is sent to. */
export function launchBrowser(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
