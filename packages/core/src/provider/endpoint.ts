import { invalid } from "../validation.ts";
import type { RetryOptions } from "./retry.ts";

/** Where a model is served, and how it is called. */
export interface EndpointOptions extends RetryOptions {
  /**
   * The server, as `http://localhost:11434`, its API, as `https://api.example.com/v1`, or the whole address of the
   * endpoint. Without a path, `/v1` is taken for the API.
   */
  url: string;
  /** The model, by the server's name for it. */
  model: string;
  /** Sent as `Authorization: Bearer …`. A function is asked before each call. Default: none. */
  apiKey?: string | (() => string | Promise<string>);
  /** Sent with each request. Default: none. */
  headers?: Readonly<Record<string, string>>;
  /** Requests at once, 1 or more; queries do not wait for them. Default 4. */
  concurrency?: number;
}

export const endpointNames: Record<keyof EndpointOptions, true> = {
  url: true,
  model: true,
  apiKey: true,
  headers: true,
  concurrency: true,
  retries: true,
  retryDelayMs: true,
  maxRetryDelayMs: true,
  timeoutMs: true,
  random: true,
};

/** The address of an endpoint of an API. @throws SouvenirError `INVALID_INPUT` for what is none. */
export function addressOf(url: unknown, endpoint: string, where: string): string {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw invalid(`${where}.url`, "the address of a server, as http://localhost:8080/v1", url);
  const path = parsed.pathname.replace(/\/+$/, "");
  if (!path.endsWith(`/${endpoint}`)) parsed.pathname = `${path === "" ? "/v1" : path}/${endpoint}`;
  return parsed.href;
}

export async function headersOf({ apiKey, headers }: EndpointOptions): Promise<Record<string, string>> {
  const key = typeof apiKey === "function" ? await apiKey() : apiKey;
  return { ...(key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` }), ...headers };
}
