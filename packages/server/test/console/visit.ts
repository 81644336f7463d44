import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** What must not happen: failures of the page, violations of its policy, requests to other servers. */
  readonly problems: string[];
}

/** Opens the console as a visitor with an empty browser would. @param hash - As `#/keys`. */
export async function visit(
  browser: Browser,
  server: string,
  hash = "",
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(120_000);
  const problems: string[] = [];
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is told here too; the page says what it means.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server && protocol !== "blob:") problems.push(`request to ${request.url()}`);
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI, event.sample))",
  );
  await page.goto(`${server}/console/${hash}`);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

/** What the focus is on: its id, or its role and text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(
    "document.activeElement.id || document.activeElement.tagName + ' ' + document.activeElement.textContent",
  );
}
