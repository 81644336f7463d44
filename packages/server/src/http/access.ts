import type { Grant, Permission } from "../api/wire.ts";
import { allows, allowsEverything, everything } from "../keys/grants.ts";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import type { VerifiedKey } from "../keys/verified-key.ts";
import { HttpError } from "./errors.ts";
import type { RateLimits } from "./rate-limit.ts";

/** What proxies say of where a request came from, each in its own way. */
const ofProxies =
  /^(?:via|cdn-loop|proxy-connection|front-end-https|x-(?:scheme|rewrite-url|nginx-proxy|amzn-trace-id|original-.*)|.*forwarded.*|(?:cf|x-envoy|x-arr|ngrok|tailscale)-.*|(?:.*-)?(?:client|real|user|connecting|remote|proxyuser)-?(?:ip|addr))$/;

/** Who asks. Without a `key`, this machine: no key was ever created. */
export interface Caller {
  readonly key?: VerifiedKey;
  readonly grants: readonly Grant[];
}

/** Keys that are none in a minute, of all callers: so many are mistakes. Who has a key is not held up by them. */
const wrongKeys = 100;

/**
 * Finds out who asks.
 * @param options - `open`: whether a request without a key is answered as long as no key was ever created. `failures`:
 * counts keys that are none, in a bucket of their own. `lent`: the key that a token of OAuth stands for, where these are
 * taken. `hint`: more for `WWW-Authenticate`.
 * @throws HttpError `UNAUTHORIZED`, the same for a key that is unknown, wrong, expired or revoked; `RATE_LIMITED` for many of
 * these
 */
export async function identify(
  request: Request,
  keys: AsyncKeyStore | undefined,
  options: {
    open: boolean;
    failures?: RateLimits;
    lent?: (token: string) => Promise<VerifiedKey | undefined>;
    hint?: string;
  },
): Promise<Caller> {
  const { open, failures, lent, hint = "" } = options;
  if (open && !((await keys?.any()) ?? false)) return { grants: [everything] };
  const header = request.headers.get("authorization");
  if (header === null)
    throw new HttpError("UNAUTHORIZED", "expected a key: send it as Authorization: Bearer <key>", {
      "WWW-Authenticate": `Bearer realm="souvenir"${hint}`,
    });
  const token = /^bearer +([\x21-\x7e]{1,256})$/i.exec(header)?.[1];
  const found = token === undefined ? undefined : ((await keys?.verify(token)) ?? (await lent?.(token)));
  const key = await checkKey(found, failures, hint);
  return { key, grants: key.grants };
}

/** @throws HttpError as `identify` does, when there is none */
export async function checkKey(
  key: VerifiedKey | undefined,
  failures: RateLimits | undefined,
  hint = "",
): Promise<VerifiedKey> {
  if (key !== undefined) return key;
  const state = await failures?.take("wrong keys", wrongKeys);
  if (state?.allowed === false)
    throw new HttpError("RATE_LIMITED", "too many requests with keys that are not valid: check the key", {
      "Retry-After": String(state.resetSeconds),
    });
  throw new HttpError(
    "UNAUTHORIZED",
    "this key is unknown, expired or revoked: expected Authorization: Bearer svr_…, as souvenir serve or souvenir keys create showed it",
    {
      "WWW-Authenticate": `Bearer realm="souvenir", error="invalid_token"${hint}`,
    },
  );
}

/**
 * @throws HttpError `FORBIDDEN`, word for word the same whether the namespace exists or not: nothing was looked up yet
 */
export function demand({ grants }: Caller, permission: Permission, namespace: string): void {
  if (!allows(grants, permission, namespace))
    throw new HttpError(
      "FORBIDDEN",
      `this key has no ${permission} permission for that namespace`,
      {},
      { namespace },
    );
}

/** @throws HttpError `FORBIDDEN` */
export function demandEverything({ grants }: Caller, permission: Permission): void {
  if (!allowsEverything(grants, permission))
    throw new HttpError("FORBIDDEN", `this needs a key with ${permission} permission for every namespace`);
}

/**
 * Without keys, whoever reaches the port may do everything, and a browser on this machine reaches it for every page
 * that it shows. So the address must be a name of this machine (a page of a foreign name that was rebound to 127.0.0.1
 * has another), and a page must be of this server or of an origin that was allowed. A proxy would bring in strangers.
 * @throws HttpError `FORBIDDEN`
 */
export function checkThisMachine(request: Request, allowedOrigins: readonly string[]): void {
  const url = new URL(request.url);
  if (!isLoopback(url.hostname))
    throw new HttpError("FORBIDDEN", "without keys this server answers to localhost only: create a key");
  if ([...request.headers.keys()].some((name) => ofProxies.test(name)))
    throw new HttpError("FORBIDDEN", "without keys this server answers no proxy: create a key");
  const origin = request.headers.get("origin");
  const fromPage = origin === null ? isForeignFetch(request) : origin !== url.origin;
  if (fromPage && (origin === null || !mayUse(origin, allowedOrigins)))
    throw new HttpError("FORBIDDEN", "without keys this server answers no page of another origin");
}

/**
 * A page of another origin, where the protocol wants it refused whatever key it has.
 * @param base - Address of this server, as clients reach it.
 * @throws HttpError `FORBIDDEN`
 */
export function checkPage(request: Request, base: string, allowedOrigins: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== base && !mayUse(origin, allowedOrigins))
    throw new HttpError("FORBIDDEN", "this server answers no page of another origin");
}

export function mayUse(origin: string, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.includes(origin) || allowedOrigins.includes("*");
}

/** A host name of the machine itself, as in a URL. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    hostname === "::1" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/** An image or script of a foreign page sends no `Origin`; opening an address by hand is neither of these two. */
function isForeignFetch(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return false;
  const opened = request.method === "GET" && request.headers.get("sec-fetch-mode") === "navigate";
  return !(opened && request.headers.get("sec-fetch-dest") === "document");
}
