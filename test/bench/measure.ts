export interface Latency {
  p50: number;
  p95: number;
  max: number;
  runs: number;
}

/** Calls that are not counted, before those that are: so many, or as many as fit into the time. */
const warmUp = { calls: 200, ms: 2_000 };

/** Milliseconds of each call, of a process that has run for a while. */
export async function latency(runs: number, call: (run: number) => unknown): Promise<Latency> {
  const began = performance.now();
  for (let run = 0; run < warmUp.calls && performance.now() - began < warmUp.ms; run += 1) await call(run);
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await call(run);
    times.push(performance.now() - start);
  }
  times.sort((left, right) => left - right);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
  return { p50: at(0.5), p95: at(0.95), max: at(1), runs };
}

/** Resident memory in MB, after a collection when Node was started with --expose-gc. */
export function residentMB(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}
