import { Session } from "node:inspector/promises";

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
}

/** What ran between two moments, by `performance.now()`: where it was in the program, with milliseconds, the longest first. */
export type StacksBetween = (from: number, to: number) => string[];

/** Frames of a stack that are told, from the innermost. */
const depth = 8;
const most = 12;

/** Runs something under the profiler. */
export async function withStacks<Result>(
  run: () => Promise<Result>,
): Promise<{ result: Result; stacksBetween: StacksBetween }> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 500 });
  await session.post("Profiler.start");
  const result = await run();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const nodes = new Map((profile.nodes as ProfileNode[]).map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes.values()) for (const child of children) parents.set(child, id);
  // Both clocks are that of the machine; `performance.now()` counts from `timeOrigin` on it.
  const offset = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;
  return {
    result,
    stacksBetween(from, to) {
      const times = new Map<string, number>();
      let time = profile.startTime;
      const samples = profile.samples ?? [];
      for (let at = 0; at < samples.length; at += 1) {
        const before = time;
        time += profile.timeDeltas?.[at] ?? 0;
        const within = Math.min(time, to * 1_000 + offset) - Math.max(before, from * 1_000 + offset);
        if (within <= 0) continue;
        // What a sample says holds from there on.
        const stack = stackOf(samples[Math.max(0, at - 1)] as number);
        times.set(stack, (times.get(stack) ?? 0) + within / 1_000);
      }
      return Array.from(times)
        .sort(([, left], [, right]) => right - left)
        .slice(0, most)
        .map(([stack, ms]) => `${ms.toFixed(1).padStart(7)} ms  ${stack}`);
    },
  };

  function stackOf(id: number): string {
    const frames: string[] = [];
    for (let at: number | undefined = id; at !== undefined && frames.length < depth; at = parents.get(at)) {
      const { functionName, url, lineNumber } = (nodes.get(at) as ProfileNode).callFrame;
      const file = url.split("/").at(-1);
      frames.push(`${functionName || "(anonymous)"}${file ? ` ${file}:${lineNumber + 1}` : ""}`);
    }
    return frames.join(" < ");
  }
}
