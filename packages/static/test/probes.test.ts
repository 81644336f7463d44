import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { staticEmbedder } from "../src/index.ts";
import { hashOf, largestDeviation, probes, vectorsHash } from "./probes.ts";

const texts = probes.map(({ text }) => text);

test("the terms of the probes are read", async () => {
  const embedder = staticEmbedder();
  await embedder.load();
  const model = embedder.model!;
  for (const { text, terms } of probes) expect(model.read(text).map((id) => model.term(id))).toEqual(terms);
});

test("the vectors of the probes agree, and are the same to the bit wherever this runs", async () => {
  const vectors = await staticEmbedder().embed(texts);
  expect(largestDeviation(vectors)).toBeLessThan(1e-6);
  expect(hashOf(vectors)).toBe(vectorsHash);
});

test("a worker thread computes the same", async () => {
  const program = `
    import { parentPort, workerData } from "node:worker_threads";
    const { staticEmbedder } = await import(workerData.module);
    parentPort.postMessage(await staticEmbedder().embed(workerData.texts));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    execArgv: ["--conditions=@souvenir/source"],
    workerData: { module: new URL("../src/index.ts", import.meta.url).href, texts },
  });
  const vectors = await new Promise<Float32Array[]>((resolve, reject) =>
    worker.once("message", resolve).once("error", reject),
  );
  await worker.terminate();
  expect(hashOf(vectors)).toBe(vectorsHash);
});
