import { defaultEmbedder, type Embedder, SouvenirError } from "@souvenir/core";
import { mistralConnection } from "./mistral-connection.ts";

/** After a name: turns are embedded with the turn before them. */
const withPrevious = "+previous";
/** The same in the ids of a store. */
const idWithPrevious = /\?context=previous$/;

/**
 * An embedder by its name on a command line: `static` (the built-in one), `mistral`, `mistral:MODEL`,
 * `mistral:MODEL:DIMENSIONS` or `none`; `+previous` after any but the last. `MISTRAL_BASE_URL` in the environment stands for Mistral's address.
 * @throws SouvenirError `INVALID_INPUT` for anything else.
 */
export async function makeEmbedder(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Embedder | false> {
  const context = name.endsWith(withPrevious) ? "previous" : "none";
  const [kind, ...rest] = withoutContext(name).split(":");
  if (name === "none") return false;
  if (kind === "static" && rest.length === 0) return defaultEmbedder({ context });
  if (kind === "mistral" && rest.length <= 2 && rest[0] !== "") {
    const [model, dimensions] = rest;
    // Loaded here, because the client takes a while and most commands need none.
    const { mistralEmbedder } = await import("@souvenir/mistral");
    return mistralEmbedder({
      context,
      ...(model === undefined ? {} : { model }),
      ...(dimensions === undefined ? {} : { dimensions: dimensionsOf(name, dimensions) }),
      ...mistralConnection(environment),
    });
  }
  throw unknownEmbedder(name);
}

/**
 * The name that makes an embedder with this id, or the one that takes its place; `undefined` when the id is of an embedder
 * of somebody's own.
 */
export function nameOfEmbedder(id: string): string | undefined {
  if (idWithPrevious.test(id)) {
    const name = nameOfEmbedder(id.replace(idWithPrevious, ""));
    return name === undefined ? undefined : name + withPrevious;
  }
  // Built-in ones of all versions: a store made with an earlier one moves to the present one by itself.
  if (/^souvenir-(static|offline)-/.test(id)) return "static";
  if (id === "mistral:mistral-embed:1024") return "mistral";
  return /^mistral:[^:]+:\d+$/.test(id) ? id : undefined;
}

/** The name without what is said of the context. */
export function withoutContext(name: string): string {
  return name.endsWith(withPrevious) ? name.slice(0, -withPrevious.length) : name;
}

function dimensionsOf(name: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw unknownEmbedder(name);
  return Number(text);
}

function unknownEmbedder(name: string): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    `there is no embedder "${name}": give static, mistral, mistral:MODEL, mistral:MODEL:DIMENSIONS or none; static+previous reads a turn with the turn before it`,
  );
}
