// Puts load on a server from this process, and prints what autocannon saw: see server.ts, which starts it.
import autocannon from "autocannon";
import { createCorpus } from "./corpus.ts";

export interface Load {
  url: string;
  kind: "search" | "set";
  connections: number;
  seconds: number;
  seed: number;
}
export interface LoadResult {
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  requests: number;
  failed: number;
}

const load = JSON.parse(process.argv[2] as string) as Load;
const corpus = createCorpus({ seed: load.seed, dimensions: 2 });
// As many different questions as a run may ask in this time: no cache answers for the search.
const bodies = Array.from({ length: 20_000 }, (_, number) =>
  JSON.stringify(
    load.kind === "search"
      ? { namespace: "bench", query: corpus.query(number).text }
      : { namespace: "bench", key: `set${number % 2_000}`, value: corpus.text(1_000_000 + number) },
  ),
);
let next = 0;
const result = await autocannon({
  url: load.url,
  connections: load.connections,
  duration: load.seconds,
  requests: [
    {
      method: "POST",
      path: load.kind === "search" ? "/v1/memory/search" : "/v1/memory-set",
      headers: { "content-type": "application/json" },
      setupRequest: (request) => ({ ...request, body: bodies[next++ % bodies.length] as string }),
    },
  ],
});
const answer: LoadResult = {
  perSecond: result.requests.average,
  p50: result.latency.p50,
  p99: result.latency.p99,
  max: result.latency.max,
  requests: result.requests.total,
  failed: result.non2xx + result.errors + result.timeouts,
};
process.stdout.write(JSON.stringify(answer));
