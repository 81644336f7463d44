import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Client,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type OAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { afterEach, expect, test } from "vitest";
import type { AuditEvent } from "../src/http/audit.ts";
import { openAuthorization, openKeyStore } from "../src/node/index.ts";
import { findChromium, launchBrowser } from "./console/browser.ts";
import { startServer } from "./console/server.ts";
import { type Answer, all, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
const events: AuditEvent[] = [];
afterEach(async () => {
  events.length = 0;
  await server?.close();
});

const base = "http://localhost:7077";
const callback = "https://app.example/callback?from=souvenir";
const minute = 60_000;

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<void> {
  const clock = { now: Date.UTC(2026, 10, 25, 8) };
  const keys = openKeyStore({ path: ":memory:", clock: () => clock.now });
  server = await startTestServer({
    keys,
    clock: () => clock.now,
    authorization: openAuthorization(keys.tokens),
    audit: (event) => void events.push(event),
    ...options,
  });
  Object.assign(server, { clock });
}

const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  server.send(`POST ${path}`, {
    raw: String(new URLSearchParams(fields)),
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
  });
const list = (path: string, token: string) =>
  server.send(`POST ${path}`, {
    key: token,
    headers: { Accept: "application/json, text/event-stream" },
    body: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list", arguments: {} } },
  });

async function register(more: object = {}): Promise<string> {
  const { body } = await server.send("POST /oauth/register", {
    body: { redirect_uris: [callback], client_name: "An <app>", ...more },
  });
  return (body as { client_id: string }).client_id;
}

/** A program with a registration and a verifier, as it asks. */
async function program(more: Record<string, string> = {}) {
  const client_id = await register();
  const code_verifier = randomBytes(32).toString("base64url");
  const query = {
    response_type: "code",
    client_id,
    redirect_uri: callback,
    state: "a state",
    code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: `${base}/mcp`,
    ...more,
  };
  return { client_id, code_verifier, address: `/oauth/authorize?${new URLSearchParams(query)}` };
}

const locationOf = ({ headers }: Answer) => new URL(headers.get("location") as string);

/** Registers, has a person paste a key, and brings the code. */
async function tokensFor(key: string, more: Record<string, string> = {}) {
  const { client_id, code_verifier, address } = await program(more);
  const sent = await form(address, { key });
  const exchange = {
    grant_type: "authorization_code",
    code: locationOf(sent).searchParams.get("code") as string,
    client_id,
    code_verifier,
    redirect_uri: callback,
  };
  const answer = await form("/oauth/token", exchange);
  return { client_id, exchange, answer, ...(answer.body as { access_token: string; refresh_token: string }) };
}

test("a program finds its way from the refusal to the memory of the key that a person pastes", async () => {
  await start();
  await server.memory.set({ namespace: "ada", value: "Ada likes tea." });
  const { key, id } = server.key([{ namespace: "ada", permission: "read" }]);
  const refused = await server.send("POST /mcp", { body: {} });
  const [, document = ""] =
    /^Bearer .*resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "") ?? [];
  expect([refused.status, document]).toEqual([401, `${base}/.well-known/oauth-protected-resource/mcp`]);
  const resource = (await server.send(`GET ${new URL(document).pathname}`)).body;
  expect(resource).toMatchObject({ resource: `${base}/mcp`, authorization_servers: [base] });
  const metadata = (await server.send("GET /.well-known/oauth-authorization-server")).body;
  expect(metadata).toMatchObject({
    issuer: base,
    authorization_endpoint: `${base}/oauth/authorize`,
    registration_endpoint: `${base}/oauth/register`,
    code_challenge_methods_supported: ["S256"],
  });
  expect(await server.send("POST /oauth/register", { body: { redirect_uris: [callback] } })).toMatchObject({
    status: 201,
    body: { token_endpoint_auth_method: "none", redirect_uris: [callback] },
  });

  const { client_id, code_verifier, address } = await program();
  const page = await server.send(`GET ${address}`);
  expect(page.headers.get("content-security-policy")).toMatch(/form-action 'self' https:;.*frame-ancestors/);
  expect(page.body).toMatch(/An &lt;app&gt;[\s\S]*app\.example/);
  const wrong = await form(address, { key: `${key}x` });
  expect([wrong.status, wrong.body]).toEqual([401, expect.stringContaining("not valid here")]);
  const sent = await form(address, { key: ` ${key}\n` }, { Origin: base });
  const location = locationOf(sent);
  expect([sent.status, location.origin + location.pathname]).toEqual([303, "https://app.example/callback"]);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    from: "souvenir",
    code: expect.any(String),
    state: "a state",
    iss: base,
  });
  const exchange = {
    grant_type: "authorization_code",
    code: location.searchParams.get("code") as string,
    client_id,
    code_verifier,
    redirect_uri: callback,
    resource: `${base}/mcp`,
  };
  const answer = await form("/oauth/token", exchange);
  expect(answer).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  // The library counts by its own clock.
  expect((answer.body as { expires_in: number }).expires_in / 3600).toBeCloseTo(1, 1);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const { access_token } = answer.body as { access_token: string };
  expect(JSON.stringify((await list("/mcp", access_token)).body)).toContain("Ada likes tea.");
  expect((await list("/mcp/ada", access_token)).status).toBe(200);
  expect((await list("/mcp/bob", access_token)).status).toBe(403);
  // It is for MCP, and counts as its key.
  expect((await server.send("GET /v1/memories?namespace=ada", { key: access_token })).status).toBe(401);
  expect(server.keys.list().find((each) => each.id === id)?.usage_today.requests).toBe(3);
  expect(events.map(({ operation, outcome, key: of }) => [operation, outcome, of])).toEqual([
    ["authenticate", "refused", null],
    ["authorize", "done", id],
    ["authenticate", "refused", null],
  ]);
  server.keys.revoke(id);
  expect((await list("/mcp", access_token)).status).toBe(401);
});

