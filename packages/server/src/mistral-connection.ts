import { SouvenirError } from "@souvenir/core";

/**
 * The model of a name on a command line, `mistral` or `mistral:MODEL`; `undefined` for the usual one.
 * @param does - What it is wanted for, for the error.
 * @throws SouvenirError `INVALID_INPUT` for anything else.
 */
export function modelIn(name: string, does: string): string | undefined {
  const [kind, model, ...rest] = name.split(":");
  if (kind === "mistral" && model !== "" && rest.length === 0) return model;
  throw new SouvenirError(
    "INVALID_INPUT",
    `there is nothing named "${name}" that ${does}: give mistral, mistral:MODEL or none`,
  );
}

/**
 * How Mistral is reached: by `MISTRAL_API_KEY`, at `MISTRAL_BASE_URL` (with or without `/v1`) in the place of Mistral's own
 * address. Where there is no key, it is asked for at the first call.
 */
export function mistralConnection({
  MISTRAL_API_KEY: apiKey,
  MISTRAL_BASE_URL: address,
}: Readonly<Record<string, string | undefined>>): { apiKey?: () => Promise<string>; serverURL?: string } {
  const serverURL = address?.replace(/\/+$/, "").replace(/\/v1$/, "");
  return {
    ...(serverURL === undefined ? {} : { serverURL }),
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey: async () => apiKey }),
  };
}
