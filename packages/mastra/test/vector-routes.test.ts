import { Mastra } from "@mastra/core/mastra";
import { expect, test } from "vitest";
import { SouvenirVector } from "../src/index.ts";
import { serveMastra } from "./serve.ts";

test("the vector store serves the routes of Mastra's server", async () => {
  const vector = new SouvenirVector({ path: ":memory:", embedder: false });
  const served = await serveMastra(new Mastra({ vectors: { souvenir: vector }, logger: false }));
  const call = (method: string, path: string, body?: object) =>
    served.json(method, `/vector/souvenir${path}`, body);
  try {
    const index = { indexName: "docs", dimension: 3, metric: "cosine" };
    expect((await call("POST", "/create-index", index)).status).toBe(200);
    const rows = {
      indexName: "docs",
      ids: ["a", "b"],
      vectors: [
        [1, 0, 0],
        [0, 1, 0],
      ],
      metadata: [{ n: 1 }, { n: 2 }],
    };
    expect(await call("POST", "/upsert", rows)).toMatchObject({ status: 200, body: { ids: ["a", "b"] } });
    const query = { indexName: "docs", queryVector: [1, 0, 0], topK: 2, filter: { n: { $lte: 1 } } };
    expect(await call("POST", "/query", query)).toEqual({
      status: 200,
      body: [{ id: "a", score: 1, metadata: { n: 1 } }],
    });
    expect((await call("GET", "/indexes")).body).toEqual(["docs"]);
    expect((await call("GET", "/indexes/docs")).body).toMatchObject({
      dimension: 3,
      count: 2,
      metric: "cosine",
    });
    // What is wrong is said, with the status that fits.
    expect((await call("GET", "/indexes/absent")).status).toBe(404);
    expect((await call("POST", "/query", { ...query, queryVector: [1, 0] })).status).toBe(400);
    expect((await call("POST", "/query", { ...query, filter: { n: { $near: 1 } } })).status).toBe(400);
    expect((await call("DELETE", "/indexes/docs")).status).toBe(200);
    expect((await call("GET", "/indexes")).body).toEqual([]);
  } finally {
    await served.close();
    await vector.close();
  }
});
