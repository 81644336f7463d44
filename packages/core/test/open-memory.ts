import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createMemory, type Memory, type MemoryOptions } from "../src/index.ts";

/** The two stores that every promise holds for. */
export const stores: readonly string[] = ["a file", ":memory:"];

/** A path in a folder of its own, which is removed after the test. */
export async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "memory.db");
}

/** An empty memory, closed after the test. Without an embedder unless one is given. */
export async function openMemory(store: string, options: MemoryOptions = {}): Promise<Memory> {
  return openAt(store === ":memory:" ? store : await newPath(), options);
}

/** The memory in a file, closed after the test. */
export async function openAt(path: string, options: MemoryOptions = {}): Promise<Memory> {
  const memory = await createMemory({ path, embedder: false, ...options });
  onTestFinished(() => memory.close());
  return memory;
}

/** A clock that stands still until it is moved. */
export interface SetClock {
  (): number;
  now: number;
}

export function setClock(start: string | number = "2026-01-01T00:00:00.000Z"): SetClock {
  const clock = (() => clock.now) as SetClock;
  clock.now = new Date(start).getTime();
  return clock;
}

/** Everything in a memory, one line of JSON a record. */
export async function contents(memory: Memory): Promise<string[]> {
  const lines: string[] = [];
  for await (const record of memory.export()) lines.push(JSON.stringify(record));
  return lines;
}

/** The error of a promise that has to reject. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("this should have been refused");
}

export const keysOf = (records: readonly { key: string }[]): string[] => records.map((record) => record.key);
