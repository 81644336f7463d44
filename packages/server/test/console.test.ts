import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fillBakery, shop } from "./console/bakery.ts";
import { findChromium, launchBrowser } from "./console/browser.ts";
import { startServer, type TestServer } from "./console/server.ts";
import { focused, type Visit, visit } from "./console/visit.ts";

const chromium = findChromium();
const inShop = `#/in/${encodeURIComponent(shop)}`;

describe.skipIf("missing" in chromium)(
  `the console in a browser${"missing" in chromium ? ` (SKIPPED: ${chromium.missing})` : ""}`,
  () => {
    let browser: Browser;
    let server: TestServer;
    const visits: Visit[] = [];

    beforeAll(async () => {
      browser = await launchBrowser((chromium as { path: string }).path);
    });
    afterAll(() => browser?.close());
    beforeEach(async () => {
      server = await startServer();
    });
    // Whatever a test does: the page never fails, breaks its policy or asks another server.
    afterEach(async () => {
      const all = visits.splice(0);
      for (const { problems } of all) expect(problems).toEqual([]);
      for (const each of all) await each[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });

    async function open(hash: string, options: Parameters<typeof visit>[3] = {}): Promise<Page> {
      const visited = await visit(browser, server.url, hash, options);
      visits.push(visited);
      return visited.page;
    }
    const options = (page: Page) => page.getByRole("option");
    const panel = (page: Page) => page.getByRole("region", { name: "Memory", exact: true });
    const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

    describe("search", () => {
      beforeEach(() => fillBakery(server.memory));

      test("as you type: the best first, words marked, a bar for each signal, and why", async () => {
        const page = await open(inShop);
        await page.getByRole("combobox", { name: "Search" }).pressSequentially("database for invoices");
        const best = options(page).first();
        await best.locator("mark").first().waitFor();
        expect(await best.locator("mark").allTextContents()).toContain("invoices");
        expect(await best.locator(".signal .name").allTextContents()).toEqual(
          expect.arrayContaining(["text ", "vector "]),
        );
        expect(await best.locator(".signal .amount", { hasText: "0.00" }).count()).toBe(0);
        const [answer] = (await server.memory.search({ namespace: shop, query: "database for invoices" }))
          .results;
        const bar = best.locator(".signal.text rect.length");
        expect(Number(await bar.getAttribute("width"))).toBeCloseTo((answer?.signals.text ?? 0) * 100, 0);
        expect(await best.locator(".why").textContent()).toContain("invoices");
        expect(new URL(page.url()).hash).toBe(`${inShop}?q=database+for+invoices`);
      });

      test("sends nothing while letters follow each other, and ends the request before", async () => {
        const page = await open(inShop);
        await options(page).first().waitFor();
        const asked: string[] = [];
        const ended: string[] = [];
        const queryOf = (request: { postData(): string | null }) =>
          (JSON.parse(request.postData() ?? "{}") as { query?: string }).query ?? "";
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        page.on("requestfailed", (request) => ended.push(queryOf(request)));
        await page.route("**/v1/memory/search", async (route) => {
          asked.push(queryOf(route.request()));
          if (asked.length === 1) await held;
          await route.continue().catch(() => {}); // The page has ended it.
        });
        const field = page.getByRole("combobox", { name: "Search" });
        await field.pressSequentially("oven");
        await expect.poll(() => asked).toEqual(["oven"]);
        await field.pressSequentially(" stopped");
        await expect.poll(() => asked).toEqual(["oven", "oven stopped"]);
        await expect.poll(() => ended).toEqual(["oven"]);
        release();
        await options(page).first().locator("mark").first().waitFor();
        expect(await options(page).first().textContent()).toContain("The second oven stopped twice");
      });

      test("facets narrow what is found, and are undone", async () => {
        const page = await open(`${inShop}?q=commande+prix`);
        await options(page).first().waitFor();
        const tag = page
          .getByRole("group", { name: "Filter by tag" })
          .getByRole("button", { name: /^school/ });
        const before = await options(page).count();
        await tag.click();
        await expect.poll(() => tag.getAttribute("aria-pressed")).toBe("true");
        await expect.poll(() => options(page).count()).toBe(1);
        expect(await options(page).textContent()).toContain("lycée Voltaire");
        expect(page.url()).toContain("tag=school");
        expect(await focused(page)).toContain("tags-");
        await tag.click();
        await expect.poll(() => page.url()).not.toContain("tag=");
        expect(before).toBeGreaterThan(1);
      });

      test("an entity without a question shows all that name it", async () => {
        const page = await open(inShop);
        const group = page.getByRole("group", { name: "Filter by entity" });
        await group.getByRole("button", { name: /more$/ }).click();
        await group.getByRole("button", { name: /^Hugo/ }).click();
        const { results } = await server.memory.search({
          namespace: shop,
          query: "Hugo",
          entities: ["Hugo"],
          minScore: 0,
          limit: 100,
        });
        await expect.poll(() => options(page).count()).toBe(results.length);
      });

      test("an address shows the same to somebody else: question, filters and the open memory", async () => {
        const page = await open(`${inShop}?q=invoices&tag=decision&key=fact-3`);
        await page.getByRole("region", { name: "Why it was found" }).waitFor();
        expect(await page.getByRole("combobox").inputValue()).toBe("invoices");
        expect(await options(page).first().getAttribute("aria-selected")).toBe("true");
        expect(await page.title()).toBe(`${shop} · Souvenir`);
      });

      test("says what was not asked when the embedder is down", async () => {
        await using down = await startServer({
          embedder: {
            id: "down",
            dimensions: 4,
            embed: () => Promise.reject(new Error("no connection")),
          },
        });
        await down.memory.set({ namespace: "n", value: "The oven is hot." });
        const visited = await visit(browser, down.url, "#/in/n?q=oven");
        visits.push(visited);
        await shown(visited.page, /Without vector/);
        expect(await options(visited.page).count()).toBe(1);
      });

      test("pages through a long namespace", async () => {
        await server.memory.setMany(
          Array.from({ length: 120 }, (_, at) => ({ namespace: "long", value: `Loaf number ${at}` })),
        );
        const page = await open("#/in/long");
        await expect.poll(() => options(page).count()).toBe(50);
        expect(await options(page).first().textContent()).toContain("Loaf number 119");
        await page.getByRole("button", { name: "Show more" }).click();
        await expect.poll(() => options(page).count()).toBe(100);
        await page.getByRole("button", { name: "Show more" }).click();
        await expect.poll(() => options(page).count()).toBe(120);
        expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
      });
    });

    describe("a memory", () => {
      beforeEach(() => fillBakery(server.memory));

      test("is added, with tags and metadata, and refused metadata is kept to be corrected", async () => {
        const page = await open(inShop);
        await page.getByRole("button", { name: "Add a memory" }).click();
        const dialog = page.getByRole("dialog", { name: "Add a memory" });
        await dialog.getByLabel("What to remember").fill("The rye arrives on Monday.");
        await dialog.getByLabel("Tags").fill("supplier, rye");
        await dialog.getByText("Key, metadata").click();
        await dialog.getByLabel("Key").fill("rye");
        await dialog.getByLabel("Metadata").fill("{ sacks: 4 }");
        await dialog.getByRole("button", { name: "Add" }).click();
        await dialog.getByRole("alert").waitFor();
        expect(await dialog.getByRole("alert").textContent()).toContain("not a JSON object");
        await dialog.getByLabel("Metadata").fill('{ "sacks": 4 }');
        await dialog.getByRole("button", { name: "Add" }).click();
        await panel(page).getByText("The rye arrives on Monday.").first().waitFor();
        expect(await server.memory.get({ namespace: shop, key: "rye" })).toMatchObject({
          value: "The rye arrives on Monday.",
          tags: ["supplier", "rye"],
          metadata: { sacks: 4 },
        });
      });

      test("is edited: nothing else of it is lost, the change is shown, and undone", async () => {
        await server.memory.set({
          namespace: shop,
          key: "mill",
          value: "The mill delivers on Tuesday.",
          tags: ["a, b", "c"],
          metadata: { deep: { list: [1, null] } },
          entities: [{ name: "Moulin Vert", type: "organization" }],
          thread: "mills",
          role: "user",
          createdAt: "2026-01-02T03:04:05.678Z",
          expiresAt: "2099-12-31T22:59:58.765Z",
        });
        const before = await server.memory.get({ namespace: shop, key: "mill" });
        const page = await open(`${inShop}?key=mill`);
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("What to remember").fill("The mill delivers on Thursday.");
        await page.getByRole("button", { name: "Save" }).click();
        const history = page.getByRole("region", { name: "History" });
        await history.locator("ins", { hasText: "Thursday" }).waitFor();
        expect(await history.locator("del").allTextContents()).toEqual(["Tuesday"]);
        const after = await server.memory.get({ namespace: shop, key: "mill" });
        const { value: _, version: __, updatedAt: ___, entities: ____, ...same } = before ?? {};
        expect(after).toMatchObject({ ...same, value: "The mill delivers on Thursday.", version: 2 });
        expect(after?.entities).toContainEqual({ name: "Moulin Vert", type: "organization" });

        await page.getByRole("button", { name: "Undo" }).click();
        await shown(page, "The memory says again what it said before.");
        const undone = await server.memory.get({ namespace: shop, key: "mill" });
        expect(undone).toMatchObject({ ...same, value: "The mill delivers on Tuesday.", version: 3 });
      });

      test("that somebody else changed while it was edited is not overwritten unseen", async () => {
        const page = await open(`${inShop}?key=fact-3`);
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("What to remember").fill("The shop runs on Rust and DuckDB.");
        await server.memory.set({
          namespace: shop,
          key: "fact-3",
          value: "The shop runs on Go and MariaDB.",
        });
        await page.getByRole("button", { name: "Save" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("alert").waitFor();
        expect(await dialog.getByRole("alert").textContent()).toMatch(
          /Somebody changed this memory.*version 3: “The shop runs on Go and MariaDB.”.*still here/,
        );
        expect(await page.getByLabel("What to remember").inputValue()).toBe(
          "The shop runs on Rust and DuckDB.",
        );
        expect(await server.memory.get({ namespace: shop, key: "fact-3" })).toMatchObject({ version: 3 });
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await panel(page).locator(".whole", { hasText: "MariaDB" }).waitFor();

        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("What to remember").fill("The shop runs on Zig.");
        await server.memory.set({ namespace: shop, key: "fact-3", value: "The shop runs on Perl." });
        await page.getByRole("button", { name: "Save" }).click();
        await dialog.getByRole("alert").waitFor();
        await page.getByRole("button", { name: "Save" }).click();
        await panel(page).locator(".whole", { hasText: "Zig" }).waitFor();
        expect(await server.memory.get({ namespace: shop, key: "fact-3" })).toMatchObject({
          value: "The shop runs on Zig.",
          version: 5,
        });
      });

      test("that somebody else changed is neither deleted, restored nor undone unseen", async () => {
        const page = await open(`${inShop}?key=fact-3`);
        const edit = (value: string) => server.memory.set({ namespace: shop, key: "fact-3", value });
        const now = async () => (await server.memory.get({ namespace: shop, key: "fact-3" }))?.value;
        const restore = page.getByRole("button", { name: "Restore version 1" });
        await restore.waitFor();
        await edit("The shop runs on Go.");
        await restore.click();
        await page.getByRole("region", { name: "History" }).getByRole("alert").waitFor();
        expect(await now()).toBe("The shop runs on Go.");

        await page.getByRole("button", { name: "Delete", exact: true }).click();
        const dialog = page.getByRole("dialog", { name: "Delete this memory?" });
        await dialog.getByRole("button", { name: "Delete" }).click();
        await dialog.getByRole("alert").waitFor();
        await dialog.getByRole("button", { name: "Cancel" }).click();
        expect(await now()).toBe("The shop runs on Go.");

        await page.reload();
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("What to remember").fill("The shop runs on Ada.");
        await page.getByRole("button", { name: "Save" }).click();
        const undo = page.getByRole("button", { name: "Undo" });
        await undo.waitFor();
        await edit("The shop runs on Elm.");
        await undo.click();
        await shown(page, /Somebody changed this memory/);
        expect(await now()).toBe("The shop runs on Elm.");
      });

      test("is restored to an earlier version", async () => {
        const page = await open(`${inShop}?key=fact-3`);
        await page.getByRole("button", { name: "Restore version 1" }).click();
        await shown(page, "Version 1 is restored.");
        const now = await server.memory.get({ namespace: shop, key: "fact-3" });
        expect(now?.value).toContain("PostgreSQL");
        expect(now?.version).toBe(3);
      });

      test("is deleted after a question, is gone, and comes back whole", async () => {
        const before = await server.memory.get({ namespace: shop, key: "fact-3" });
        const versions = await server.memory.history({ namespace: shop, key: "fact-3" });
        const page = await open(`${inShop}?q=invoices&key=fact-3`);
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        const dialog = page.getByRole("dialog", { name: "Delete this memory?" });
        expect(await dialog.textContent()).toContain("1 earlier version");
        await dialog.getByRole("button", { name: "Cancel" }).click();
        expect(await server.memory.get({ namespace: shop, key: "fact-3" })).toEqual(before);

        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await dialog.getByRole("button", { name: "Delete" }).click();
        await shown(page, "The memory is deleted.");
        expect(await server.memory.get({ namespace: shop, key: "fact-3" })).toBeUndefined();
        await expect.poll(() => panel(page).count()).toBe(0);

        await page.getByRole("button", { name: "Undo" }).click();
        await shown(page, "The memory is back, with its history.");
        expect(await server.memory.get({ namespace: shop, key: "fact-3" })).toEqual(before);
        expect(await server.memory.history({ namespace: shop, key: "fact-3" })).toEqual(versions);
        await panel(page).getByText("PostgreSQL").first().waitFor();
      });

      test("shows its conversation, with the turns around it, and leads through it", async () => {
        const { records } = await server.memory.list({ namespace: shop, thread: "wedding-cake" });
        const price = records.find(({ value }) => value.includes("4,50"));
        const page = await open(`${inShop}?key=${price?.key}`);
        const talk = page.getByRole("region", { name: "Conversation" });
        const turns = talk.locator("li");
        await expect.poll(() => turns.count()).toBe(6);
        expect(await talk.locator("[aria-current]").textContent()).toContain("4,50");
        await talk.getByRole("button", { name: "Earlier turns" }).click();
        await expect.poll(() => turns.count()).toBe(8);
        await turns.first().getByRole("button", { name: "Open this turn" }).click();
        await expect.poll(() => page.url()).toContain(records[0]?.key);
        await talk.getByRole("button", { name: "Only this conversation" }).click();
        await expect.poll(() => options(page).count()).toBe(records.length);
      });

      test("that is not there any more says so", async () => {
        const page = await open(`${inShop}?key=gone`);
        expect(await panel(page).getByRole("alert").textContent()).toMatch(/Go back and choose another/);
      });
    });

    describe("what is stored is text", () => {
      const script = `<img src=x onerror="alert(1)"><script>alert(2)</script><svg onload=alert(3)>`;

      test("in every place where it is shown", async () => {
        const namespace = `<b onmouseover=alert(4)>${"n"}</b>`;
        const memory = {
          namespace,
          key: script,
          tags: [script],
          metadata: { [script]: script },
          entities: [{ name: script, type: "<i>" }],
          thread: script,
          role: script.slice(0, 60),
        };
        await server.memory.set({ ...memory, value: `first ${script}` });
        await server.memory.set({ ...memory, value: `second ${script}` });
        const page = await open(`#/in/${encodeURIComponent(namespace)}?q=second`);
        await options(page).first().click();
        await page.getByRole("region", { name: "History" }).locator("ins").first().waitFor();
        await page.getByRole("region", { name: "Conversation" }).locator("li").first().waitFor();
        expect(await panel(page).locator(".whole").textContent()).toBe(`second ${script}`);
        expect(await page.locator("body img, body script, main b, main i").count()).toBe(0);
        await page.getByRole("button", { name: "Edit" }).click();
        expect(await page.getByLabel("What to remember").inputValue()).toBe(`second ${script}`);
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        expect(await page.getByRole("dialog").textContent()).toContain(script);
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: "Overview" }).click();
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        expect(await page.locator("body img, body script, main b").count()).toBe(0);
      });

      test("the page refuses markup from strings, whoever asks", async () => {
        const { page, problems } = await visit(browser, server.url);
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        const outcome = await page.evaluate(
          "new Promise((resolve) => setTimeout(() => { try { document.body.innerHTML = '<b>x</b>'; resolve('written'); } catch (error) { resolve(error.name); } }))",
        );
        expect(outcome).toBe("TypeError");
        expect(problems.join()).toContain("TrustedHTML");
        await page.context().close();
      });
    });

    describe("namespaces", () => {
      test("are listed with their counts, chosen, and found by name", async () => {
        await fillBakery(server.memory);
        for (let at = 0; at < 12; at++)
          await server.memory.set({ namespace: `user/${at}`, value: `Visitor ${at}` });
        const page = await open("#/overview");
        const nav = page.getByRole("navigation");
        await nav.getByLabel("Find a namespace").fill("user/1");
        await expect.poll(() => nav.locator(".namespaces a").count()).toBe(3);
        await nav.getByLabel("Find a namespace").fill("");
        await expect.poll(() => nav.getByRole("link", { name: shop }).textContent()).toMatch(/30$/);
        await nav.getByRole("link", { name: shop }).click();
        await page.getByRole("heading", { level: 1, name: shop }).waitFor();
        expect(await nav.getByRole("link", { name: shop }).getAttribute("aria-current")).toBe("page");
        await options(page).first().waitFor();
      });

      test("an empty store and an empty namespace teach the first step", async () => {
        const page = await open("");
        await page.getByRole("heading", { name: "Nothing is remembered yet" }).waitFor();
        await page.goto(`${server.url}/console/#/in/new`);
        await page.getByRole("heading", { name: "No memories yet" }).waitFor();
        const example =
          (await page.getByRole("region", { name: "the example for curl" }).textContent()) ?? "";
        expect(example).toContain(`curl ${server.url}/v1/memory-set`);
        const body = /-d '(.*)'/.exec(example)?.[1] ?? "";
        const answer = await fetch(`${server.url}/v1/memory-set`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        expect(answer.status).toBe(200);
        await page.reload();
        await expect.poll(() => options(page).count()).toBe(1);
      });

      test("are deleted after their name was typed, and exported before", async () => {
        await fillBakery(server.memory);
        const page = await open("#/in/suppliers");
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Export" }).click(),
        ]);
        expect(download.suggestedFilename()).toBe("suppliers.jsonl");
        await page.getByRole("button", { name: "Delete namespace" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("textbox").fill("supplier");
        await dialog.getByRole("button", { name: "Delete everything" }).click();
        expect(await server.memory.namespaces()).toContain("suppliers");
        await dialog.getByRole("textbox").fill("suppliers");
        await dialog.getByRole("button", { name: "Delete everything" }).click();
        await shown(page, "The namespace is deleted.");
        expect(await server.memory.namespaces()).not.toContain("suppliers");
        await expect
          .poll(() => page.getByRole("navigation", { name: "Console" }).getByText("suppliers").count())
          .toBe(0);
      });
    });

    test("the overview shows counts, the queue with its last error, and charts with their figures", async () => {
      await using failing = await startServer({
        embedder: {
          id: "failing",
          dimensions: 4,
          embed: () => Promise.reject(new Error("quota is used up")),
        },
      });
      await fillBakery(failing.memory);
      await failing.memory.search({ namespace: shop, query: "pain", deadlineMs: 50 });
      await fetch(`${failing.url}/v1/memory/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ namespace: shop, query: "pain" }),
      });
      const visited = await visit(browser, failing.url);
      visits.push(visited);
      const { page } = visited;
      const queue = page.getByRole("region", { name: "Queue", exact: true });
      await expect
        .poll(async () => {
          await page.getByRole("button", { name: "Refresh" }).click();
          return queue.textContent();
        })
        .toContain("350Error"); // 35 wait, none is given up; core tells the kind of the last error.
      expect(await page.locator(".numbers").textContent()).toContain(
        String((await failing.memory.stats()).records),
      );
      const search = page.getByRole("figure", { name: /^Search/ });
      expect(await search.getByRole("img").getAttribute("aria-label")).toMatch(/median from .* ms/);
      await search.getByText("Figures").click();
      await expect.poll(() => search.locator("tbody tr").count()).toBeGreaterThan(0);
    });

    describe("keys", () => {
      const admin = () =>
        server.keys.create({ name: "Admin", grants: [{ prefix: "", permission: "admin" }] });

      test("the first key is shown once, signs this tab in, and shuts the door behind it", async () => {
        await fillBakery(server.memory);
        const page = await open("#/keys");
        await page.getByRole("button", { name: "Create a key" }).click();
        await page.getByLabel("Name", { exact: true }).fill("Everything");
        await page.getByRole("button", { name: "Create", exact: true }).click();
        const dialog = page.getByRole("dialog", { name: "Copy this key now" });
        const key = (await dialog.getByLabel("The key", { exact: true }).textContent()) ?? "";
        expect(server.keys.verify(key)?.name).toBe("Everything");
        await dialog.getByRole("button", { name: "I have kept it" }).click();
        await page.getByText("Signed in as").waitFor();
        await page.getByRole("row", { name: /Everything/ }).waitFor();
        expect(await page.content()).not.toContain(key);
        expect(await page.evaluate("JSON.stringify({ ...localStorage }) + document.cookie")).not.toContain(
          key,
        );
        const stranger = await open("#/keys");
        await stranger.getByRole("button", { name: "Sign in" }).waitFor();
        expect(await stranger.getByRole("row").count()).toBe(0);
      });

      test("the link of the first start signs this tab in, and the key leaves the address", async () => {
        await fillBakery(server.memory);
        const { key } = admin();
        const page = await open(`#key=${key}`);
        await page.getByText("Signed in as").waitFor({ state: "attached" });
        expect(page.url()).toBe(`${server.url}/console/`);
        await page.reload();
        await page.getByText("Signed in as").waitFor({ state: "attached" });
        // Pasted into a tab that shows the console already; and one that is none, or not any more.
        await page.goto(`${server.url}/console/#key=svr_none`);
        await page.getByRole("button", { name: "Sign in" }).waitFor();
        expect(await page.getByRole("alert").textContent()).toContain("not valid any more");
        expect(page.url()).toBe(`${server.url}/console/`);
      });

      test("a form does not outlive its page", async () => {
        const page = await open("#/overview");
        await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Keys" }).click();
        await page.getByRole("button", { name: "Create a key" }).click();
        await page.getByRole("dialog").waitFor();
        await page.goBack();
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        expect(await page.getByRole("dialog").count()).toBe(0);
      });

      test("the first key must be able to make others", async () => {
        const page = await open("#/keys");
        await page.getByRole("button", { name: "Create a key" }).click();
        await page.getByLabel("Name", { exact: true }).fill("Reader");
        await page.getByLabel("What it may do").selectOption("read");
        await page.getByRole("button", { name: "Create", exact: true }).click();
        expect(await page.getByRole("alert").textContent()).toContain("must be one that can make others");
        expect(server.keys.any()).toBe(false);
      });

      test("keys are made with grants, expiry and limits, listed, and revoked", async () => {
        const page = await open("#/keys");
        await signIn(page, admin().key);
        await page.getByRole("button", { name: "Create a key" }).click();
        await page.getByLabel("Name", { exact: true }).fill("Night reports");
        await page.getByLabel("What it may do").selectOption("read");
        await page.getByLabel("Where").selectOption("prefix");
        await page.getByLabel("Namespace, or how it begins").fill("team/");
        await page.getByRole("button", { name: "Another grant" }).click();
        await page.getByLabel("Namespace, or how it begins").nth(1).fill("suppliers");
        await page.getByText("Expiry and limits").click();
        await page.getByLabel("Expires").fill("2099-01-01T00:00");
        await page.getByLabel("Requests a minute").fill("30");
        await page.getByLabel("Writes a day").fill("5");
        await page.getByRole("button", { name: "Create", exact: true }).click();
        const key = (await page.getByLabel("The key", { exact: true }).textContent()) ?? "";
        await page.getByRole("button", { name: "I have kept it" }).click();
        expect(server.keys.list().find(({ name }) => name === "Night reports")).toMatchObject({
          grants: [
            { prefix: "team/", permission: "read" },
            { namespace: "suppliers", permission: "read" },
          ],
          rate_limit: 30,
          quota: { writes_per_day: 5 },
        });
        expect(server.keys.verify(key)).toBeDefined();

        await page.getByRole("button", { name: "Revoke Night reports" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("row", { name: /Night reports.*revoked/ }).waitFor();
        expect(server.keys.verify(key)).toBeUndefined();
      });

      test("signing in: a wrong key is explained, a good one stays in this tab only, signing out forgets", async () => {
        await fillBakery(server.memory);
        const { key } = admin();
        const page = await open(`${inShop}?q=invoices`);
        await page.getByLabel("Key").fill("svr_wrong");
        await page.getByRole("button", { name: "Sign in" }).click();
        expect(await page.getByRole("alert").textContent()).toContain("This key is not valid here");
        await signIn(page, key);
        await options(page).first().waitFor(); // Where the address said.
        expect(await focused(page)).toContain(`H1 ${shop}`);
        await page.reload();
        await options(page).first().waitFor();
        expect(await page.evaluate("JSON.stringify({ ...localStorage }) + document.cookie")).not.toContain(
          key,
        );
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByRole("button", { name: "Sign in" }).waitFor();
        expect(await options(page).count()).toBe(0);
        expect(await page.evaluate("sessionStorage.length")).toBe(0);
      });

      test("a key that may only read is offered nothing else", async () => {
        await fillBakery(server.memory);
        admin();
        const { key } = server.keys.create({
          name: "Reader",
          grants: [{ prefix: "team/", permission: "read" }],
        });
        const page = await open("#/overview");
        await signIn(page, key);
        await shown(page, /need a key with admin on every namespace/);
        const names = page.getByRole("navigation", { name: "Console" }).locator(".namespaces a");
        await expect.poll(() => names.count()).toBe(2);
        expect(await page.getByRole("link", { name: "Keys" }).count()).toBe(0);
        await names.first().click();
        await options(page).first().click();
        await page.getByRole("region", { name: "Details" }).waitFor();
        for (const name of ["Add a memory", "Edit", "Delete", "Delete namespace"])
          expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
        await page.goto(`${server.url}/console/${inShop}`);
        expect(await page.getByRole("alert").first().textContent()).toMatch(
          /Sign in with a key that may do this/,
        );
      });

      test("a key that is revoked while the page is open leads back to the door", async () => {
        await fillBakery(server.memory);
        const { key, id } = admin();
        const page = await open(inShop);
        await signIn(page, key);
        await options(page).first().waitFor();
        await page.waitForLoadState("networkidle");
        server.keys.revoke(id);
        await page.getByRole("combobox").fill("pain");
        expect(await page.getByRole("alert").textContent()).toContain("not valid any more");
        expect(await options(page).count()).toBe(0);
      });
    });

    test("a server that stops answering is told in plain words, and asked again", async () => {
      await fillBakery(server.memory);
      const page = await open(inShop);
      await options(page).first().waitFor();
      await page.context().setOffline(true);
      await page.getByRole("combobox").fill("croissants");
      const alert = page.getByRole("alert");
      await alert.waitFor();
      expect(await alert.textContent()).toContain("The server does not answer");
      await page.context().setOffline(false);
      await alert.getByRole("button", { name: "Try again" }).click();
      await options(page).first().locator("mark").first().waitFor();
    });

    describe("by keyboard alone", () => {
      beforeEach(() => fillBakery(server.memory));

      test("search, walk, open, delete, undo and back", async () => {
        const page = await open(inShop);
        await options(page).first().waitFor();
        await page.keyboard.press("/");
        expect(await focused(page)).toBe("search");
        await page.keyboard.type("croissants butter Friday");
        await options(page).first().locator("mark").first().waitFor();
        await page.keyboard.press("ArrowDown");
        const field = page.getByRole("combobox");
        expect(await field.getAttribute("aria-activedescendant")).toBe("memory-0");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        expect(await field.getAttribute("aria-activedescendant")).toBe("memory-0");
        await page.keyboard.press("Enter");
        await page.locator("#delete-memory").waitFor();
        expect(await focused(page)).toBe("panel-title");
        expect(await panel(page).textContent()).toContain("without butter on Fridays");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        expect(await focused(page)).toBe("delete-memory");
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").waitFor();
        await page.keyboard.press("Escape");
        expect(await focused(page)).toBe("delete-memory");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await shown(page, "The memory is deleted.");
        await page.keyboard.press("Escape");
        expect(await focused(page)).not.toMatch(/^BODY/);
        await page.keyboard.press("u");
        await shown(page, "The memory is back, with its history.");
        await page.locator("#delete-memory").waitFor();
        await page.keyboard.press("Escape");
        await expect.poll(() => panel(page).count()).toBe(0);
        expect(await focused(page)).toBe("memories");
        expect(await server.memory.get({ namespace: shop, key: "fact-1" })).toBeDefined();
      });

      test("Tab goes through the page in order, and skips to the memories", async () => {
        const page = await open(inShop);
        await options(page).first().waitFor();
        await page.keyboard.press("Tab");
        expect(await focused(page)).toContain("Skip to the memories");
        await page.keyboard.press("Enter");
        expect(await focused(page)).toContain(`H1 ${shop}`);
        const order: string[] = [];
        for (let press = 0; press < 40 && order.at(-1) !== "memories"; press++) {
          await page.keyboard.press("Tab");
          order.push(await focused(page));
        }
        const place = (id: string) => order.findIndex((name) => name.startsWith(id));
        expect(place("add-memory")).toBeLessThan(place("search"));
        expect(place("search")).toBeLessThan(place("entities-"));
        expect(place("entities-")).toBeLessThan(place("tags-"));
        expect(order.at(-1)).toBe("memories");
        await page.keyboard.press("End");
        await page.keyboard.press("Enter");
        await panel(page).waitFor();
      });

      test("single keys can be turned off, and do nothing in fields", async () => {
        const page = await open(inShop);
        await options(page).first().waitFor();
        await page.keyboard.press("/");
        await page.keyboard.type("n/?u");
        expect(await page.getByRole("combobox").inputValue()).toBe("n/?u");
        expect(await page.getByRole("dialog").count()).toBe(0);
        await page.keyboard.press("Escape");
        expect(await page.getByRole("combobox").inputValue()).toBe("");
        await page.keyboard.press("Tab");
        await page.keyboard.press("?");
        await page.getByLabel("Single-key shortcuts").uncheck();
        await page.keyboard.press("Escape");
        await page.keyboard.press("n");
        expect(await page.getByRole("dialog").count()).toBe(0);
        await page.reload();
        await options(page).first().waitFor();
        await page.keyboard.press("?");
        expect(await page.getByRole("dialog").count()).toBe(0);
      });
    });

    test("on a small screen the menu and the memory take the place of the list", async () => {
      await fillBakery(server.memory);
      const page = await open(inShop, { viewport: { width: 380, height: 740 } });
      await options(page).first().waitFor();
      const overflow = () => page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(await overflow()).toBe(0);
      expect(await page.getByRole("navigation", { name: "Console" }).isVisible()).toBe(false);
      await page.getByRole("button", { name: "Menu" }).click();
      await page
        .getByRole("navigation", { name: "Console" })
        .getByRole("link", { name: "suppliers" })
        .click();
      await page.getByRole("heading", { level: 1, name: "suppliers" }).waitFor();
      expect(await page.getByRole("navigation", { name: "Console" }).isVisible()).toBe(false);
      await options(page).first().click();
      await panel(page).waitFor();
      expect(await options(page).first().isVisible()).toBe(false);
      expect(await overflow()).toBe(0);
      await page.goBack();
      await options(page).first().waitFor();
    });

    test("the theme follows the system until it is chosen, and the choice stays", async () => {
      const page = await open("", { colorScheme: "dark" });
      const background = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
      const button = page.getByRole("button", { name: /^Theme/ });
      await button.waitFor();
      const dark = await background();
      await button.click();
      expect(await button.textContent()).toBe("Theme: Light");
      expect(await background()).not.toBe(dark);
      await page.reload();
      await button.waitFor();
      expect(await button.textContent()).toBe("Theme: Light");
    });

    test("what is written from right to left is shown so", async () => {
      await fillBakery(server.memory);
      const page = await open(`${inShop}?key=fact-10`);
      const value = panel(page).locator(".whole");
      await value.waitFor();
      expect(await page.evaluate("getComputedStyle(document.querySelector('.whole')).direction")).toBe("rtl");
      expect(await page.evaluate("getComputedStyle(document.body).direction")).toBe("ltr");
    });

    async function signIn(page: Page, key: string): Promise<void> {
      await page.getByLabel("Key").fill(key);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Signed in as").waitFor({ state: "attached" });
    }
  },
);
