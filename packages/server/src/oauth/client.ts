import { z } from "zod";

/** A program that asks for a key. */
export interface OAuthClient {
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
}

/** Of a program as a whole, because its id goes through addresses. */
const longestId = 2_000;
const nameLength = 80;
/** They run in the page that is there, or stand for files. */
const noAddresses = /^(?:javascript|data|vbscript|blob|file|filesystem|about|view-source|ws|wss|ftp):$/;

const registration = z.looseObject({
  redirect_uris: z
    .array(
      z.string().refine(isRedirectUri, {
        error: "expected https, http on the loopback, or a scheme of the program's own; and no fragment",
      }),
    )
    .min(1)
    .max(10),
  client_name: z.string().trim().min(1).catch("A program"),
});

/**
 * Registers a program (RFC 7591). Whoever asks is registered, so there is nothing to keep: the id says it all (appendix
 * A.5.2 there), and nobody can fill the disk with registrations.
 * @returns What it did wrong, as a sentence, when it is not registered.
 */
export function registerClient(body: unknown): OAuthClient | { error: string; description: string } {
  const { success, data, error } = registration.safeParse(body);
  if (!success) {
    const [issue] = error.issues;
    const isUri = issue?.path[0] === "redirect_uris";
    return {
      error: isUri ? "invalid_redirect_uri" : "invalid_client_metadata",
      description: `${(issue?.path ?? []).join(".") || "the body"}: ${issue?.message ?? "not as expected"}`,
    };
  }
  const name = [...data.client_name].slice(0, nameLength).join("");
  const id = Buffer.from(JSON.stringify([name, ...data.redirect_uris])).toString("base64url");
  if (id.length > longestId)
    return { error: "invalid_redirect_uri", description: "redirect_uris: expected fewer or shorter ones" };
  return { id, name, redirectUris: data.redirect_uris };
}

/** The program that an id names; `undefined` when it names none. */
export function clientOf(id: unknown): OAuthClient | undefined {
  if (typeof id !== "string" || id.length > longestId) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [client_name, ...redirect_uris] = parts;
  const client = registerClient({ client_name, redirect_uris });
  return "id" in client && client.id === id ? client : undefined;
}

/** Letter by letter, but for the port of the loopback, which programs choose when they start (RFC 8252, 7.3). */
export function mayRedirect({ redirectUris }: OAuthClient, given: string): boolean {
  return redirectUris.some(
    (known) => known === given || (isLoopbackHttp(known) && portless(known) === portless(given)),
  );
}

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || text.includes("#") || !/^[\x21-\x7e]+$/.test(text)) return false;
  const { protocol } = new URL(text);
  if (protocol === "http:") return isLoopbackHttp(text);
  return !noAddresses.test(protocol);
}

function isLoopbackHttp(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  return (
    protocol === "http:" &&
    username + password === "" &&
    /^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname)
  );
}

function portless(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.port = "";
  return url.href;
}
