// Questions about a folder of notes: a retrieval-augmented chain that names its sources, with scores.
import { readdir, readFile } from "node:fs/promises";
import { Document } from "@langchain/core/documents";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda, RunnablePassthrough } from "@langchain/core/runnables";
import { ChatMistralAI, MistralAIEmbeddings } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import {
  langchainEmbedder,
  type RetrievedMetadata,
  SouvenirRetriever,
  SouvenirVectorStore,
} from "@souvenir/langchain";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const embeddings = new MistralAIEmbeddings({ apiKey, serverURL });
const memory = await createMemory({
  path: process.argv[2] ?? "notes.db",
  embedder: langchainEmbedder(embeddings),
});

const folder = new URL("./notes/", import.meta.url);
const documents: Document[] = [];
for (const name of (await readdir(folder)).filter((each) => each.endsWith(".md")).sort()) {
  const paragraphs = (await readFile(new URL(name, folder), "utf8")).split(/\n\n+/).slice(1);
  for (const [place, text] of paragraphs.entries())
    documents.push(
      // The same id for the same place: reading the folder again replaces what changed.
      new Document({ pageContent: text.trim(), metadata: { source: name }, id: `${name}#${place}` }),
    );
}
const notes = new SouvenirVectorStore(embeddings, { memory, namespace: "notes" });
await notes.addDocuments(documents);
await memory.flush();
console.log(`${documents.length} paragraphs`);

const retriever = new SouvenirRetriever({ memory, namespace: "notes", k: 3 });
const prompt = ChatPromptTemplate.fromMessages([
  ["system", "Answer from the notes alone, in one sentence.\n<notes>\n{context}\n</notes>"],
  ["human", "{question}"],
]);
const chain = RunnablePassthrough.assign({
  found: RunnableLambda.from(({ question }: { question: string }) => retriever.invoke(question)),
}).assign({
  answer: RunnableLambda.from(
    ({ found, question }: { found: Document<RetrievedMetadata>[]; question: string }) => ({
      question,
      context: found.map(({ pageContent }) => `- ${pageContent}`).join("\n"),
    }),
  )
    .pipe(prompt)
    .pipe(new ChatMistralAI({ model: "mistral-small-latest", apiKey, serverURL }))
    .pipe(new StringOutputParser()),
});

for (const question of ["Who serviced the boiler?", "When do we fly to Lisbon?"]) {
  const { answer, found } = await chain.invoke({ question });
  console.log(`\n? ${question}\n${answer}${isStandIn ? " (stand-in, not a model)" : ""}`);
  for (const { id, metadata } of found) console.log(`  ${metadata.score.toFixed(2)}  ${id}`);
}
await memory.close();
await close();