test("a token ends, a refresh token serves once, and one that comes again ends all of its consent", async () => {
  await start();
  const { key } = server.key([{ namespace: "ada", permission: "write" }]);
  const first = await tokensFor(key);
  const refresh = (refresh_token: string, client_id = first.client_id, more = {}) =>
    form("/oauth/token", { grant_type: "refresh_token", refresh_token, client_id, ...more });
  server.clock.now += 61 * minute;
  expect((await list("/mcp", first.access_token)).status).toBe(401);
  const other = await register({ client_name: "Another" });
  expect((await refresh(first.refresh_token, other)).body).toMatchObject({ error: "invalid_grant" });
  const elsewhere = { resource: "https://elsewhere.example/mcp" };
  expect((await refresh(first.refresh_token, first.client_id, elsewhere)).status).toBe(400);
  const second = (await refresh(first.refresh_token)).body as { access_token: string; refresh_token: string };
  expect((await list("/mcp", second.access_token)).status).toBe(200);
  expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect((await list("/mcp", second.access_token)).status).toBe(401);
  expect((await refresh(second.refresh_token)).status).toBe(400);

  // The same of a code, and by wish.
  const third = await tokensFor(key);
  expect((await form("/oauth/token", third.exchange)).body).toMatchObject({ error: "invalid_grant" });
  expect((await list("/mcp", third.access_token)).status).toBe(401);
  const fourth = await tokensFor(key);
  expect((await form("/oauth/revoke", { token: fourth.refresh_token })).status).toBe(200);
  expect((await list("/mcp", fourth.access_token)).status).toBe(401);
  expect((await form("/oauth/revoke", { token: "unknown" })).status).toBe(200);
});

