// The built-in embedder in what bundlers make of a memory: for browsers, where its data are fetched when the first search
// needs them, and for the edge, where they are given.
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { type Browser, chromium } from "playwright-core";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";

const dataName = "souvenir-static-256-1.bin";
const data = fileURLToPath(import.meta.resolve("@souvenir/static/model.bin"));
const program = `
import { createMemory } from "@souvenir/core";
import { staticEmbedder } from "@souvenir/static";

globalThis.ask = async (given) => {
  const data = given === undefined || given === false ? {} : { embedder: staticEmbedder({ data: given }) };
  const memory = await createMemory({ path: ":memory:", ...(given === false ? { embedder: false } : data) });
  await memory.set({ namespace: "n", key: "doctor", value: "Our pediatrician is Dr. Moreau." });
  await memory.set({ namespace: "n", key: "bicycle", value: "My bicycle has a flat tyre." });
  const meant = await memory.search({ namespace: "n", query: "Which doctor looks after the children?" });
  const named = await memory.search({ namespace: "n", query: "bicycle" });
  const { queue } = await memory.stats();
  return [meant.degraded.join(), meant.results[0]?.key, named.results[0]?.key, queue.embedding.misconfigured];
};`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-bundles-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundle(name: string, format: "esm" | "iife"): Promise<string> {
  const here = fileURLToPath(new URL("program.ts", import.meta.url));
  const [made] = await build({
    config: false,
    entry: { [name]: "virtual:program" },
    outDir: join(folder, name),
    format,
    platform: "browser",
    dts: false,
    silent: true,
    logLevel: "silent",
    noExternal: [/.*/],
    inlineOnly: false,
    inputOptions: { resolve: { conditionNames: ["@souvenir/source", "browser", "import", "default"] } },
    plugins: [
      {
        name: "program",
        resolveId: (id: string) => (id === "virtual:program" ? here : undefined),
        load: (id: string) => (id === here ? program : undefined),
      },
    ],
  } as Parameters<typeof build>[0]);
  const chunk = made?.chunks.find((each) => each.type === "chunk" && each.isEntry);
  return join(folder, name, chunk!.fileName);
}

test("at the edge, data that are given are used, and without them it says what to do", async () => {
  const vm = new EdgeVM({ initialCode: await readFile(await bundle("edge", "iife"), "utf8") });
  const ask = vm.evaluate<(data?: unknown) => Promise<unknown>>("globalThis.ask");
  expect(await ask(await readFile(data))).toEqual(["", "doctor", "bicycle", undefined]);
  expect(await ask(false)).toEqual(["", undefined, "bicycle", undefined]);
  expect(await ask()).toEqual([
    "vector",
    undefined,
    "bicycle",
    expect.stringContaining("staticEmbedder({ data })"),
  ]);
});

const browserPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const missing = existsSync(browserPath) ? undefined : `there is no ${browserPath}: set CHROMIUM_PATH`;

test("in a browser the data are fetched once, when the first search needs them", async ({ skip }) => {
  if (missing !== undefined) return skip(missing);
  const file = await bundle("page", "esm");
  const root = join(folder, "page");
  await copyFile(data, join(root, dataName));
  await writeFile(
    join(root, "index.html"),
    `<!doctype html><script type="module" src="${file.slice(root.length + 1)}"></script>`,
  );
  const asked: string[] = [];
  const server: Server = createServer(async ({ url }, response) => {
    const name = url === "/" ? "index.html" : url!.slice(1);
    asked.push(name);
    const content = await readFile(join(root, name)).catch(() => undefined);
    const types: Record<string, string> = {
      ".html": "text/html",
      ".mjs": "text/javascript",
      ".js": "text/javascript",
    };
    response.writeHead(content === undefined ? 404 : 200, {
      "content-type": types[extname(name)] ?? "application/octet-stream",
    });
    response.end(content);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const address = server.address();
    await page.goto(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
    await page.waitForFunction("globalThis.ask");
    expect(await page.evaluate("ask(false)")).toEqual(
      ["", null, "bicycle", null].map((each) => each ?? undefined),
    );
    expect(asked).not.toContain(dataName);
    expect(await page.evaluate("ask().then(([degraded, meant, named]) => [degraded, meant, named])")).toEqual(
      ["", "doctor", "bicycle"],
    );
    await page.evaluate("ask()");
    expect(asked.filter((name) => name === dataName)).toHaveLength(1);
  } finally {
    await browser?.close();
    await new Promise((closed) => server.close(closed));
  }
});
