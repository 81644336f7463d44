/**
 * Mastra's RAG tools over the vector store, as a program of its own: their libraries do not load under vitest's export
 * conditions. node program.ts FOLDER URL. Prints what the tools answered, as JSON.
 */
import { join } from "node:path";
import { RequestContext } from "@mastra/core/request-context";
import { createVectorQueryTool, MDocument } from "@mastra/rag";
import { SouvenirVector } from "../../src/index.ts";
import { routerModelAt } from "../stand-in-embedder.ts";

export interface Found {
  texts: string[];
  sources: { id: string; score: number }[];
}

const [folder, url] = process.argv.slice(2) as [string, string];
const vector = new SouvenirVector({ path: join(folder, "memory.db"), embedder: false });
const mistral = routerModelAt(url);

const markdown = [
  "# Harbour\nThe harbour master of Brest is Yann Le Goff.",
  "# Market\nThe market of Quimper opens at seven.",
  "# Parts\nThe pump takes the gasket ZX-9004.",
].join("\n\n");

async function keep(indexName: string, model: typeof mistral | typeof vector.embedder): Promise<void> {
  const document = MDocument.fromMarkdown(markdown);
  const chunks = await document.chunk({ strategy: "markdown", headers: [["#", "title"]] });
  const { embeddings } = await model.doEmbed({ values: chunks.map(({ text }) => text) });
  await vector.createIndex({ indexName, dimension: (embeddings[0] as number[]).length });
  await vector.upsert({
    indexName,
    vectors: embeddings,
    metadata: chunks.map(({ text, metadata }) => ({ ...metadata, text })),
  });
}

async function ask(
  indexName: string,
  model: typeof mistral | typeof vector.embedder,
  queryText: string,
  filter?: object,
): Promise<Found> {
  const tool = createVectorQueryTool({
    vectorStore: vector,
    indexName,
    model,
    enableFilter: filter !== undefined,
  });
  const input = { queryText, topK: 2, filter: JSON.stringify(filter ?? {}) };
  const context = { requestContext: new RequestContext() } as Parameters<typeof tool.execute & {}>[1];
  const answer = await tool.execute?.(input, context);
  const { relevantContext, sources } = answer as {
    relevantContext: { text: string }[];
    sources: Found["sources"];
  };
  return {
    texts: relevantContext.map(({ text }) => text),
    sources: sources.map(({ id, score }) => ({ id, score })),
  };
}

await keep("given", mistral);
await keep("texts", vector.embedder);
const question = "Who is the harbour master of Brest?";
console.log(
  JSON.stringify({
    best: await ask("given", mistral, question),
    filtered: await ask("given", mistral, question, { title: { $in: ["Market", "Parts"] } }),
    byIdentifier: await ask("texts", vector.embedder, "gasket ZX-9004"),
  }),
);
await vector.close();
