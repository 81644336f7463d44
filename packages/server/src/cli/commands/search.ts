import type { Origin } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { hitLines } from "../show-record.ts";
import { readStandardInput } from "../standard-input.ts";
import { oneLine } from "../text.ts";

/** A new process has to load the model's client first, and a person would rather wait than miss what is meant. */
const deadlineMs = 10_000;

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const words = input.positionals.join(" ");
  const [tags, where, entities] = [input.list("tag"), input.where(), input.list("entity")];
  const [thread, since, until] = [input.text("thread"), input.moment("since", -1), input.moment("until", -1)];
  const [asOf, knownAt] = [input.moment("as-of", -1), input.moment("known-at", -1)];
  const [origin, heldBack] = [input.list("origin") as Origin[] | undefined, input.flag("held-back")];
  const [limit, minScore] = [input.integer("limit", 1, 1000), input.share("min-score")];
  const query = words === "-" ? await readStandardInput() : words;
  await using memory = await openMemory(execution);
  const found = await memory.search({
    namespace: namespaceOf(input),
    query,
    facets: input.flag("facets"),
    prefix: input.flag("prefix"),
    deadlineMs,
    ...(limit === undefined ? {} : { limit }),
    ...(minScore === undefined ? {} : { minScore }),
    ...(tags === undefined ? {} : { tags }),
    ...(where === undefined ? {} : { where }),
    ...(entities === undefined ? {} : { entities }),
    ...(thread === undefined ? {} : { thread }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(knownAt === undefined ? {} : { knownAt }),
    ...(origin === undefined ? {} : { origin }),
    ...(heldBack ? { heldBack } : {}),
  });
  if (terminal.json) {
    await terminal.document(found);
    return;
  }
  for (const hit of found.results) await terminal.line(hitLines(hit, terminal));
  const { entities: named = [], tags: tagged = [] } = found.facets ?? {};
  const facets = [
    ...named.slice(0, 10).map(({ name, type, count }) => `${oneLine(name)} (${type}) ${count}`),
    ...tagged.slice(0, 10).map(({ tag, count }) => `#${oneLine(tag)} ${count}`),
  ];
  if (facets.length > 0) await terminal.line(terminal.paint("dim", facets.join("  ·  ")));
  if (found.results.length === 0) terminal.note("nothing found");
  if (found.degraded.length > 0)
    terminal.note(`searched without ${found.degraded.join(", ")}: souvenir doctor says why`);
}