test("a code is for who asked for it, where it asked, for a minute", async () => {
  await start();
  const { key } = server.key([{ namespace: "ada", permission: "write" }]);
  for (const more of [
    { code_verifier: randomBytes(32).toString("base64url") },
    { redirect_uri: "https://app.example/other" },
    { client_id: await register({ client_name: "Another" }) },
    { code: "none" },
    { resource: `${base}/mcp/ada/below/is/fine`, grant_type: "password" },
    { resource: "https://elsewhere.example/mcp" },
  ]) {
    const { client_id, code_verifier, address } = await program();
    const code = locationOf(await form(address, { key })).searchParams.get("code") as string;
    const right = {
      grant_type: "authorization_code",
      code,
      client_id,
      code_verifier,
      redirect_uri: callback,
    };
    const answer = await form("/oauth/token", { ...right, ...more });
    expect([more, answer.status, Object.keys(answer.body as object)]).toEqual([
      more,
      400,
      ["error", "error_description"],
    ]);
  }
  const { client_id, code_verifier, address } = await program();
  const code = locationOf(await form(address, { key })).searchParams.get("code") as string;
  server.clock.now += minute;
  const late = { grant_type: "authorization_code", code, client_id, code_verifier, redirect_uri: callback };
  expect((await form("/oauth/token", late)).body).toMatchObject({ error: "invalid_grant" });
  // One lent for an endpoint is not one for its neighbours.
  const narrow = await tokensFor(server.key([{ prefix: "", permission: "read" }]).key, {
    resource: `${base}/mcp/ada`,
  });
  expect((await list("/mcp/ada", narrow.access_token)).status).toBe(200);
  for (const path of ["/mcp", "/mcp/adalbert"])
    expect((await list(path, narrow.access_token)).status).toBe(401);
});

test("a token is for the address that its request names, and what is asked wrong is called by its name", async () => {
  await start();
  const { key } = server.key([{ prefix: "team/", permission: "read" }, all]);
  const { client_id, code_verifier, address } = await program();
  const code = locationOf(await form(address, { key })).searchParams.get("code") as string;
  const asking = { client_id, code_verifier, redirect_uri: callback, code };
  const grant_type = "authorization_code";
  for (const [fields, error] of [
    [asking, "invalid_request"],
    [{ ...asking, grant_type: "password" }, "unsupported_grant_type"],
    [{ ...asking, grant_type: "client_credentials", client_secret: "x" }, "unsupported_grant_type"],
    [{ ...asking, grant_type, resource: "https://other.example/mcp" }, "invalid_target"],
    [{ ...asking, grant_type, resource: `${base}/v1` }, "invalid_target"],
  ] as const)
    expect(await form("/oauth/token", fields), error).toMatchObject({ status: 400, body: { error } });
  const narrow = await form("/oauth/token", { ...asking, grant_type, resource: `${base}/mcp/team%2Fa` });
  const { access_token, refresh_token } = narrow.body as { access_token: string; refresh_token: string };
  expect((await list("/mcp/team%2Fa", access_token)).status).toBe(200);
  expect((await list("/mcp", access_token)).status).toBe(401);
  // What was lent is wider than this token.
  const next = await form("/oauth/token", { grant_type: "refresh_token", refresh_token, client_id });
  expect((await list("/mcp", (next.body as { access_token: string }).access_token)).status).toBe(200);
});

