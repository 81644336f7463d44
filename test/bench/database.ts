// npm run bench:database [-- --documents 20000 --seed 7]

import { parseArgs } from "node:util";
import { create, insert, search as searchOrama } from "@orama/orama";
import {
  AttributeIndex,
  indexOf,
  search,
  souvenirPlugin,
  TextIndex,
  VectorIndex,
} from "../../packages/orama/src/index.ts";
import { createCorpus } from "./corpus.ts";

// What an Orama database with the plugin costs beside its indexes alone, and beside stock Orama: in one process, in turn,
// in CPU time of this process.

const { values } = parseArgs({
  options: { documents: { type: "string", default: "20000" }, seed: { type: "string", default: "7" } },
});
const [documents, seed] = [Number(values.documents), Number(values.seed)];
const dimensions = 256;
const batch = 500;
const corpus = createCorpus({ seed, dimensions });

/** Milliseconds of CPU. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const schema = { value: "string", tags: "enum[]", group: "number", vector: `vector[${dimensions}]` } as const;
const databaseOf = () => create({ schema, sort: { enabled: false }, plugins: [souvenirPlugin()] });
const indexesOf = () => ({
  text: new TextIndex({ fields: ["value"] }),
  attributes: new AttributeIndex(),
  vectors: new VectorIndex({ dimensions }),
});

interface Item {
  id: string;
  value: string;
  tags: string[];
  group: number;
  vector: Float32Array;
}

const items = (start: number, count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({
    id: String(start + at),
    value: corpus.text(start + at),
    tags: [`t${at % 10}`],
    group: at % 100,
    vector: corpus.vector(start + at),
  }));

function intoIndexes({ text, attributes, vectors }: ReturnType<typeof indexesOf>, all: Item[]): void {
  for (const { id, value, tags, group, vector } of all) {
    const document = Number(id) + 1;
    text.add(document, { value });
    attributes.addAll(document, [...tags.map((tag) => ["tags", tag] as const), ["group", group]]);
    vectors.add(document, [vector]);
  }
}

function intoDatabase(db: ReturnType<typeof databaseOf>, all: Item[]): void {
  const index = indexOf(db);
  const first = Number(all[0]?.id);
  for (const [at, { vector, ...document }] of all.entries()) {
    void insert(db, document as never);
    index.setVectors(first + at + 1, "vector", [vector]);
  }
}

const [alone, db] = [indexesOf(), databaseOf()];
const filled = { indexes: 0, database: 0 };
for (let start = 0; start < documents; start += batch) {
  const all = items(start, batch);
  filled.indexes += cpu(() => intoIndexes(alone, all));
  filled.database += cpu(() => intoDatabase(db, all));
}

const blocks: { indexes: number; database: number }[] = [];
const blockSize = 50;
for (let start = 0; start < 4_000; start += blockSize) {
  const texts = Array.from({ length: blockSize }, (_, at) => corpus.query(start + at).text);
  const options = { limit: 10, prefix: true };
  const runs = {
    indexes: () => {
      for (const text of texts) {
        alone.text.search(text, options);
        alone.text.matching(text, options);
      }
    },
    database: () => {
      for (const term of texts) void search(db, { term });
    },
  };
  // In turn first: what comes second finds the words in the caches of the machine.
  const took = { indexes: 0, database: 0 };
  const order =
    blocks.length % 2 === 0 ? (["indexes", "database"] as const) : (["database", "indexes"] as const);
  for (const which of order) took[which] = cpu(runs[which]);
  blocks.push(took);
}
const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const asked = {
  indexes: median(blocks.map(({ indexes }) => indexes)) / blockSize,
  database: median(blocks.map(({ database }) => database)) / blockSize,
};

/** A namespace of twenty: made, filled and asked once by words and vector. */
const small = Array.from({ length: 60 }, (_, each) => items(each * 20, 20));
const cold = {
  indexes: (all: Item[], query: ReturnType<typeof corpus.query>) => {
    const indexes = indexesOf();
    intoIndexes(indexes, all);
    indexes.text.search(query.text, { limit: 10 });
    indexes.vectors.search(query.vector, { limit: 10 });
  },
  plugin: (all: Item[], query: ReturnType<typeof corpus.query>) => {
    const each = databaseOf();
    for (const [at, { vector, ...document }] of all.entries()) {
      void insert(each, document as never);
      indexOf(each).setVectors(at + 1, "vector", [vector]);
    }
    const vector = { value: Array.from(query.vector), property: "vector" as const };
    void search(each, { mode: "hybrid", term: query.text, vector, similarity: 0 });
  },
  stock: (all: Item[], query: ReturnType<typeof corpus.query>) => {
    const each = create({ schema });
    for (const { vector, ...document } of all)
      void insert(each, { ...document, vector: Array.from(vector) } as never);
    const vector = { value: Array.from(query.vector), property: "vector" as const };
    void searchOrama(each, { mode: "hybrid", term: query.text, vector, similarity: 0 });
  },
};
const rounds = 12;
const colds = { indexes: 0, plugin: 0, stock: 0 };
for (let round = -3; round < rounds; round++)
  for (const which of ["indexes", "plugin", "stock"] as const) {
    const took = cpu(() => {
      for (const [each, all] of small.entries()) cold[which](all, corpus.query(each));
    });
    if (round >= 0) colds[which] += took / small.length / rounds;
  }

const rate = (ms: number) => Math.round((documents / ms) * 1_000).toLocaleString("en");
process.stdout.write(
  [
    `${documents.toLocaleString("en")} documents of 30 words, 2 attributes, ${dimensions} dimensions; CPU; Node ${process.version}, seed ${seed}`,
    `inserts a second: indexes alone ${rate(filled.indexes)}, Orama database ${rate(filled.database)}`,
    `search by words: indexes alone ${(asked.indexes * 1_000).toFixed(0)} µs, Orama database ${(asked.database * 1_000).toFixed(0)} µs, ${((asked.database / asked.indexes - 1) * 100).toFixed(1)} % more`,
    `create, 20 inserts, hybrid search: indexes alone ${colds.indexes.toFixed(2)} ms, Orama database ${colds.plugin.toFixed(2)} ms, stock Orama ${colds.stock.toFixed(2)} ms`,
    "",
  ].join("\n"),
);
