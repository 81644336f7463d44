import type { MemoryStats, QueueStats } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { formatBytes } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const namespace = input.text("namespace");
  await using memory = await openMemory(execution);
  const stats = await memory.stats(namespace === undefined ? {} : { namespace });
  if (terminal.json) {
    await terminal.document(stats);
    return;
  }
  const rows = rowsOf(stats);
  const column = Math.max(...rows.map(([name]) => name.length)) + 2;
  for (const [name, value] of rows)
    await terminal.line(`${terminal.paint("dim", name.padEnd(column))}${value}`);
}

function rowsOf(stats: MemoryStats): [name: string, value: string][] {
  const { embedder, queue, reembedding } = stats;
  return [
    ["namespaces", String(stats.namespaces)],
    ["memories", String(stats.records)],
    ["earlier versions", String(stats.versions)],
    ["vectors", String(stats.vectors)],
    ["embedder", embedder === null ? "none" : `${embedder.id} (${embedder.dimensions} dimensions)`],
    ["waiting for vectors", queueText(queue.embedding)],
    ["waiting for entities", queueText(queue.extraction)],
    ...(queue.moderation === undefined
      ? []
      : [["waiting for moderation", queueText(queue.moderation)] as [string, string]]),
    ...(reembedding === undefined
      ? []
      : [
          ["re-embedding", `to ${reembedding.to}: ${reembedding.done} of ${reembedding.total}`] as [
            string,
            string,
          ],
        ]),
    ["erased, not yet scrubbed", String(stats.erasures.unscrubbed)],
    ["size", formatBytes(stats.bytes)],
  ];
}

function queueText({ pending, failed, lastError, misconfigured }: QueueStats): string {
  return [
    String(pending),
    ...(failed > 0 ? [`${failed} given up`] : []),
    ...(misconfigured !== undefined ? [misconfigured] : lastError === undefined ? [] : [lastError]),
  ].join(", ");
}