test("what is wrong with a request goes back to the program, and nowhere that it did not register", async () => {
  await start();
  for (const [more, error] of [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge: "" }, "invalid_request"],
    [{ resource: "https://elsewhere.example/mcp" }, "invalid_target"],
    [{ resource: `${base}.example/mcp` }, "invalid_target"],
    [{ resource: `${base}/v1` }, "invalid_target"],
  ] as const) {
    const { address } = await program(more as Record<string, string>);
    const { searchParams } = locationOf(await server.send(`GET ${address}`));
    expect([more, searchParams.get("error"), searchParams.get("state")]).toEqual([more, error, "a state"]);
  }
  const { address } = await program();
  const denied = locationOf(await form(address, { denied: "yes" }));
  expect(denied.searchParams.get("error")).toBe("access_denied");
  for (const more of [{ redirect_uri: "https://app.example/callback" }, { client_id: "none" }]) {
    const answer = await server.send(`GET ${(await program(more)).address}`);
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
  }
  const foreign = await form(address, { key: "x" }, { Origin: "https://evil.example" });
  expect(foreign.status).toBe(403);

  for (const uri of [
    "javascript:alert(1)",
    "data:text/html,x",
    "http://app.example/",
    "http://localhost@evil.example/",
    "https://app.example/#fragment",
    "not an address",
    "",
  ])
    expect(
      await server.send("POST /oauth/register", { body: { redirect_uris: [callback, uri] } }),
      uri,
    ).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } });
  for (const body of [{}, [], { redirect_uris: [] }, { redirect_uris: [`${callback}${"x".repeat(2000)}`] }])
    expect((await server.send("POST /oauth/register", { body })).status).toBe(400);
  expect((await server.send("POST /oauth/token", { body: {} })).status).toBe(415);
  // Programs of this machine take a free port; others have a scheme of their own.
  const client_id = await register({
    redirect_uris: ["http://127.0.0.1/callback", "cursor://anysphere.mcp/back"],
  });
  for (const [redirect_uri, status] of [
    ["http://127.0.0.1:40123/callback", 200],
    ["cursor://anysphere.mcp/back", 200],
    ["http://127.0.0.1:40123/other", 400],
    ["cursor://anysphere.mcp/other", 400],
  ] as const)
    expect((await server.send(`GET ${(await program({ client_id, redirect_uri })).address}`)).status).toBe(
      status,
    );
});

test("keys that are tried on the page are limited as those that are sent", async () => {
  await start();
  const { key } = server.key([{ namespace: "ada", permission: "write" }]);
  const { address } = await program();
  const tried = await Promise.all(Array.from({ length: 101 }, () => form(address, { key: "svr_guess" })));
  expect(tried.filter(({ status }) => status === 401)).toHaveLength(100);
  expect(tried.at(-1)?.status).toBe(429);
  expect((await form("/oauth/token", { grant_type: "refresh_token", refresh_token: "x" })).status).toBe(429);
  // Who has a key is not held up.
  expect((await form(address, { key })).status).toBe(303);
});

test("behind a proxy the address is the one that is given, and without keys nothing is lent", async () => {
  await start({ publicUrl: "https://memory.example/" });
  const document = await server.send("GET /.well-known/oauth-protected-resource/mcp/team%2Ffr");
  expect(document.body).toMatchObject({
    resource: "https://memory.example/mcp/team%2Ffr",
    authorization_servers: ["https://memory.example"],
  });
  expect((await server.send("GET /.well-known/oauth-protected-resource")).body).toMatchObject({
    resource: "https://memory.example/mcp",
  });
  expect((await server.send("GET /.well-known/oauth-protected-resource/v1")).status).toBe(404);
  const { access_token } = await tokensFor(server.key([{ namespace: "ada", permission: "write" }]).key, {
    resource: "https://memory.example/mcp",
  });
  expect((await list("/mcp", access_token)).status).toBe(200);
  await expect(startTestServer({ publicUrl: "https://memory.example/path" })).rejects.toThrow(/publicUrl/);
  await server.close();
  server = await startTestServer();
  const { headers } = await server.send("POST /mcp", { body: {} });
  expect(headers.get("www-authenticate")).not.toContain("resource_metadata");
  expect((await server.send("GET /.well-known/oauth-authorization-server")).status).toBe(404);
});

