import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { StaticModelError, type StaticModelErrorCode, staticEmbedder } from "../src/index.ts";

const manifest = JSON.parse(readFileSync(new URL("../model.json", import.meta.url), "utf8"));
const file = new URL(`../src/${manifest.file.name}`, import.meta.url);
const bytes = new Uint8Array(readFileSync(file));
const fails = (code: StaticModelErrorCode) => expect.objectContaining({ name: "StaticModelError", code });

test("the file is the one of the manifest, and so is the embedder", async () => {
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(manifest.file.sha256);
  expect(bytes.length).toBe(manifest.file.bytes);
  const embedder = staticEmbedder();
  expect([embedder.id, embedder.dimensions]).toEqual([manifest.id, manifest.dimensions]);
  await embedder.load();
  expect(embedder.model?.size).toBe(manifest.terms);
});

test("data are asked for when they are needed, and once for all who share them", async () => {
  const data = vi.fn(async () => bytes);
  const embedders = [staticEmbedder({ data }), staticEmbedder({ data }), staticEmbedder({ data })];
  expect(data).not.toHaveBeenCalled();
  await Promise.all(embedders.map((embedder) => embedder.load()));
  await embedders[0]!.load();
  expect(data).toHaveBeenCalledTimes(1);
  expect(embedders[1]!.model).toBe(embedders[0]!.model);
});

test.each([
  ["an array of bytes", bytes],
  ["a view that begins off a boundary", shifted(bytes)],
  ["a buffer", bytes.buffer],
  ["a function that brings a buffer", async () => bytes.buffer],
])("data can be %s", async (_, data) => {
  const [vector] = await staticEmbedder({ data }).embed(["dog"]);
  expect(vector).toEqual((await staticEmbedder().embed(["dog"]))[0]);
});

function shifted(content: Uint8Array): Uint8Array {
  const longer = new Uint8Array(content.length + 3);
  longer.set(content, 3);
  return longer.subarray(3);
}

test("others run while the data are checked and opened", async () => {
  // Not those that were opened already.
  const embedder = staticEmbedder({ data: bytes.slice() });
  let [turns, over] = [0, false];
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await embedder.load();
  over = true;
  expect(turns).toBeGreaterThan(8);
});

test("nothing is computed before the data are there", () => {
  const embedder = staticEmbedder({ data: bytes });
  expect(() => embedder.compute("dog")).toThrow(fails("NOT_LOADED"));
  expect(embedder.model).toBeUndefined();
});

test("a failure is told, and can be tried again", async () => {
  let reachable = false;
  const cause = new Error("no route");
  const embedder = staticEmbedder({ data: async () => (reachable ? bytes : Promise.reject(cause)) });
  await expect(embedder.embed(["dog"])).rejects.toThrow(
    expect.objectContaining({ code: "UNREACHABLE", cause }),
  );
  reachable = true;
  expect(await embedder.embed(["dog"])).toHaveLength(1);
});

test.each<[string, StaticModelErrorCode, () => Uint8Array]>([
  ["nothing", "FOREIGN", () => new Uint8Array(0)],
  ["a web page", "FOREIGN", () => new TextEncoder().encode(`<!doctype html>${" ".repeat(100)}`)],
  ["another version", "VERSION", () => changed((copy) => copy.set([2], 8))],
  ["other dimensions", "VERSION", () => changed((copy) => copy.set([16], 8 + 4 * 2))],
  ["a file cut off", "DAMAGED", () => bytes.slice(0, 5_000_000)],
  [
    "a file with something behind it",
    "DAMAGED",
    () => new Uint8Array([...bytes.subarray(0, 64), ...new Uint8Array(9)]),
  ],
  ["more terms than there are", "DAMAGED", () => changed((copy) => copy.set([255, 255, 255, 255], 8 + 4))],
  ["one bit changed", "DAMAGED", () => changed((copy) => copy.set([copy[7_000_000]! ^ 1], 7_000_000))],
])("%s is refused", async (_, code, make) => {
  await expect(staticEmbedder({ data: make() }).load()).rejects.toThrow(fails(code));
});

function changed(change: (copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

test("options and arguments of the wrong kind are refused", async () => {
  for (const options of [{ date: bytes }, { data: "model.bin" }, { data: null }, { data: 1 }])
    expect(() => staticEmbedder(options as never)).toThrow(fails("INVALID_INPUT"));
  await expect(staticEmbedder({ data: async () => "text" as never }).load()).rejects.toThrow(
    fails("INVALID_INPUT"),
  );
  const embedder = staticEmbedder();
  await embedder.load();
  expect(() => embedder.compute(undefined as never)).toThrow(fails("INVALID_INPUT"));
  expect(StaticModelError.is(await embedder.embed([1 as never]).catch((error: unknown) => error))).toBe(true);
});

test("embedding stops when it is told to", async () => {
  const embedder = staticEmbedder();
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(embedder.embed(["dog"], { signal: controller.signal })).rejects.toThrow("enough");
  const later = new AbortController();
  const embedding = embedder.embed(new Array(200).fill("dog ".repeat(10_000)), { signal: later.signal });
  setImmediate(() => later.abort(new Error("enough now")));
  await expect(embedding).rejects.toThrow("enough now");
});

test("the file is small enough to ship", () => {
  expect(statSync(file).size).toBeLessThan(9_600_000);
});
