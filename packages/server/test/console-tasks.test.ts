import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillBakery, shop } from "./console/bakery.ts";
import { findChromium, launchBrowser } from "./console/browser.ts";
import { startServer, type TestServer } from "./console/server.ts";
import { visit } from "./console/visit.ts";

const chromium = findChromium();

/** What somebody has who sits before the console for the first time: a mouse, whose clicks are counted, and a keyboard. */
interface Newcomer {
  readonly page: Page;
  readonly server: TestServer;
  /** A click on what bears this name. */
  link(name: string | RegExp): Promise<void>;
  press(name: string | RegExp): Promise<void>;
  click(place: Locator): Promise<void>;
  /** Into whatever has the focus. */
  type(text: string): Promise<void>;
}

const panel = (page: Page) => page.getByRole("region", { name: "Memory", exact: true });
const first = (page: Page) => page.getByRole("option").first();
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** Each begins on the page that the bare address leads to, and none takes more than four clicks. */
const tasks: readonly [task: string, clicks: number, (newcomer: Newcomer) => Promise<void>][] = [
  [
    "add a memory",
    2,
    async ({ page, press, type }) => {
      await press("Add a memory");
      await type("The oven is cleaned on Sundays.");
      await press("Add");
      await panel(page).getByText("The oven is cleaned on Sundays.").first().waitFor();
    },
  ],
  [
    "find one",
    1,
    async ({ page, link, type }) => {
      await link(shop);
      await type("croissants without butter");
      await first(page).locator("mark").first().waitFor();
      expect(await first(page).textContent()).toContain("Camille takes her croissants without butter");
    },
  ],
  [
    "see why it was found",
    2,
    async ({ page, link, type, click }) => {
      await link(shop);
      await type("croissants without butter");
      await first(page).locator("mark").first().waitFor();
      await click(first(page));
      await page.getByRole("region", { name: "Why it was found" }).getByText("croissants").waitFor();
    },
  ],
  [
    "correct it",
    4,
    async ({ page, server, link, type, click, press }) => {
      await link(shop);
      await type("croissants without butter");
      await first(page).locator("mark").first().waitFor();
      await click(first(page));
      await press("Edit");
      await page.keyboard.press("ControlOrMeta+a");
      await type("Camille takes her croissants with butter.");
      await press("Save");
      await says(page, "The memory is saved.");
      expect((await server.memory.get({ namespace: shop, key: "fact-1" }))?.value).toContain("with butter");
    },
  ],
  [
    "see its history",
    2,
    async ({ page, link, type, click }) => {
      await link(shop);
      await type("croissants with butter");
      await first(page).locator("mark").first().waitFor();
      await click(first(page));
      await page
        .getByRole("region", { name: "History" })
        .locator("ins", { hasText: "with" })
        .first()
        .waitFor();
    },
  ],
  [
    "delete one",
    4,
    async ({ page, link, type, click, press }) => {
      await link(shop);
      await type("galette des rois");
      await first(page).locator("mark").first().waitFor();
      await click(first(page));
      await press("Delete");
      await click(page.getByRole("dialog").getByRole("button", { name: "Delete" }));
      await says(page, "The memory is deleted.");
    },
  ],
  [
    "forget a person",
    3,
    async ({ page, server, link, type, press }) => {
      await link("team/night");
      await press("Delete namespace");
      await type("team/night");
      await press("Delete everything");
      await says(page, "The namespace is deleted.");
      expect(await server.memory.namespaces()).not.toContain("team/night");
    },
  ],
  [
    "import a file",
    1,
    async ({ page, server, press }) => {
      const chosen = page.waitForEvent("filechooser");
      await press("Import");
      const buffer = Buffer.from('{"namespace":"notes","value":"The mill is closed in August."}\n');
      await (await chosen).setFiles([{ name: "notes.jsonl", mimeType: "", buffer }]);
      await says(page, "1 memory is imported.");
      expect(await server.memory.namespaces()).toContain("notes");
    },
  ],
  [
    "connect a framework",
    3,
    async ({ page, link, press }) => {
      await link("Connect");
      await press("LangChain");
      await press("Copy the example for LangChain");
      await expect.poll(() => page.evaluate("window.copied")).toContain("@souvenir/langchain");
    },
  ],
  // Last: from then on a key is asked for.
  [
    "make a key",
    4,
    async ({ page, server, link, press, type }) => {
      await link("Keys");
      await press("Create a key");
      await type("Everything");
      await press("Create");
      await press("Copy and close");
      await says(page, "Signed in as");
      expect(server.keys.verify(String(await page.evaluate("window.copied")))?.name).toBe("Everything");
      await page.getByRole("row", { name: /Everything/ }).waitFor();
    },
  ],
];

describe.skipIf("missing" in chromium)(
  `what a newcomer wants, in clicks${"missing" in chromium ? ` (SKIPPED: ${chromium.missing})` : ""}`,
  () => {
    let browser: Browser;
    let server: TestServer;
    beforeAll(async () => {
      browser = await launchBrowser((chromium as { path: string }).path);
      server = await startServer();
      await fillBakery(server.memory);
    });
    afterAll(async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
    });

    test.each(tasks)("%s: %i", async (_, most, task) => {
      await using visited = await visit(browser, server.url);
      const { page, problems } = visited;
      let clicks = 0;
      const click = async (place: Locator) => {
        clicks += 1;
        await place.click();
      };
      await page.getByRole("heading", { name: "Namespaces" }).first().waitFor();
      await page.evaluate(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }",
      );
      const named = (name: string | RegExp) => ({ name, exact: true });
      await task({
        page,
        server,
        click,
        link: (name) => click(page.getByRole("navigation").getByRole("link", { name }).first()),
        press: (name) => click(page.getByRole("button", named(name)).first()),
        type: (text) => page.keyboard.type(text),
      });
      expect(clicks).toBe(most);
      expect(problems).toEqual([]);
    });
  },
);