/** What a host keeps, and the person before it, who pastes a key. */
class Host implements OAuthClientProvider {
  readonly redirectUrl = "http://127.0.0.1:1/callback";
  readonly clientMetadata = { client_name: "A host", redirect_uris: [this.redirectUrl] };
  /** What the page sent back. */
  back = new URLSearchParams();
  readonly #key: string;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = "";
  #discovery: OAuthDiscoveryState | undefined;

  constructor(key: string) {
    this.#key = key;
  }
  clientInformation() {
    return this.#client;
  }
  saveClientInformation(client: OAuthClientInformationMixed) {
    this.#client = client;
  }
  tokens() {
    return this.#tokens;
  }
  saveTokens(tokens: OAuthTokens) {
    this.#tokens = tokens;
  }
  codeVerifier() {
    return this.#verifier;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  discoveryState() {
    return this.#discovery;
  }
  saveDiscoveryState(state: OAuthDiscoveryState) {
    this.#discovery = state;
  }
  invalidateCredentials() {
    this.#tokens = undefined;
  }
  async redirectToAuthorization(address: URL) {
    const body = new URLSearchParams({ key: this.#key });
    const answer = await fetch(address, { method: "POST", redirect: "manual", body });
    await answer.text();
    this.back = new URL(answer.headers.get("location") ?? "none:").searchParams;
  }
}

test.each(["2025-11-25", "2026-07-28"])(
  "the SDK's client connects with its own provider, protocol %s",
  async (protocol) => {
    await using running = await startServer();
    await running.memory.set({ namespace: "ada", value: "Ada likes tea." });
    const { key, id } = running.keys.create({
      name: "ada",
      grants: [{ namespace: "ada", permission: "write" }],
    });
    const provider = new Host(key);
    const mode = protocol === "2026-07-28" ? { pin: protocol } : ("legacy" as const);
    const url = new URL(`${running.url}/mcp`);
    const connect = async () => {
      const client = new Client({ name: "host", version: "1.0.0" }, { versionNegotiation: { mode } });
      const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
      return { client, transport, connected: client.connect(transport) };
    };
    const first = await connect();
    await expect(first.connected).rejects.toThrow(UnauthorizedError);
    await first.transport.finishAuth(provider.back);
    const { client, connected } = await connect();
    await connected;
    const { content } = await client.callTool({ name: "list", arguments: {} });
    expect(JSON.stringify(content)).toContain("Ada likes tea.");
    running.keys.revoke(id);
    await expect(client.callTool({ name: "list", arguments: {} })).rejects.toThrow();
    await client.close();
  },
);

const chromium = findChromium();
test.skipIf("missing" in chromium)("in a browser the page sends the person back with a code", async () => {
  await using running = await startServer();
  const { key } = running.keys.create({ name: "ada", grants: [{ namespace: "ada", permission: "write" }] });
  // The program's own address, where the browser arrives.
  const arrived = Promise.withResolvers<URL>();
  const listener = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    if (url.pathname === "/callback") arrived.resolve(url);
    response.end("Back.");
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const redirect = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`;
  const registered = await fetch(`${running.url}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [redirect], client_name: "A host" }),
  });
  const { client_id } = (await registered.json()) as { client_id: string };
  const address = new URL("/oauth/authorize", running.url);
  address.search = String(
    new URLSearchParams({
      response_type: "code",
      client_id,
      code_challenge: "x".repeat(43),
      code_challenge_method: "S256",
    }),
  );
  const browser = await launchBrowser((chromium as { path: string }).path);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        problems.push(message.text());
    });
    await page.goto(address.href);
    expect(await page.getByRole("heading").textContent()).toBe("Souvenir");
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth !== ''")).toBe(
      true,
    );
    await page.getByLabel("Key").fill("svr_none");
    await page.getByRole("button", { name: "Lend the key" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("not valid here");
    await page.getByLabel("Key").fill(key);
    await page.getByRole("button", { name: "Lend the key" }).click();
    expect((await arrived.promise).searchParams.get("code")).toMatch(/^\w+$/);
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    listener.close();
  }
});
