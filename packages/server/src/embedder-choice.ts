import { defaultEmbedder, type Embedder, SouvenirError } from "@souvenir/core";

/**
 * An embedder by its name on a command line: `static` (the built-in one), `mistral`, `mistral:MODEL`,
 * `mistral:MODEL:DIMENSIONS` or `none`. `MISTRAL_BASE_URL` in the environment stands for Mistral's address.
 * @throws SouvenirError `INVALID_INPUT` for anything else.
 */
export async function makeEmbedder(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Embedder | false> {
  const [kind, ...rest] = name.split(":");
  if (name === "none") return false;
  if (name === "static") return defaultEmbedder();
  if (kind === "mistral" && rest.length <= 2 && rest[0] !== "") {
    const [model, dimensions] = rest;
    const address = environment.MISTRAL_BASE_URL?.replace(/\/+$/, "").replace(/\/v1$/, "");
    const apiKey = environment.MISTRAL_API_KEY;
    // Loaded here, because the client takes a while and most commands need none.
    const { mistralEmbedder } = await import("@souvenir/mistral");
    return mistralEmbedder({
      ...(model === undefined ? {} : { model }),
      ...(dimensions === undefined ? {} : { dimensions: dimensionsOf(name, dimensions) }),
      ...(address === undefined ? {} : { serverURL: address }),
      ...(apiKey === undefined || apiKey === "" ? {} : { apiKey: async () => apiKey }),
    });
  }
  throw unknownEmbedder(name);
}

/**
 * The name that makes an embedder with this id, or the one that takes its place; `undefined` when the id is of an embedder
 * of somebody's own.
 */
export function nameOfEmbedder(id: string): string | undefined {
  // Built-in ones of all versions: a store made with an earlier one moves to the present one by itself.
  if (/^souvenir-(static|offline)-/.test(id)) return "static";
  if (id === "mistral:mistral-embed:1024") return "mistral";
  return /^mistral:[^:]+:\d+$/.test(id) ? id : undefined;
}

function dimensionsOf(name: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw unknownEmbedder(name);
  return Number(text);
}

function unknownEmbedder(name: string): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    `there is no embedder "${name}": give static, mistral, mistral:MODEL, mistral:MODEL:DIMENSIONS or none`,
  );
}
