import type { Operations, WireError } from "../src/api/wire.ts";
import { routes, type UsedOperation } from "./operations.ts";
import { storedKey } from "./session-key.ts";

/** An answer that is not 2xx, or none. */
export class Failure extends Error {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly code: string;
  /** What to do about it. */
  readonly advice: string;

  constructor(status: number, code: string, message: string, advice: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.advice = advice;
  }
}

/** Somebody else has written what is shown. */
export const isConflict = (error: unknown): error is Failure =>
  error instanceof Failure && error.code === "VERSION_CONFLICT";

let refused: () => void = () => {};
/** Calls back when the server wants a key, or another than the one it got. */
export function onRefused(callback: () => void): void {
  refused = callback;
}

/** Calls an operation: what it takes goes into the query of GET and DELETE, and into the body of POST. */
export async function call<Name extends UsedOperation>(
  id: Name,
  takes: Operations[Name]["takes"],
  signal?: AbortSignal,
): Promise<Operations[Name]["answers"]> {
  const [method = "GET", path = ""] = routes[id].split(" ");
  const given = { ...takes } as { [name: string]: unknown };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(given[name]));
    delete given[name];
    return value;
  });
  if (method === "POST") {
    const headers = { "content-type": "application/json" };
    return (await send(method, filled, { headers, body: JSON.stringify(given) }, signal)).json();
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, String(value));
  const search = query.size === 0 ? "" : `?${query}`;
  return (await send(method, filled + search, {}, signal)).json();
}

/** A memory with its history, as a line of an export, is stored again as it was. */
export async function importLines(lines: readonly object[]): Promise<void> {
  await send("POST", "/v1/import", {
    headers: { "content-type": "application/x-ndjson" },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  });
}

/** A file of memories, for lines that name no namespace into `namespace`. */
export async function importFile(namespace: string, file: Blob): Promise<Operations["import"]["answers"]> {
  // What it is, the server tells by what is in it; of what is JSON or its lines, one that is wrong ends the import.
  const begins = /\S/.exec(await file.slice(0, 1024).text())?.[0] ?? "{";
  const headers = {
    "content-type": "{[".includes(begins) ? "application/x-ndjson" : "application/octet-stream",
  };
  const path = `/v1/import?${new URLSearchParams({ namespace })}`;
  return (await send("POST", path, { headers, body: file })).json();
}

/** Works off now what waits for models, also what waits to be tried again and what was given up; for at most some seconds. */
export async function workOff(): Promise<Operations["flush"]["answers"]> {
  return (await send("POST", "/v1/flush?deadline_ms=10000&retry=true", {})).json();
}

export async function exportNamespace(namespace: string): Promise<Blob> {
  return (await send("GET", `/v1/export?${new URLSearchParams({ namespace })}`, {})).blob();
}

async function send(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Blob },
  signal?: AbortSignal,
): Promise<Response> {
  const key = storedKey();
  let response: Response;
  try {
    // The page is at <server>/console/, whatever prefix a proxy adds before it.
    response = await fetch(new URL(`..${path}`, document.baseURI), {
      method,
      headers: key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
      body,
      signal,
      credentials: "omit",
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(
      0,
      "UNREACHABLE",
      "The server does not answer.",
      "Check that it runs (npx @souvenir/server serve), then try again.",
    );
  }
  if (response.ok) return response;
  const failure = await toFailure(response);
  if (failure.status === 401) refused();
  throw failure;
}

async function toFailure(response: Response): Promise<Failure> {
  let code = "INTERNAL";
  let message = `The server answered ${response.status}.`;
  try {
    ({ code, message } = ((await response.json()) as WireError).error);
  } catch {
    // Not our JSON: a proxy answered.
  }
  if (code === "VERSION_CONFLICT")
    return new Failure(
      response.status,
      code,
      "Somebody changed this memory since it was shown here, and nothing was written.",
      "Close it and open it again to see what it says now.",
    );
  return new Failure(response.status, code, message, adviceFor(response));
}

function adviceFor(response: Response): string {
  const { status } = response;
  if (status === 401) return "Sign in with a valid key.";
  if (status === 403) return "Sign in with a key that may do this, or ask for one.";
  if (status === 404)
    return "It may have been deleted, or your key may not see it. Go back and choose another.";
  if (status === 413) return "Shorten the text, or raise the server's limits.";
  if (status === 429) return `Wait ${response.headers.get("retry-after") ?? "some"} seconds, then try again.`;
  if (status >= 500) {
    const id = response.headers.get("x-request-id");
    return `Try again. If it stays, look into the server's log${id === null ? "" : ` for request ${id}`}, or run npx @souvenir/server doctor.`;
  }
  return "Correct what is named above, then try again.";
}

/** The message of a failure and what to do about it. */
export function explain(error: unknown): { message: string; advice: string } {
  if (error instanceof Failure) return { message: error.message, advice: error.advice };
  return {
    message: "The console failed.",
    advice: `Reload the page. If it comes back, report it with this text: ${error instanceof Error ? error.message : String(error)}`,
  };
}
