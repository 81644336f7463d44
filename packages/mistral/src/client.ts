import type { Mistral } from "@mistralai/mistralai";
import { SouvenirError } from "@souvenir/core";

/** How to reach Mistral: a client, or what is needed to make one. */
export interface ClientOptions<Part extends keyof Mistral> {
  /** The application's own client. Its retry settings are not used: retries are decided here. */
  client?: Pick<Mistral, Part>;
  /** Default: the environment variable `MISTRAL_API_KEY`, read at the first call. */
  apiKey?: string | (() => Promise<string>);
  /** Origin without `/v1`. Default: Mistral's. */
  serverURL?: string;
}

/** Makes the client at the first call, so that building an embedder needs no key and loads nothing. */
export function lazyClient<Part extends keyof Mistral>(
  options: ClientOptions<Part>,
  wanted: string,
): () => Promise<Pick<Mistral, Part>> {
  let made: Promise<Pick<Mistral, Part>> | undefined;
  return async () => {
    if (options.client) return options.client;
    const apiKey = options.apiKey ?? globalThis.process?.env.MISTRAL_API_KEY;
    if (!apiKey)
      throw new SouvenirError(
        "INVALID_INPUT",
        `${wanted} needs a Mistral API key and there is none: set the environment variable MISTRAL_API_KEY, or pass { apiKey } or { client }; a key comes from https://console.mistral.ai/api-keys`,
      );
    const { serverURL } = options;
    made ??= import("@mistralai/mistralai").then(
      ({ Mistral }) => new Mistral({ apiKey, ...(serverURL === undefined ? {} : { serverURL }) }),
    );
    return made;
  };
}
