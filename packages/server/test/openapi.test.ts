import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../src/api/openapi.ts";
import { operations } from "../src/api/operations.ts";
import { serve } from "../src/node/index.ts";
import { repeating, startTestServer, type TestServer } from "./test-server.ts";

type Schema = { [name: string]: unknown };
interface DocumentedOperation {
  operationId: string;
  tags: string[];
  description: string;
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

const document = openApiDocument() as {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
};
const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
ajv.addSchema({ $id: "api", ...document });
const compiled = new Map<Schema, ValidateFunction>();
const valid = (schema: Schema, value: unknown): boolean => {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const located = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as Schema;
    validate = ajv.compile(located);
    compiled.set(schema, validate);
  }
  return validate(value);
};

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
    expect((document as unknown as { openapi: string }).openapi).toBe("3.1.0");
  });

  test("has every operation, and each has what it answers and how it fails", () => {
    expect(documented.map(({ operationId, route }) => [operationId, route]).sort()).toEqual(
      Object.entries(operations)
        .map(([id, { route }]) => [id, route])
        .sort(),
    );
    for (const { operationId, responses, tags, description } of documented) {
      const { conditional = false, needs } = operations[operationId as keyof typeof operations];
      const answers = Object.keys(responses);
      const told = needs === "none" ? [] : ["400", "401", "403", "429", ...(conditional ? ["409"] : [])];
      expect(answers, operationId).toEqual(expect.arrayContaining([...told, "default"]));
      expect(answers[0]).toMatch(/^20[01]$/);
      expect([tags, description], operationId).toEqual([[expect.any(String)], expect.stringMatching(/key/)]);
    }
  });

  test("refers to nothing that it does not have", () => {
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, name]) => name);
    for (const name of names)
      expect(document.components.schemas).toHaveProperty([name!.replace("#/components/schemas/", "")]);
    expect(names.length).toBeGreaterThan(20);
  });
});

/** Values that a schema describes, and near them ones that it does not. */
function arbitrary(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === "string")
    return arbitrary(document.components.schemas[schema.$ref.split("/").at(-1)!]!, depth);
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf))
    return fc.oneof(...schema.anyOf.map((each: Schema) => arbitrary(each, depth)));
  const { minimum, maximum, minLength = 0, maxLength = 40 } = schema as Record<string, number | undefined>;
  switch (schema.type) {
    case "string":
      return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 40) });
    case "integer":
      return fc.integer({ min: minimum ?? -1000, max: Math.min(maximum ?? 1000, 10_000) });
    case "number":
      return fc.double({ min: minimum ?? -1e15, max: maximum ?? 1e15, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(arbitrary(schema.items as Schema, depth + 1), {
        minLength: (schema.minItems as number) ?? 0,
        maxLength: 4,
      });
    case "object": {
      const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
      if (properties.length === 0)
        return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
      const required = (schema.required ?? []) as string[];
      return fc.record(
        Object.fromEntries(properties.map(([name, each]) => [name, arbitrary(each, depth + 1)])),
        {
          requiredKeys: required,
        } as object,
      );
    }
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** What an answer is made of: lines, events, or itself. */
function valuesOf(type: string, body: unknown): unknown[] {
  if (type === "application/x-ndjson")
    return String(body)
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  if (type !== "text/event-stream") return [body];
  return String(body)
    .split("\n\n")
    .filter(Boolean)
    .map((event) => Object.fromEntries(event.split("\n").map((line) => line.split(/: (.*)/s, 2))));
}

const poison = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, "", 0, -1, 1e308, 2 ** 53, [], {}, "\u0000", "\ud800", "__proto__", {
    $ref: "#",
  }),
  fc.string({ unit: "binary" }),
);
/** A body with one member replaced, added or taken away. */
const mutated = (schema: Schema) =>
  fc
    .tuple(arbitrary(schema), fc.nat(20), poison, fc.constantFrom("replace", "add", "remove", "whole"))
    .map(([value, place, other, how]) => {
      if (how === "whole" || typeof value !== "object" || value === null) return other;
      const copy = structuredClone(value) as Record<string, unknown>;
      const names = Object.keys(copy);
      const name = names[place % Math.max(1, names.length)] ?? "x";
      if (how === "remove") delete copy[name];
      else copy[how === "add" ? `x${place}` : name] = other;
      return copy;
    });

