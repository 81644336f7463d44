import type { Mistral } from "@mistralai/mistralai";
import { SouvenirError } from "@souvenir/core";
import { checkRetries, type RetryOptions } from "@souvenir/core/provider";

/** How to reach Mistral: a client, or what is needed to make one. */
export interface ClientOptions<Part extends keyof Mistral> {
  /** The application's own client. Its retry settings are not used: retries are decided here. */
  client?: Pick<Mistral, Part>;
  /** Default: the environment variable `MISTRAL_API_KEY`, read at the first call. */
  apiKey?: string | (() => Promise<string>);
  /** Origin without `/v1`. Default: Mistral's. */
  serverURL?: string;
}

/** Options for reaching Mistral that the embedder and the extractor share. */
export const connectionNames: Record<keyof ClientOptions<never> | keyof RetryOptions, true> = {
  client: true,
  apiKey: true,
  serverURL: true,
  retries: true,
  retryDelayMs: true,
  maxRetryDelayMs: true,
  timeoutMs: true,
  random: true,
};

/** Hundreds of modules, loaded when they are needed. */
export function loadClient(): Promise<typeof import("@mistralai/mistralai")> {
  return import("@mistralai/mistralai");
}

/**
 * Gives the client for a call, which `signal` ends. Without one of the application's, it is made at the call, so that
 * building an embedder needs no key and loads nothing.
 * @throws SouvenirError `INVALID_INPUT` for options that could never reach it
 */
export function clientOfCall<Part extends keyof Mistral>(
  options: ClientOptions<Part> & RetryOptions & { model?: string },
  wanted: string,
): (signal: AbortSignal) => Promise<Pick<Mistral, Part>> {
  checkRetries(options);
  for (const [name, types] of Object.entries({
    model: ["string"],
    apiKey: ["string", "function"],
    serverURL: ["string"],
    client: ["object"],
  })) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined && (value === null || value === "" || !types.includes(typeof value)))
      throw new SouvenirError(
        "INVALID_INPUT",
        `${wanted}: ${name}: expected ${types.join(" or ")}, not empty`,
      );
  }
  return async (signal) => {
    if (options.client) return options.client;
    const apiKey = options.apiKey ?? globalThis.process?.env.MISTRAL_API_KEY;
    if (!apiKey)
      throw new SouvenirError(
        "INVALID_INPUT",
        `${wanted} needs a Mistral API key and there is none: set the environment variable MISTRAL_API_KEY, or pass { apiKey } or { client }; a key comes from https://console.mistral.ai/api-keys`,
        { details: { misconfigured: true } },
      );
    const { serverURL } = options;
    const { HTTPClient, Mistral } = await loadClient();
    return new Mistral({
      apiKey,
      // The client puts the signal into a Request and sends a copy. Node lets go of what ties the two when garbage is
      // collected: then no abort and no timeout reaches the connection, which keeps the program alive.
      httpClient: new HTTPClient({ fetcher: (request) => fetch(request, { signal }) }),
      ...(serverURL === undefined ? {} : { serverURL }),
    });
  };
}
