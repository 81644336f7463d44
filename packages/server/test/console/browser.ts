import { findProgram } from "@souvenir/test/programs";
import { type Browser, chromium } from "playwright-core";

/** The Chromium of CHROMIUM_PATH, or one that this machine has; in its place, what is missing. */
export function findChromium(): { path: string } | { missing: string } {
  const { CHROMIUM_PATH: chosen } = process.env;
  if (chosen !== undefined) return findProgram([chosen], "CHROMIUM_PATH must name a Chromium");
  return findProgram(
    [
      "chromium",
      "chromium-browser",
      "google-chrome",
      "google-chrome-stable",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    "install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to test the console in a browser",
  );
}

/** A browser of its own, with an empty profile, that talks to nobody but the pages that it is sent to. */
export function launchBrowser(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    headless: true,
    timeout: 120_000,
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