describe("fuzzing: what the document describes is taken, what it does not is refused, nothing fails", () => {
  let server: TestServer;
  const answered = { taken: 0, refused: 0 };
  beforeAll(async () => {
    server = await startTestServer({ open: true, followMs: 1, chat: repeating, chatLimit: 1_000_000 });
    await server.memory.set({ namespace: "default", key: "k", value: "Rex is a dog.", tags: ["t"] });
  });
  afterAll(() => server.close());

  /** Sends it, and checks the answer against the document and the document against the answer. */
  async function check(
    operation: (typeof documented)[number],
    sent: object,
    described: boolean,
  ): Promise<void> {
    // Keys would close the server to the requests that follow.
    if (operation.operationId === "keysCreate" && described) return;
    const [method, path] = operation.route.split(" ") as [string, string];
    const query = "query" in sent ? `?${sent.query}` : "";
    const answer = await server.send(`${method} ${path.replace("{id}", "x")}${query}`, sent);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    if (answer.status < 300) {
      answered.taken++;
      expect(described, "taken, although the document does not describe it").toBe(true);
      const [{ content }] = Object.values(operation.responses) as [DocumentedOperation["responses"][string]];
      const [[type, { schema }]] = Object.entries(content) as [[string, { schema: Schema }]];
      const values = valuesOf(type, answer.body);
      for (const value of values)
        expect(valid(schema, value), JSON.stringify(value).slice(0, 500)).toBe(true);
    } else {
      answered.refused++;
      expect(valid(document.components.schemas.Error!, answer.body), JSON.stringify(answer.body)).toBe(true);
      expect(answer.headers.get("content-type")).toBe("application/json");
    }
  }

  const parameters = { seed: 20261125, numRuns: 60 };

  test.each(
    documented
      .filter(({ requestBody }) => requestBody !== undefined)
      .map((each) => [each.operationId, each] as const),
  )("body of %s", async (_, operation) => {
    const [{ schema }] = Object.values(operation.requestBody!.content) as [{ schema: Schema }];
    const send = async (body: unknown) => {
      // Longer numbers than the document has are taken where they are no integers.
      const raw = JSON.stringify(body, (_, value) =>
        typeof value === "number" && Math.abs(value) > 2 ** 53 ? 2 ** 53 : value,
      );
      await check(operation, { raw }, valid(schema, JSON.parse(raw)));
    };
    await fc.assert(fc.asyncProperty(arbitrary(schema), send), parameters);
    await fc.assert(fc.asyncProperty(mutated(schema), send), parameters);
    await fc.assert(
      // No line at all is an import of nothing.
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (raw) =>
        check(operation, { raw: raw.toWellFormed() }, false),
      ),
      {
        ...parameters,
        numRuns: 20,
      },
    );
  });

  test.each(
    documented
      .filter(({ parameters }) => parameters?.some(({ in: place }) => place === "query"))
      .map((each) => [each.operationId, each] as const),
  )("query of %s", async (_, operation) => {
    if (operation.operationId === "import") return;
    const schema: Schema = {
      type: "object",
      properties: Object.fromEntries(operation.parameters!.map((each) => [each.name, each.schema])),
      required: operation.parameters!.filter((each) => each.required).map((each) => each.name),
      additionalProperties: false,
    };
    const send = async (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      const pairs = Object.entries(value).flatMap(([name, member]) =>
        (Array.isArray(member) ? member : [member]).map((each): [string, string] => [
          name,
          String(each).toWellFormed(),
        ]),
      );
      await check(operation, { query: new URLSearchParams(pairs) }, true);
    };
    await fc.assert(fc.asyncProperty(arbitrary(schema), send), parameters);
    await fc.assert(fc.asyncProperty(mutated(schema), send), parameters);
    const bytes = fc.string({
      unit: fc.constantFrom("%", "&", "=", "+", "#", "a", "F", "0", "namespace", "é", ".", "/"),
    });
    await fc.assert(
      fc.asyncProperty(bytes, async (query) => check(operation, { query }, true)),
      parameters,
    );
  });

  test("much was taken, much was refused, and the store answers", async () => {
    expect(answered.taken).toBeGreaterThan(500);
    expect(answered.refused).toBeGreaterThan(500);
    expect((await server.send("GET /readyz")).status).toBe(200);
  });
});

