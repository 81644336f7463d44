import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { type Browser, chromium } from "playwright-core";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashOf, largestDeviation, probes, vectorsHash } from "./probes.ts";

const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const dataName = "souvenir-static-256-1.bin";
const data = fileURLToPath(new URL(`../src/${dataName}`, import.meta.url));
const texts = probes.map(({ text }) => text);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-static-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One file for browsers, as a bundler makes it of a program that imports the package. */
async function bundle(name: string, format: "esm" | "iife", program: string): Promise<string> {
  const entry = join(folder, `${name}.entry.ts`);
  await writeFile(entry, program.replace("@souvenir/static", source));
  const [made] = await build({
    config: false,
    entry: { [name]: entry },
    outDir: join(folder, name),
    format,
    platform: "browser",
    dts: false,
    silent: true,
    logLevel: "silent",
    inputOptions: { resolve: { conditionNames: ["browser", "import", "default"] } },
  } as Parameters<typeof build>[0]);
  const chunk = made?.chunks.find((each) => each.type === "chunk" && each.isEntry);
  return join(folder, name, chunk!.fileName);
}

describe("in an edge runtime", () => {
  let code: string;
  beforeAll(async () => {
    const program = `
      import { staticEmbedder } from "@souvenir/static";
      globalThis.embed = (data, texts) => staticEmbedder(data ? { data } : {}).embed(texts);`;
    code = await readFile(await bundle("edge", "iife", program), "utf8");
  });

  test("nothing asks for Node", () => {
    expect(code).not.toMatch(/(?:require|from|import)\s*\(?\s*["'`](?:node:|fs)/);
    expect(code).not.toMatch(/["'`]node:/);
  });

  test("data that are given are read, and the vectors are the same", async () => {
    const vm = new EdgeVM({ initialCode: code });
    expect(vm.evaluate("[typeof process, typeof Buffer]")).toEqual(["undefined", "undefined"]);
    const embed =
      vm.evaluate<(data: unknown, texts: string[]) => Promise<Float32Array[]>>("globalThis.embed");
    const bytes = await readFile(data);
    for (const given of [
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      bytes,
      async () => bytes,
    ]) {
      const vectors = await embed(given, texts);
      expect(largestDeviation(vectors)).toBeLessThan(1e-6);
      expect(hashOf(vectors)).toBe(vectorsHash);
    }
  });

  test("without data it says what to do", async () => {
    const vm = new EdgeVM({ initialCode: code });
    const outcome = await vm.evaluate(
      "embed(undefined, ['dog']).then(() => 'embedded', ({ code, message }) => code + ': ' + message)",
    );
    expect(outcome).toMatch(/^UNREACHABLE: .*staticEmbedder\(\{ data \}\)/);
  });
});

const browserPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const missing = existsSync(browserPath)
  ? undefined
  : `there is no ${browserPath}: install it, or set CHROMIUM_PATH`;

describe("in a browser", () => {
  let server: Server;
  let origin: string;
  let browser: Browser | undefined;
  const asked: string[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    const page = `
      import { staticEmbedder } from "@souvenir/static";
      const texts = ${JSON.stringify(texts)};
      const plain = (vectors) => vectors.map((vector) => [...vector]);
      if (typeof document === "undefined") staticEmbedder().embed(texts).then((vectors) => postMessage(plain(vectors)));
      else {
        globalThis.make = () => void staticEmbedder();
        globalThis.embed = async () => plain(await staticEmbedder().embed(texts));
      }`;
    await copyFile(await bundle("page", "esm", page), join(folder, "page.mjs"));
    await copyFile(data, join(folder, dataName));
    await writeFile(
      join(folder, "index.html"),
      '<!doctype html><script type="module" src="page.mjs"></script>',
    );
    const types: Record<string, string> = { ".html": "text/html", ".mjs": "text/javascript" };
    server = createServer(async ({ url }, response) => {
      const name = url === "/" ? "index.html" : url!.slice(1);
      asked.push(name);
      const content = await readFile(join(folder, name)).catch(() => undefined);
      response.writeHead(content === undefined ? 404 : 200, {
        "content-type": types[extname(name)] ?? "application/octet-stream",
      });
      response.end(content);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ["--no-sandbox", "--disable-gpu"],
      timeout: 120_000,
    });
  });
  afterAll(async () => {
    await browser?.close();
    if (missing === undefined) await new Promise((closed) => server.close(closed));
  });

  test("the data are fetched when they are needed, once, and the vectors are the same", async ({ skip }) => {
    if (browser === undefined) return skip(missing);
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(origin);
    await page.waitForFunction("globalThis.make");
    await page.evaluate("make()");
    expect(asked).not.toContain(dataName);
    const [vectors] = (await page.evaluate("Promise.all([embed(), embed()])")) as number[][][];
    expect(largestDeviation(vectors!)).toBeLessThan(1e-6);
    expect(hashOf(vectors!)).toBe(vectorsHash);
    expect(asked.filter((name) => name === dataName)).toHaveLength(1);
    await page.close();
  });

  test("a worker computes the same", async ({ skip }) => {
    if (browser === undefined) return skip(missing);
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(origin);
    const vectors = (await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker("page.mjs", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    })`)) as number[][];
    expect(hashOf(vectors)).toBe(vectorsHash);
    await page.close();
  });

  test("without the file it says what to do", async ({ skip }) => {
    if (browser === undefined) return skip(missing);
    await rm(join(folder, dataName));
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(origin);
    await page.waitForFunction("globalThis.embed");
    const outcome = await page.evaluate(
      "embed().then(() => 'embedded', ({ code, message, cause }) => [code, message, cause.message])",
    );
    expect(outcome).toEqual([
      "UNREACHABLE",
      expect.stringContaining("staticEmbedder({ data })"),
      expect.stringContaining("404"),
    ]);
    await page.close();
  });
});
