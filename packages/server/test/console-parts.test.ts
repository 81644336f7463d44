import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changes } from "../console/diff.ts";
import { routes } from "../console/operations.ts";
import { type NamespaceRoute, readRoute, type ViewRoute, views, writeRoute } from "../console/route.ts";
import { places } from "../console/words.ts";
import { operations } from "../src/api/operations.ts";
import { consoleAsset } from "../src/console/assets.ts";
import { startServer } from "./console/server.ts";

const seed = 20261125;

describe("the console's files", () => {
  test("the page allows nothing but its own script and style, and no markup from strings", async () => {
    const page = consoleAsset("/console/");
    expect(page?.status).toBe(200);
    expect(page?.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = page?.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    const html = (await page?.text()) ?? "";
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\s(style|on\w+)=|https?:/);
    for (const [, name] of html.matchAll(/(?:src|href)="([^"]+)"/g))
      expect(consoleAsset(`/console/${name}`)?.status, name).toBe(200);
  });

  test("script and style are small, and nothing in them is from elsewhere", async () => {
    const [script, style] = await Promise.all(
      ["console.js", "console.css"].map(
        async (name) => (await consoleAsset(`/console/${name}`)?.text()) ?? "",
      ),
    );
    expect((script as string).length + (style as string).length).toBeLessThan(110_000);
    expect(style).not.toMatch(/url\(|@import/);
    expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  test("a file that the browser has is not sent again, also when its tag became weak on the way", () => {
    const etag = consoleAsset("/console/console.js")?.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", W/${etag}`]) {
      const answer = consoleAsset("/console/console.js", known);
      expect(answer?.status).toBe(304);
      expect(answer?.headers.get("etag")).toBe(etag);
    }
    expect(consoleAsset("/console/console.js", '"other"')?.status).toBe(200);
  });

  test("the address without its slash leads to the page, behind a prefix too; nothing else is there", () => {
    const answer = consoleAsset("/console");
    expect(answer?.status).toBe(308);
    const location = answer?.headers.get("location") ?? "";
    expect(new URL(location, "https://example.com/souvenir/console").pathname).toBe("/souvenir/console/");
    for (const path of ["/", "/consolex", "/console/main.ts", "/console/__proto__", "/console/constructor"])
      expect(consoleAsset(path), path).toBeUndefined();
  });

  test("the server sends them to whoever asks, compressed, and not again", async () => {
    await using server = await startServer();
    server.keys.create({ name: "Admin", grants: [{ prefix: "", permission: "admin" }] });
    const page = await fetch(`${server.url}/console`);
    expect(page.url).toBe(`${server.url}/console/`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    const script = await fetch(`${server.url}/console/console.js`);
    expect(script.headers.get("content-encoding")).toBe("gzip");
    const etag = script.headers.get("etag") ?? "";
    const again = await fetch(`${server.url}/console/console.js`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    expect((await fetch(`${server.url}/console/other.js`)).status).toBe(404);
  });

  test("the console asks for operations as the server's table has them", () => {
    for (const [id, route] of Object.entries(routes))
      expect(operations[id as keyof typeof routes].route).toBe(route);
  });
});

describe("addresses", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 });
  const place: fc.Arbitrary<NamespaceRoute> = fc.record(
    {
      page: fc.constant("namespace" as const),
      namespace: name,
      query: fc.string({ unit: "grapheme" }),
      tags: fc.array(name),
      entities: fc.array(name),
      thread: name,
      key: name,
    },
    { requiredKeys: ["page", "namespace", "query", "tags", "entities"] },
  );
  const view: fc.Arbitrary<ViewRoute> = fc.record({
    page: fc.constantFrom(...views),
    namespace: name,
    query: fc.string({ unit: "grapheme" }),
  });

  test("what is written is read again", () => {
    fc.assert(
      fc.property(fc.oneof(place, view), (route) => {
        expect(readRoute(writeRoute(route))).toEqual(route);
      }),
      { seed },
    );
  });

  test("a mangled address leads to the overview", () => {
    for (const hash of ["", "#", "#/", "#/in/", "#/in/%E0%A4%A", "#/elsewhere"])
      expect(readRoute(hash)).toEqual({ page: "overview" });
  });
});

describe("differences", () => {
  test("give both texts back, whatever they are", () => {
    const text = fc
      .array(fc.constantFrom("pain", "four", " ", ",", "é", "面包", "🥐", "\n"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const found = changes(before, after);
        const without = (kind: string) =>
          found
            .filter((change) => change.kind !== kind)
            .map((change) => change.text)
            .join("");
        expect(without("added")).toBe(before);
        expect(without("removed")).toBe(after);
      }),
      { seed, numRuns: 500 },
    );
  });

  test("are words, not letters", () => {
    expect(changes("We use PostgreSQL here.", "We use SQLite here.")).toEqual([
      { kind: "kept", text: "We use " },
      { kind: "removed", text: "PostgreSQL" },
      { kind: "added", text: "SQLite" },
      { kind: "kept", text: " here." },
    ]);
  });

  test("of very long texts are the whole texts", () => {
    const long = "pain ".repeat(2000);
    expect(changes(long, `${long}frais`)).toEqual([
      { kind: "removed", text: long },
      { kind: "added", text: `${long}frais` },
    ]);
  });
});

describe("marked words", () => {
  const found = (text: string, ...terms: string[]) =>
    [...places(text, terms)].map(([from, to]) => text.slice(from, to));

  test("are those of the query in other forms, cases, accents and scripts", () => {
    expect(found("Les Gâteaux de Léa", "gateau")).toEqual(["Gâteaux"]);
    expect(found("We ordered twelve orders", "ordering")).toEqual(["ordered", "orders"]);
    expect(found("the croissants", "croisant")).toEqual(["croissants"]);
    expect(found("面包店每天早上六点开门", "六点", "开门")).toEqual(["六点", "开门"]);
    expect(found("يفتح المخبز في السادسة", "مخبز")).toEqual(["المخبز"]);
    expect(found("ma sœur", "soeur")).toEqual(["sœur"]);
  });

  test("are not words that only look alike", () => {
    expect(found("unable to pay, un four", "able", "fours", "page")).toEqual(["four"]);
    expect(found("an oven", "a")).toEqual([]);
  });

  test("lie in the text, in order, without touching each other", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.array(fc.string({ unit: "grapheme" })),
        (text, terms) => {
          let before = 0;
          for (const [from, to] of places(text, terms)) {
            expect(from).toBeGreaterThanOrEqual(before);
            expect(to).toBeGreaterThan(from);
            expect(to).toBeLessThanOrEqual(text.length);
            before = to;
          }
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});