describe("a client generated from the document", () => {
  let folder: string;
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "souvenir-openapi-"));
    await mkdir(join(folder, "node_modules"));
    for (const name of ["openapi-fetch", "openapi-typescript-helpers"])
      await symlink(at(`../../../node_modules/${name}`), join(folder, "node_modules", name));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await writeFile(
      join(folder, "api.ts"),
      astToString(await openapiTS(structuredClone(document) as never, { defaultNonNullable: false })),
    );
    await writeFile(
      join(folder, "program.ts"),
      `import createClient from "openapi-fetch";
import type { paths } from "./api.ts";

const client = createClient<paths>({ baseUrl: process.argv[2] as string });
const set = await client.POST("/v1/memory-set", {
  body: { key: "stack", value: "The shop runs on PostgreSQL.", namespace: "ada", tags: ["db"], metadata: { n: 1 } },
});
const found = await client.POST("/v1/memory/search", { body: { query: "PostgreSQL", namespace: "ada", where: { n: 1 } } });
const score: number | undefined = found.data?.results[0]?.score;
const list = await client.GET("/v1/memories", { params: { query: { namespace: "ada", tags: ["db"], limit: 3 } } });
const missing = await client.GET("/v1/memory", { params: { query: { namespace: "ada", key: "none" } } });
const kept = await client.POST("/v1/remember", { body: { content: "Rex is a dog." } });
const gone = await client.DELETE("/v1/memory", { params: { query: { namespace: "ada", key: "stack" } } });
// @ts-expect-error a memory has a value
await client.POST("/v1/memory-set", { body: { key: "stack" } });
// @ts-expect-error there is no such filter
await client.GET("/v1/memories", { params: { query: { namspace: "ada" } } });
console.log(
  JSON.stringify([
    set.data?.success, found.data?.results.map(({ key }) => key), (score ?? 0) > 0, list.data?.memories[0]?.metadata,
    missing.response.status, missing.error?.error.code, kept.response.status, kept.data?.content, gone.data?.deleted,
  ]),
);
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ["5.9", "../node_modules/typescript/bin/tsc"],
    ["7", "../../../node_modules/typescript/bin/tsc"],
  ])("compiles under TypeScript %s", async (_, compiler) => {
    const flags = [
      "--noEmit",
      "--strict",
      "--exactOptionalPropertyTypes",
      "--skipLibCheck",
      "--target",
      "es2024",
      "--module",
      "nodenext",
    ];
    const types = [
      "--allowImportingTsExtensions",
      "--typeRoots",
      at("../../../node_modules/@types"),
      "--types",
      "node",
    ];
    const run = promisify(execFile)(process.execPath, [at(compiler), ...flags, ...types, "program.ts"], {
      cwd: folder,
    });
    await expect(run.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toMatchObject({
      stdout: "",
    });
  });

  test("works over HTTP", async () => {
    const server = await startTestServer();
    const running = await serve({ memory: server.memory, port: 0 });
    const { stdout } = await promisify(execFile)(process.execPath, ["program.ts", running.url], {
      cwd: folder,
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    expect(JSON.parse(stdout)).toEqual([
      true,
      ["stack"],
      true,
      { n: 1 },
      404,
      "NOT_FOUND",
      201,
      "Rex is a dog.",
      1,
    ]);
    await running.close();
    await server.close();
  });
});
