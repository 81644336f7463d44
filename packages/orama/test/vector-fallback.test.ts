import { registerHooks } from "node:module";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { randomNumbers, randomVector } from "./vector-data.ts";

afterEach(() => vi.unstubAllGlobals());
afterAll(() => hooks.deregister());

// What a module imports is loaded anew with it: its address goes on with that of the module. Where Vitest loads the
// modules, it forgets them when it is told to.
const hooks = registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const { search } = new URL(context.parentURL ?? "file:");
    return search.startsWith("?loaded=") && resolved.url.startsWith("file:")
      ? { ...resolved, url: resolved.url + search }
      : resolved;
  },
});

let loads = 0;

/** The vector index of modules that are loaded just now: what they found in this runtime was found now. */
async function loadVectorIndex() {
  loads += 1;
  vi.resetModules();
  const load = (path: string) => import(`${new URL(path, import.meta.url)}?loaded=${loads}`);
  const modules: [typeof import("../src/vectors/vector-index.ts"), typeof import("../src/frozen-part.ts")] =
    await Promise.all([load("../src/vectors/vector-index.ts"), load("../src/frozen-part.ts")]);
  return { ...modules[0], ...modules[1] };
}

/** What a search returns from modules that were loaded just now. */
async function searched(): Promise<unknown> {
  const { VectorIndex } = await loadVectorIndex();
  const random = randomNumbers(3);
  const index = new VectorIndex({ dimensions: 40 });
  for (let doc = 0; doc < 3000; doc++) index.add(doc, [randomVector(40, random)]);
  return index.search(randomVector(40, random), { limit: 10 });
}

test("without WebAssembly, or where it may not be compiled, results are the same", async () => {
  const expected = await searched();
  vi.stubGlobal("WebAssembly", undefined);
  expect(await searched()).toEqual(expected);

  const Module = vi.fn(function forbidden() {
    throw new EvalError("Code generation is not allowed here.");
  });
  vi.stubGlobal("WebAssembly", { Module });
  expect(await searched()).toEqual(expected);
  expect(Module).toHaveBeenCalledTimes(1);
});

test("nothing is compiled before the first vector", async () => {
  const { Module } = pick("Module") as { Module: new (bytes: Uint8Array) => object };
  const compile = vi.fn(function compiled(bytes: Uint8Array) {
    return new Module(bytes);
  });
  vi.stubGlobal("WebAssembly", { ...pick("Memory", "Instance"), Module: compile });
  const { VectorIndex } = await loadVectorIndex();
  const index = new VectorIndex({ dimensions: 3 });
  index.search(Float32Array.of(1, 2, 3), { limit: 1 });
  expect(compile).not.toHaveBeenCalled();
  index.add(0, [Float32Array.of(1, 2, 3)]);
  index.add(1, [Float32Array.of(3, 2, 1)]);
  new VectorIndex({ dimensions: 3 }).add(0, [Float32Array.of(1, 2, 3)]);
  expect(compile).toHaveBeenCalledTimes(1);
});

test("many small indexes share one memory of WebAssembly, and one that grows gets its own", async () => {
  const { Memory } = pick("Memory") as { Memory: new (limits: object) => object };
  const make = vi.fn(function made(limits: object) {
    return new Memory(limits);
  });
  vi.stubGlobal("WebAssembly", { ...pick("Module", "Instance"), Memory: make });
  const { VectorIndex } = await loadVectorIndex();
  const random = randomNumbers(5);
  const query = randomVector(256, random);
  const vectors = Array.from({ length: 90 }, () => randomVector(256, random));
  const indexes = [1, 2, 3].map(() => new VectorIndex({ dimensions: 256 }));
  const plain = new VectorIndex({ dimensions: 256, forcePlain: true });
  for (const [doc, vector] of vectors.entries()) {
    for (const index of [plain, ...(doc < 20 ? indexes : indexes.slice(0, 1))]) index.add(doc, [vector]);
    if (doc === 19) expect(make).toHaveBeenCalledTimes(1);
    if (doc === 10) for (const index of [plain, ...indexes]) index.remove(4);
    expect(indexes[0]!.search(query, { limit: 5 })).toEqual(plain.search(query, { limit: 5 }));
  }
  expect(make).toHaveBeenCalledTimes(2);
  expect(indexes[0]!.save()).toEqual(plain.save());
});

test("what is saved while an index leaves its small memory is as it was when the saving began", async () => {
  const { VectorIndex, thawed } = await loadVectorIndex();
  const random = randomNumbers(6);
  const index = new VectorIndex({ dimensions: 256 });
  for (let doc = 0; doc < 20; doc++) index.add(doc, [randomVector(256, random)]);
  const saved = index.save();
  const parts = index.freeze();
  index.remove(3);
  for (let doc = 20; doc < 300; doc++) index.add(doc, [randomVector(256, random)]);
  expect(parts.map(thawed)).toEqual(saved);
});

/** Members of `WebAssembly`, which are not enumerable. */
function pick(...names: string[]): Record<string, unknown> {
  const host = (globalThis as unknown as { WebAssembly: Record<string, unknown> }).WebAssembly;
  return Object.fromEntries(names.map((name) => [name, host[name]]));
}
