import { type Embedder, SouvenirError } from "@souvenir/core";
import { makeEmbedder, nameOfEmbedder, withoutContext } from "../embedder-choice.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";
import type { EmbedderContents, QueueContents } from "./store-file.ts";
import type { System } from "./system.ts";

const callLimitMs = 10_000;

/**
 * Whether the embedder fits the store's vectors and works. Calls its model with two words, unless `offline`.
 * @param asked - The name that the user gave; default: the one of the store.
 */
export async function checkEmbedder(
  contents: EmbedderContents | undefined,
  { asked, offline, system }: { asked: string | undefined; offline: boolean; system: System },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const stored = contents?.inUse[0] ?? contents?.current;
  const name = asked ?? (stored === undefined ? "static" : nameOfEmbedder(stored.id));
  if (name === undefined)
    return [
      warning(
        "embedder",
        `the vectors are of "${stored?.id}", which only the program that made it has; here searches go by words, names and conversation`,
        "search with that program, or change the store: souvenir reembed --embedder mistral",
      ),
      ...unfinished(contents),
    ];
  let embedder: Embedder | false;
  try {
    embedder = await makeEmbedder(name, system.environment);
  } catch (error) {
    return [fault("embedder", (error as Error).message, "give another --embedder, or leave it out")];
  }
  if (embedder === false) return [ok("embedder", "none: searches go by words, names and conversation")];
  const inUse = contents?.inUse ?? [];
  if (inUse.length > 0 && !inUse.some(({ id }) => model(id) === model((embedder as Embedder).id)))
    findings.push(
      fault(
        "embedder",
        `the vectors of the store are of "${stored?.id}" (${stored?.dimensions} dimensions), and "${embedder.id}" (${embedder.dimensions}) is asked for`,
        `leave --embedder and SOUVENIR_EMBEDDER out, or change the store: souvenir reembed --embedder ${name}`,
      ),
    );
  findings.push(...unfinished(contents));
  const call = await tryEmbedder(embedder, { offline, system });
  if (call !== undefined) findings.push(call);
  return findings.length > 0
    ? findings
    : [ok("embedder", `${embedder.id}${offline ? "" : " answers"}, ${embedder.dimensions} dimensions`)];
}

/** What a store may be opened with: another context is taken over by itself. */
function model(id: string): string | undefined {
  const name = nameOfEmbedder(id);
  return name === undefined ? undefined : withoutContext(name);
}

function unfinished(contents: EmbedderContents | undefined): Finding[] {
  return (contents?.targets ?? []).map((target) =>
    warning(
      "embedder",
      `the change to "${target.id}" was begun and not ended; searches use the old vectors`,
      `go on with: souvenir reembed --embedder ${nameOfEmbedder(target.id) ?? "NAME"}; or leave it: souvenir reembed --cancel`,
    ),
  );
}

async function tryEmbedder(
  embedder: Embedder,
  { offline, system }: { offline: boolean; system: System },
): Promise<Finding | undefined> {
  if (embedder.id.startsWith("mistral:") && !system.environment.MISTRAL_API_KEY)
    return fault(
      "embedder",
      "the embedder is Mistral's, and MISTRAL_API_KEY is not set: new memories get no vectors, and searches go by words",
      "export MISTRAL_API_KEY (https://console.mistral.ai/api-keys)",
    );
  if (offline) return undefined;
  try {
    await embedder.embed(["souvenir doctor"], { kind: "query", signal: AbortSignal.timeout(callLimitMs) });
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = SouvenirError.is(error) ? error.details.status : undefined;
    if ((error as Error | null)?.name === "TimeoutError" || (SouvenirError.is(error) && status === undefined))
      return fault(
        "embedder",
        `the embedder does not answer (${message})`,
        "check the network, a proxy, and MISTRAL_BASE_URL; until then searches go by words, and vectors are made up for later",
      );
    if (status === 401 || status === 403)
      return fault(
        "embedder",
        `Mistral refuses the key (status ${status})`,
        "set MISTRAL_API_KEY to a valid one",
      );
    return fault(
      "embedder",
      message,
      "until it works, searches go by words, and vectors are made up for later",
    );
  }
}

/** What waits for a model or was given up. */
export function checkQueue({ queue }: QueueContents): Finding[] {
  const findings = queue.flatMap(({ task, pending, failed, lastError }) => {
    const what = task.startsWith("extract:") ? "entities" : "vector";
    const model = task.slice(task.indexOf(":") + 1);
    const told = lastError === undefined ? "" : `; the last failure: ${lastError}`;
    const found: Finding[] = [];
    if (failed > 0)
      found.push(
        warning(
          "queue",
          `memories that "${model}" gave up, and that have no ${what}: ${failed}${told}`,
          what === "vector"
            ? `change their texts, or try again: souvenir reembed --embedder ${nameOfEmbedder(model) ?? "NAME"}`
            : "change their texts",
        ),
      );
    if (pending > 0)
      found.push(
        lastError === undefined
          ? ok("queue", `waiting for ${what} from "${model}": ${pending}`)
          : warning(
              "queue",
              `waiting for ${what} from "${model}": ${pending}${told}`,
              "see the embedder above; once it works, any program that has the store open works them off",
            ),
      );
    return found;
  });
  return findings.length > 0 ? findings : [ok("queue", "empty")];
}
