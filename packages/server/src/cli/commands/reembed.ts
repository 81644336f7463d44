import { makeEmbedder } from "../../embedder-choice.ts";
import type { Execution } from "../command.ts";
import { type Place, placeOf, requireStore, storeAt, warnings } from "../open-memory.ts";
import { InterruptedError, type Terminal } from "../terminal.ts";
import { count } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const place = placeOf(input, "reembed");
  if (input.flag("cancel")) return cancel(place, terminal);
  const [name, namespace] = [input.text("embedder"), input.text("namespace")];
  if (name === undefined) throw new UsageError("say which embedder: souvenir reembed --embedder mistral");
  const embedder = await makeEmbedder(name);
  if (embedder === false) throw new UsageError("an embedder is needed: static, or mistral");
  await requireStore(place);
  const signal = terminal.interruption();
  const { createMemory } = await import("@souvenir/core");
  const progress = terminal.progress("embedding");
  // Without an embedder of its own the store opens whatever its vectors are of.
  const { store } = await storeAt(place);
  await using memory = await createMemory({ ...store, embedder: false, logger: warnings(terminal) });
  // A key that is missing or wrong is told before a change is begun that cannot be ended.
  await embedder.embed(["."], { kind: "document", signal });
  try {
    const { embedded } = await memory.reembed({
      embedder,
      signal,
      onProgress: (state) => progress.update(state),
      ...(namespace === undefined ? {} : { namespace }),
    });
    progress.clear();
    if (terminal.json) await terminal.document({ embedder: embedder.id, embedded });
    else await terminal.line(`embedded ${count(embedded, "memory", "memories")} with ${embedder.id}`);
  } catch (error) {
    progress.clear();
    if (error instanceof InterruptedError)
      error.message = "stopped: searches use the old vectors; run souvenir reembed again to go on from here";
    throw error;
  }
}

async function cancel(place: Place, terminal: Terminal): Promise<undefined> {
  await requireStore(place);
  const { createMemory } = await import("@souvenir/core");
  const { store } = await storeAt(place);
  await using memory = await createMemory({ ...store, embedder: false, logger: warnings(terminal) });
  const { cancelled } = await memory.cancelReembed();
  if (terminal.json) await terminal.document({ cancelled });
  else
    await terminal.line(
      cancelled === 0
        ? "no re-embedding was under way"
        : `gave up the re-embedding of ${count(cancelled, "namespace", "namespaces")}; searches go on with the old vectors`,
    );
}
