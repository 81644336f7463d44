import type { AuthorizationCodeModel, Client, RefreshTokenModel, User } from "@node-oauth/oauth2-server";
import { HttpError } from "../http/errors.ts";
import type { Loan, TokenStore } from "../keys/token-store.ts";
import { type Authorization, covers, isResource, type OAuthRequest } from "./authorization.ts";
import { clientOf, mayRedirect, type OAuthClient, registerClient } from "./client.ts";
import { consentPage } from "./consent-page.ts";

const minute = 60_000;
const codeMs = minute;
const accessMs = 60 * minute;
/** From the last use on. */
const refreshMs = 30 * 24 * 60 * minute;
const grants = ["authorization_code", "refresh_token"];

/** SHA-256 in base64url. Without one, whoever sees the code could bring it. */
const s256Challenge = /^[\w-]{43}$/;

type Form = Readonly<Record<string, string>>;

/**
 * An authorization server (OAuth 2.1: codes with PKCE for programs without a secret, refresh tokens that are used once) that
 * lends keys: a token may do what the key may that was pasted for it, counts against its limits, and ends with it. What it
 * gives out is in the store of the keys, as hashes.
 */
export function openAuthorization(tokens: TokenStore): Authorization {
  return {
    answer: {
      async register({ body }) {
        const client = registerClient(body);
        if ("error" in client) return refusal(400, client.error, client.description);
        const metadata = {
          client_id: client.id,
          client_id_issued_at: Math.floor(Date.now() / 1000),
          client_name: client.name,
          redirect_uris: client.redirectUris,
          grant_types: grants,
          response_types: ["code"],
          token_endpoint_auth_method: "none",
        };
        return Response.json(metadata, { status: 201 });
      },
      authorize: (request) => authorize(request, tokens),
      async token({ request, base, body }) {
        const form = formOf(body);
        // The library would ask for a secret first.
        if (form.grant_type === undefined) return refusal(400, "invalid_request", "grant_type: expected one");
        if (!grants.includes(form.grant_type))
          return refusal(400, "unsupported_grant_type", `grant_type: expected ${grants.join(" or ")}`);
        if (form.resource !== undefined && !isResource(base, form.resource))
          return refusal(400, "invalid_target", `expected ${base}/mcp or an address below it`);
        const { default: OAuth2Server } = await import("@node-oauth/oauth2-server");
        const answer = new OAuth2Server.Response();
        const server = new OAuth2Server({
          model: modelOf(tokens, form.resource),
          accessTokenLifetime: accessMs / 1000,
          refreshTokenLifetime: refreshMs / 1000,
          requireClientAuthentication: { authorization_code: false, refresh_token: false },
        });
        await server.token(asked(OAuth2Server, request, form), answer).catch(() => {
          // The answer says it.
        });
        return Response.json(answer.body, {
          status: answer.status ?? 500,
          headers: answer.headers as Record<string, string>,
        });
      },
      async revoke({ body }) {
        const { token } = formOf(body);
        if (token === undefined) return refusal(400, "invalid_request", "token: expected one");
        await tokens.revoke(token);
        return new Response(null, { status: 200 });
      },
    },
  };
}

async function authorize(
  { request, base, body, verify }: OAuthRequest,
  tokens: TokenStore,
): Promise<Response> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const client = clientOf(query.client_id);
  const redirectUri = query.redirect_uri ?? client?.redirectUris[0];
  // Nobody is sent to an address that the program did not register.
  if (client === undefined || redirectUri === undefined || !mayRedirect(client, redirectUri))
    return refusal(400, "invalid_request", "client_id, redirect_uri: expected those of a registration");
  const back = (parameters: Record<string, string>) => {
    const url = new URL(redirectUri);
    const { state } = query;
    const all = { ...parameters, ...(state === undefined ? {} : { state }), iss: base };
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
    return new Response(null, { status: 303, headers: { Location: url.href } });
  };
  const resource = query.resource ?? `${base}/mcp`;
  if (query.response_type !== "code") return back({ error: "unsupported_response_type" });
  if (!s256Challenge.test(query.code_challenge ?? "") || query.code_challenge_method !== "S256")
    return back({ error: "invalid_request", error_description: "expected PKCE: code_challenge with S256" });
  if (!isResource(base, resource))
    return back({
      error: "invalid_target",
      error_description: `expected ${base}/mcp or an address below it`,
    });
  const page = (status: number, problem?: string) =>
    consentPage({ client, redirectUri, resource, status, ...(problem === undefined ? {} : { problem }) });
  if (request.method === "GET") return page(200);

  const form = formOf(body);
  if (form.denied !== undefined) return back({ error: "access_denied" });
  let key: string;
  try {
    key = (await verify(form.key?.trim() ?? "")).id;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const { code } = error;
    if (code === "RATE_LIMITED")
      return page(429, "Too many keys that are not valid were tried: wait a minute.");
    return page(401, "This key is not valid here. It may be mistyped, expired or revoked.");
  }
  const { default: OAuth2Server } = await import("@node-oauth/oauth2-server");
  const loan: Omit<Loan, "client"> = { key, consent: crypto.randomUUID(), resource };
  const answer = new OAuth2Server.Response();
  try {
    const { authorizationCode } = await new OAuth2Server({ model: modelOf(tokens, undefined) }).authorize(
      asked(OAuth2Server, request, query),
      answer,
      {
        authenticateHandler: { handle: () => loan },
        allowEmptyState: true,
        authorizationCodeLifetime: codeMs / 1000,
      },
    );
    return back({ code: authorizationCode });
  } catch (error) {
    const { name, message } = error as Error;
    return back({ error: name, error_description: message });
  }
}

