import { files } from "./files.generated.ts";

/**
 * Scripts and styles from this origin only, no inline ones, no markup from strings (trusted types), no frame around
 * the page, and requests to this origin only.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const headers = {
  "cache-control": "no-cache",
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * The console's file at a path of the server: `/console/` is the page. It holds no data: the page asks the API for
 * that, with the key of the person who sits before it.
 * @param ifNoneMatch - The request's `If-None-Match`; a file that the browser has is answered with 304.
 * @returns `undefined` for a path that is not the console's.
 */
export function consoleAsset(path: string, ifNoneMatch?: string | null): Response | undefined {
  // Relative, so that it holds behind a proxy that adds a prefix.
  if (path === "/console") return new Response(null, { status: 308, headers: { location: "console/" } });
  const prefix = "/console/";
  if (!path.startsWith(prefix)) return undefined;
  const name = path.slice(prefix.length);
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined) return undefined;
  const etag = `"${file.tag}"`;
  if (matches(ifNoneMatch, etag)) return new Response(null, { status: 304, headers: { ...headers, etag } });
  return new Response(file.body, { headers: { ...headers, etag, "content-type": file.type } });
}

/** Weak comparison (RFC 9110, 8.8.3.2): compression on the way makes a tag weak. */
function matches(ifNoneMatch: string | null | undefined, etag: string): boolean {
  return (ifNoneMatch ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
