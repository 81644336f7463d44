import type { Origin } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { recordLine } from "../show-record.ts";

const pageSize = 500;

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [tags, where, thread] = [input.list("tag"), input.where(), input.text("thread")];
  const [asOf, knownAt] = [input.moment("as-of", -1), input.moment("known-at", -1)];
  const [origin, heldBack] = [input.list("origin") as Origin[] | undefined, input.flag("held-back")];
  let left = input.integer("limit", 1, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  let cursor: string | undefined;
  do {
    const page = await memory.list({
      namespace,
      limit: Math.min(pageSize, left),
      ...(tags === undefined ? {} : { tags }),
      ...(where === undefined ? {} : { where }),
      ...(thread === undefined ? {} : { thread }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(knownAt === undefined ? {} : { knownAt }),
      ...(origin === undefined ? {} : { origin }),
      ...(heldBack ? { heldBack } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const record of page.records)
      await (terminal.json ? terminal.document(record) : terminal.line(recordLine(record, terminal)));
    left -= page.records.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}
