import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AttributeIndex, TextIndex, VectorIndex } from "../../packages/orama/src/index.ts";
import { createCorpus } from "./corpus.ts";
import { dimensions } from "./subjects/subject.ts";

export interface EngineResult {
  documents: number;
  /** Documents a second. */
  insert: { text: number; entities: number; vectors: number; all: number };
  /** What npm would upload. */
  package: { bytes: number; dependencies: string[] };
}

const batch = 1_000;

/** What the engine alone takes in: no store, no embedder. */
export function measureEngine(seed: number, documents = 50_000): EngineResult {
  const corpus = createCorpus({ seed, dimensions });
  const [text, attributes, vectors] = [
    new TextIndex(),
    new AttributeIndex(),
    new VectorIndex({ dimensions }),
  ];
  const times = { text: 0, entities: 0, vectors: 0 };
  const timed = (what: keyof typeof times, work: () => void) => {
    const start = performance.now();
    work();
    times[what] += performance.now() - start;
  };
  for (let start = 0; start < documents; start += batch) {
    const items = Array.from({ length: batch }, (_, index) => ({
      text: corpus.text(start + index),
      vector: corpus.vector(start + index),
    }));
    timed("text", () => {
      for (const [at, item] of items.entries()) text.add(start + at, item.text);
    });
    timed("entities", () => {
      for (let at = 0; at < batch; at += 1) {
        const name = `Project${(start + at) % 500}`;
        attributes.addAll(start + at, [
          ["entity", name.toLowerCase()],
          ["form", `product ${name}`],
          ["group", (start + at) % 100],
        ]);
      }
    });
    timed("vectors", () => {
      for (const [at, item] of items.entries()) vectors.add(start + at, [item.vector]);
    });
  }
  const rate = (ms: number) => (documents / ms) * 1_000;
  return {
    documents,
    insert: {
      text: rate(times.text),
      entities: rate(times.entities),
      vectors: rate(times.vectors),
      all: rate(times.text + times.entities + times.vectors),
    },
    package: packed(),
  };
}

function packed(): EngineResult["package"] {
  const folder = fileURLToPath(new URL("../../packages/orama/", import.meta.url));
  const run = (program: string, ...given: string[]) =>
    execFileSync(program, given, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  run("npx", "turbo", "run", "build", "--filter=@souvenir/orama");
  const [{ size }] = JSON.parse(run("npm", "pack", "--dry-run", "--json"));
  const { dependencies } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  return { bytes: size, dependencies: Object.keys(dependencies) };
}