/** What the library asks for: programs, and where codes and tokens are. It knows a loan as a user. */
function modelOf(
  tokens: TokenStore,
  resource: string | undefined,
): AuthorizationCodeModel & RefreshTokenModel {
  const found = async (kind: "code" | "refresh", token: string) => {
    const loan = (await tokens.find(kind, token))?.loan;
    // For the endpoint that it was lent for, where one is named.
    if (loan === undefined || (resource !== undefined && !covers(loan.resource, resource))) return undefined;
    const client = clientOf(loan.client);
    return client === undefined ? undefined : { loan, client: asClient(client), user: loan as User };
  };
  return {
    async getClient(id) {
      const client = clientOf(id);
      return client === undefined ? undefined : asClient(client);
    },
    validateRedirectUri: async (uri, { id }) => {
      const client = clientOf(id);
      return client !== undefined && mayRedirect(client, uri);
    },
    async saveAuthorizationCode(code, client, user) {
      const loan = { ...(user as Loan), client: client.id };
      const { authorizationCode, redirectUri, codeChallenge } = code;
      await tokens.keep(
        "code",
        authorizationCode,
        { ...loan, redirectUri, challenge: codeChallenge },
        codeMs,
      );
      return { ...code, client, user };
    },
    async getAuthorizationCode(authorizationCode) {
      const code = await found("code", authorizationCode);
      if (code === undefined) return undefined;
      const { redirectUri = "", challenge = "" } = code.loan;
      // The store knows when it is over.
      return {
        ...code,
        ...always,
        authorizationCode,
        redirectUri,
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
      };
    },
    revokeAuthorizationCode: async ({ authorizationCode }) => tokens.use("code", authorizationCode),
    async saveToken(token, client, user) {
      const { key, consent, resource: address } = user as Loan;
      const loan: Loan = { key, consent, client: client.id, resource: address };
      // For the address that this request names; the next ones may name others that were lent (RFC 8707, 2.2).
      const access = { ...loan, resource: resource ?? address };
      await tokens.keep("access", token.accessToken, access, accessMs);
      if (token.refreshToken !== undefined) await tokens.keep("refresh", token.refreshToken, loan, refreshMs);
      return { ...token, client, user };
    },
    async getRefreshToken(refreshToken) {
      const token = await found("refresh", refreshToken);
      return token === undefined ? undefined : { ...token, refreshToken };
    },
    revokeToken: async ({ refreshToken }) => tokens.use("refresh", refreshToken),
    // Asked by the app, of the store.
    getAccessToken: async () => undefined,
  };
}

const always = { expiresAt: new Date(8.64e15) };

function asClient({ id, redirectUris }: OAuthClient): Client {
  return { id, redirectUris: [...redirectUris], grants };
}

/** What a token may do is what its key may: scopes that are asked for are passed over. */
function asked(
  { Request: LibraryRequest }: typeof import("@node-oauth/oauth2-server"),
  { headers }: Request,
  { scope: _, ...body }: Form,
) {
  const basic = headers.get("authorization");
  return new LibraryRequest({
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      // The body was read; that there is one is all that is asked.
      "content-length": "1",
      ...(basic === null ? {} : { authorization: basic }),
    },
    query: {},
    body,
  });
}

function formOf(body: unknown): Form {
  return body instanceof URLSearchParams ? Object.fromEntries(body) : {};
}

function refusal(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status });
}
