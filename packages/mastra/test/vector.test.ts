import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LibSQLVector } from "@mastra/libsql";
import { SouvenirVector } from "../src/index.ts";
import type { AnyVector } from "./vector-specs/spec.ts";
import { type VectorPlace, vectorSuite } from "./vector-suite.ts";

async function inFolder(
  make: (folder: string) => AnyVector & { close(): Promise<void> },
): Promise<VectorPlace> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const store = make(folder);
  return {
    store,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

vectorSuite("in a file", () =>
  inFolder((folder) => new SouvenirVector({ path: join(folder, "memory.db"), embedder: false })),
);
vectorSuite("in memory", () => inFolder(() => new SouvenirVector({ path: ":memory:", embedder: false })));
vectorSuite(
  "Mastra's LibSQLVector",
  () => inFolder((folder) => new LibSQLVector({ id: "libsql", url: `file:${join(folder, "vectors.db")}` })),
  {
    otherDimensionRejects: "says nothing until the first vector comes",
    unknownMetricRejects: "takes any and compares by cosine",
    otherMetricRejects: "takes any and compares by cosine",
    hostileIndexNames: "takes SQL identifiers",
    scoresAreNeverNegative: "scores -1 to 1",
    deleteFilterReplaces: "leaves the old",
    findsByMetadataAlone: "needs a vector",
    sparseVectorsReject: "ignores them",
    hostileIdsAndMetadata: "cuts texts at a NUL",
    messagesSavedAgainAreThereOnce: "keeps both",
    filterTakesDates: "finds nothing",
    filterSize: "fails on metadata of other kinds",
    filterContainsParts: "finds nothing",
    filterJoinsWithinBranches: "takes the conditions of a branch of $or for branches",
    filterNegations: "leaves out what lacks the field",
    filterNullExists: "takes null for absent",
    filterTypesDiffer: "takes texts of digits for numbers",
    filterElementsOfArrays: "does not look into arrays",
    filterRegex: "has none",
    absentValuesWithinReject: "finds nothing",
    impossibleOperandsReject: "takes them and finds nothing",
  },
);
