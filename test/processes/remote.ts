// A memory in a process of its own: node remote.ts FILE. Each line of input is a call, each line of output its answer.
import { createInterface } from "node:readline";
import { createMemory, type Memory } from "@souvenir/core";

export type Call =
  /** Writes `count` memories: the first half in batches, the rest one by one with some at a time. */
  | { method: "fill"; namespace: string; name: string; count: number }
  | { method: "set" | "search" | "list" | "delete" | "clear" | "stats" | "namespaces"; input: unknown }
  | { method: "close" };
export type Answer = { result: unknown } | { error: { code?: string; message: string } };

const atOnce = 64;

export const keyOf = (name: string, index: number): string => `${name}-${index}`;
export const textOf = (name: string, index: number): string =>
  `Note ${index} of ${name} about lot ${index * 7_919}.`;

async function fill(
  memory: Memory,
  { namespace, name, count }: Extract<Call, { method: "fill" }>,
): Promise<number> {
  const inputs = Array.from({ length: count }, (_, index) => ({
    namespace,
    key: keyOf(name, index),
    value: textOf(name, index),
  }));
  const half = count >> 1;
  await memory.setMany(inputs.slice(0, half));
  const rest = inputs.slice(half).values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const input of rest) await memory.set(input);
    }),
  );
  return count;
}

async function answer(memory: Memory, call: Call): Promise<unknown> {
  if (call.method === "fill") return fill(memory, call);
  if (call.method === "close") return memory.close();
  return (memory[call.method] as (input: unknown) => Promise<unknown>).call(memory, call.input);
}

if (import.meta.main) {
  const memory = await createMemory({ path: process.argv[2] as string, embedder: false, extractor: false });
  process.stdout.write('{"result":"ready"}\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const call: Call = JSON.parse(line);
    const said: Answer = await answer(memory, call).then(
      (result) => ({ result: result ?? null }),
      (error: Error & { code?: string }) => ({
        error: { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) },
      }),
    );
    process.stdout.write(`${JSON.stringify(said)}\n`);
    if (call.method === "close") break;
  }
}
