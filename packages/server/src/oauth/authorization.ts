import type { VerifiedKey } from "../keys/verified-key.ts";

/** Of one request to an endpoint of OAuth. */
export interface OAuthRequest {
  request: Request;
  /** Of this server, as clients reach it: `https://memory.example`. */
  base: string;
  /** What a form or a JSON body says. */
  body: unknown;
  /** The key that a person pasted. @throws HttpError `UNAUTHORIZED` or `RATE_LIMITED` */
  verify: (key: string) => Promise<VerifiedKey>;
}

/**
 * Lends keys to programs with OAuth 2.1: `register` (RFC 7591), `authorize`, where a person pastes a key, `token` and
 * `revoke` (RFC 7009).
 */
export type OAuthEndpoint = "register" | "authorize" | "token" | "revoke";
/** How hosts of MCP are lent a key. */
export interface Authorization {
  readonly answer: { readonly [Endpoint in OAuthEndpoint]: (request: OAuthRequest) => Promise<Response> };
}

/** Where each is, below the address of the server. */
export const oauthPaths: { readonly [Endpoint in OAuthEndpoint]: string } = {
  register: "/oauth/register",
  authorize: "/oauth/authorize",
  token: "/oauth/token",
  revoke: "/oauth/revoke",
};
export const resourceDocument = "/.well-known/oauth-protected-resource";
export const serverDocument = "/.well-known/oauth-authorization-server";

/** Metadata of the authorization server (RFC 8414). */
export function serverMetadata(base: string): object {
  return {
    issuer: base,
    authorization_endpoint: base + oauthPaths.authorize,
    token_endpoint: base + oauthPaths.token,
    registration_endpoint: base + oauthPaths.register,
    revocation_endpoint: base + oauthPaths.revoke,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
    revocation_endpoint_auth_methods_supported: ["none"],
    authorization_response_iss_parameter_supported: true,
  };
}

/**
 * Metadata of an endpoint of MCP (RFC 9728), which is at its path behind the well-known one.
 * @param path - Of the document: the well-known one alone stands for `/mcp`.
 * @returns `undefined` where no endpoint is
 */
export function resourceMetadata(base: string, path: string): object | undefined {
  const endpoint = path.slice(resourceDocument.length).replace(/\/$/, "") || "/mcp";
  if (!isEndpoint(endpoint)) return undefined;
  return {
    resource: base + endpoint,
    authorization_servers: [base],
    bearer_methods_supported: ["header"],
    resource_name: "Souvenir memory",
  };
}

/** Of an endpoint of MCP, as a refusal names it. */
export function resourceDocumentOf(base: string, endpoint: string): string {
  return base + resourceDocument + endpoint;
}

/** Whether what was lent for one endpoint may be used at another: at the same, or below it. */
export function covers(resource: string, address: string): boolean {
  return address === resource || address.startsWith(`${resource}/`);
}

/** Whether there is an endpoint of MCP of this server at an address. */
export function isResource(base: string, address: string): boolean {
  return address.startsWith(base) && isEndpoint(address.slice(base.length));
}

function isEndpoint(path: string): boolean {
  return /^\/mcp(?:\/[^?#]*)?$/.test(path);
}
