import type { ActivitySample } from "../api/wire.ts";
import { Histogram } from "./histogram.ts";

/** 0.1 ms to 20 s in steps of a fifth: a quantile is within 20 % of the truth. */
const bounds: readonly number[] = Array.from({ length: 68 }, (_, step) => 0.1 * 1.2 ** step);

interface Interval {
  start: number;
  requests: number;
  errors: number;
  searches: Histogram;
  writes: Histogram;
  size: StoreSize;
}

export interface StoreSize {
  memories: number;
  bytes: number;
}

/** What the server did in the last hours, in intervals, for charts: kept in this process, bounded, without names. */
export class Activity {
  readonly intervalMs: number;
  readonly #clock: () => number;
  readonly #keep: number;
  readonly #measure: () => Promise<StoreSize>;
  /** Oldest first; the last one is the current one. Intervals in which nothing happened are missing. */
  readonly #intervals: Interval[] = [];

  /** @param options.measure - Asked once an interval, when something happens in it. */
  constructor(options: {
    clock: () => number;
    measure: () => Promise<StoreSize>;
    intervalMs?: number;
    keep?: number;
  }) {
    this.#clock = options.clock;
    this.#measure = options.measure;
    this.intervalMs = options.intervalMs ?? 15_000;
    this.#keep = options.keep ?? 960;
  }

  record(kind: "search" | "write" | "other", milliseconds: number, failed: boolean): void {
    const interval = this.#current();
    interval.requests += 1;
    if (failed) interval.errors += 1;
    if (kind === "search") interval.searches.add(milliseconds);
    if (kind === "write") interval.writes.add(milliseconds);
  }

  async samples(): Promise<ActivitySample[]> {
    const current = this.#current();
    current.size = await this.#measure();
    return this.#intervals.map(({ start, requests, errors, searches, writes, size }) => ({
      at: new Date(start).toISOString(),
      requests,
      errors,
      searches: searches.count,
      writes: writes.count,
      search_p50_ms: searches.quantile(0.5),
      search_p99_ms: searches.quantile(0.99),
      write_p50_ms: writes.quantile(0.5),
      write_p99_ms: writes.quantile(0.99),
      memories: size.memories,
      bytes: size.bytes,
    }));
  }

  #current(): Interval {
    const now = this.#clock();
    const start = now - (now % this.intervalMs);
    const last = this.#intervals.at(-1);
    // A clock that was set back goes on in the interval that it had reached.
    if (last !== undefined && start <= last.start) return last;
    const interval: Interval = {
      start,
      requests: 0,
      errors: 0,
      searches: new Histogram(bounds),
      writes: new Histogram(bounds),
      size: last?.size ?? { memories: 0, bytes: 0 },
    };
    this.#intervals.push(interval);
    if (this.#intervals.length > this.#keep) this.#intervals.shift();
    // The size at the end of the interval before is the one at the start of this one.
    this.#measure().then(
      (size) => {
        interval.size = size;
        if (last !== undefined) last.size = size;
      },
      () => {},
    );
    return interval;
  }
}
