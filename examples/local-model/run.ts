// A memory that finds with a transformer of your own, in this process: no server, and nothing leaves the machine.
//
//   cd examples/local-model && npm install && npm start -- /path/to/all-MiniLM-L6-v2
//
// Without an argument it is the model of SOUVENIR_LOCAL_MODEL, see embedder.ts.
import { createMemory } from "@souvenir/core";

process.env.SOUVENIR_LOCAL_MODEL = process.argv[2] ?? process.env.SOUVENIR_LOCAL_MODEL ?? "";
const { default: embedder } = await import("./embedder.ts");

await using memory = await createMemory({ path: ":memory:", embedder });
const namespace = "camille";
await memory.setMany(
  [
    "Our pediatrician is Dr. Moreau.",
    "My bicycle has a flat tyre.",
    "The rent is due on Friday.",
    "I keep my spare key under the blue pot.",
  ].map((value) => ({ namespace, value })),
);
await memory.flush(); // a model is asked from a queue: the vectors are there now
for (const query of ["Who is the doctor for the kids?", "How do I get in without my keys?"]) {
  const { results } = await memory.search({ namespace, query });
  console.log(`${query}\n  ${results[0]?.value ?? "nothing"}`);
}
