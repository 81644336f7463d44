// Moments on the wire have one reader.
import { createMemory } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { readMoment } from "../src/api/moment.ts";
import { connectMemory } from "../src/client/index.ts";
import { all, startTestServer } from "./test-server.ts";

const moments: [string | number, string][] = [
  ["2027-01-31T12:00:00Z", "2027-01-31T12:00:00.000Z"],
  ["2027-01-31t12:00:00z", "2027-01-31T12:00:00.000Z"],
  ["2027-01-31T12:00:00", "2027-01-31T12:00:00.000Z"],
  ["2027-01-31 12:00", "2027-01-31T12:00:00.000Z"],
  ["2027-01-31", "2027-01-31T00:00:00.000Z"],
  ["2027-01-31T12:00:00.123456789+02:00", "2027-01-31T10:00:00.123Z"],
  ["2027-01-31T00:30:00-05:30", "2027-01-31T06:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ["0001-01-01", "0001-01-01T00:00:00.000Z"],
  ["+012000-01-01T00:00:00.000Z", "+012000-01-01T00:00:00.000Z"],
  [1_900_000_000_000, "2030-03-17T17:46:40.000Z"],
  [Date.UTC(1990), "1990-01-01T00:00:00.000Z"],
];
test.each(moments)("%j is read as %s", (given, moment) => {
  expect(readMoment(given)).toBe(moment);
});

const none: [string | number, RegExp][] = [
  ["2027-02-30", /calendar/],
  ["2027-02-29T00:00:00Z", /calendar/],
  ["2027-13-01", /calendar/],
  ["2027-00-10", /calendar/],
  ["2027-01-31T24:00:00Z", /calendar/],
  ["2027-01-31T12:60:00Z", /calendar/],
  ["yesterday", /2027-01-31T12:00:00Z/],
  ["31.01.2027", /2027-01-31T12:00:00Z/],
  ["1900000000", /2027-01-31T12:00:00Z/],
  ["Sun, 31 Jan 2027 12:00:00 GMT", /2027-01-31T12:00:00Z/],
  [1_900_000_000, /seconds: send "2030-03-17T17:46:40\.000Z"/],
  [1_900_000_000_000_000, /microseconds: send "2030/],
  [0, /1990 to 2200/],
  [-1, /1990 to 2200/],
  [1e300, /1990 to 2200/],
];
test.each(none)("%j is none, with what to send", async (given, told) => {
  const { send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  for (const [route, body, name] of [
    ["POST /v1/memory-set", { value: "x", created_at: given }, "created_at"],
    ["POST /v1/memory-set", { value: "x", expires_at: given }, "expires_at"],
    ["POST /v1/memory/search", { query: "x", since: given }, "since"],
    [
      "POST /v1/remember-turn",
      { thread: "t", messages: [{ role: "user", content: "x", created_at: given }] },
      "created_at",
    ],
    ["POST /v1/import", { value: "x", updated_at: given }, "updated_at"],
  ] as const) {
    const answer = await send(route, { body, key: admin });
    const { error } = answer.body as { error?: { code: string; message: string } };
    expect([answer.status, error?.code, error?.message], route).toEqual([
      400,
      "INVALID_INPUT",
      expect.stringMatching(told),
    ]);
    expect(error?.message).toContain(name);
  }
  expect(await send("GET /v1/memories", { key: admin })).toMatchObject({ body: { memories: [] } });
});

test("a year that RFC 3339 does not have comes in a file only, from a store that a program filled", async () => {
  const { send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  const expires_at = "+012000-01-01T00:00:00.000Z";
  expect(await send("POST /v1/memory-set", { body: { value: "x", expires_at }, key: admin })).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringMatching(/expires_at.*9999/) } },
  });
  await send("POST /v1/import", { body: { key: "k", value: "x", expires_at }, key: admin });
  expect((await send("GET /v1/memory?key=k", { key: admin })).body).toMatchObject({ expires_at });
});

test("a moment of an address may have a fraction, as in a body", async () => {
  const { send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  for (const moment of ["1922307503866.965", "1.922307503866e12", "2027-01-31T12:00:00.5"])
    expect((await send(`GET /v1/memories?as_of=${moment}`, { key: admin })).status, moment).toBe(200);
  expect((await send("GET /v1/memories?as_of=1922307503.965", { key: admin })).status).toBe(400);
  expect((await send("GET /v1/memories?limit=1.5", { key: admin })).status).toBe(400);
});

test("an expiry that is over is refused, where a memory would be gone at once", async () => {
  const { send, key, clock, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  const over = new Date(clock.now).toISOString();
  await send("POST /v1/memory-set", { body: { key: "k", value: "x" }, key: admin });
  for (const [route, body] of [
    ["POST /v1/memory-set", { key: "k", value: "y", expires_at: over }],
    ["POST /v1/memory/batch", { memories: [{ key: "k", value: "y", expires_at: over }] }],
    ["POST /v1/memory/touch", { key: "k", expires_at: over }],
  ] as const)
    expect(await send(route, { body, key: admin }), route).toMatchObject({
      status: 409,
      body: { error: { code: "CONTRADICTION", message: expect.stringContaining("expires_at") } },
    });
  expect((await send("GET /v1/memory?key=k", { key: admin })).body).toMatchObject({ value: "x", version: 1 });
});

test("a program's local times are those of its machine", async () => {
  const { send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  const remote = await connectMemory({
    url: "http://localhost:7077",
    key: admin,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const raw = request.method === "GET" ? {} : { raw: await request.text() };
      const { status, body } = await send(`${request.method} ${pathname}${search}`, { ...raw, key: admin });
      return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
    },
  });
  const local = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => local.close());
  for (const createdAt of [
    "2027-07-01T12:00",
    "2027-07-01T12:00:00.5",
    "2027-07-01",
    "2027-07-01T12:00:00+02:00",
    5,
    new Date(7),
  ]) {
    const input = { namespace: "n", key: "k", value: "x", createdAt };
    expect((await remote.set(input)).createdAt).toBe((await local.set(input)).createdAt);
  }
  for (const createdAt of ["2027-02-30T12:00", "2027-02-30"])
    await expect(remote.set({ namespace: "n", value: "x", createdAt })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
});
