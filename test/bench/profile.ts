import { Session } from "node:inspector/promises";

/** A part of the program and its share of the time, 0 to 1. */
export interface Part {
  name: string;
  share: number;
}

/** Where a function belongs, by the file that it is in; the first that fits. */
const parts: readonly (readonly [name: string, file: RegExp])[] = [
  ["vectors: scan and dot products in WebAssembly", /^wasm:/],
  ["vectors: the rest", /packages\/orama\/src\/vectors\//],
  ["full text: words of the question", /packages\/orama\/src\/text\/(?!top-documents|term-documents)/],
  ["full text: best documents", /packages\/orama\/src\/(?:text|lists)\//],
  ["filters and facets", /packages\/orama\/src\//],
  ["ranking", /packages\/core\/src\/ranking\//],
  ["names in the question", /packages\/core\/src\/(?:entities|text)\//],
  ["reading records", /packages\/core\/src\/(?:store|records)/],
  ["everything else of core", /packages\/core\/src\//],
];

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: number[];
}

/** Where the time of calls goes. What is native, such as SQLite, counts where it was called from. */
export async function profileOf(runs: number, call: (run: number) => Promise<unknown>): Promise<Part[]> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  for (let run = 0; run < runs; run += 1) await call(run);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const nodes = new Map((profile.nodes as ProfileNode[]).map((node) => [node.id, node]));
  const partOf = new Map<number, string | undefined>();
  const visit = (node: ProfileNode, callers: string): void => {
    const { functionName, url } = node.callFrame;
    const own = functionName === "(garbage collector)" ? "garbage collection" : undefined;
    const part = own ?? parts.find(([, file]) => file.test(url))?.[0] ?? callers;
    const counts = functionName !== "(idle)" && url !== "node:inspector";
    partOf.set(node.id, counts ? part : undefined);
    for (const child of node.children ?? []) visit(nodes.get(child) as ProfileNode, part);
  };
  visit(profile.nodes[0] as ProfileNode, "Node and the benchmark");
  const times = new Map<string, number>();
  let total = 0;
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const part = partOf.get(id);
    if (part === undefined) continue;
    const time = profile.timeDeltas?.[at] ?? 0;
    times.set(part, (times.get(part) ?? 0) + time);
    total += time;
  }
  return Array.from(times, ([name, time]) => ({ name, share: time / total })).sort(
    (left, right) => right.share - left.share,
  );
}
