import { z } from "zod";
import { fileTypes } from "../http/body.ts";
import { version } from "../version.ts";
import { type Operation, type OperationId, operations } from "./operations.ts";
import * as schemas from "./schemas.ts";

type Json = { [name: string]: unknown };

let document: Json | undefined;

const versionTag: Json = { description: "The version, in quotes", schema: { type: "string" } };
/** Integers beyond are refused, because their readers round them. */
const number = { type: "number", minimum: -(2 ** 53), maximum: 2 ** 53 };
const scalar = [{ type: "string" }, number, { type: "boolean" }, { type: "null" }];
const bound = { anyOf: [{ type: "string" }, number] };
const inner = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const anyOf = (array: object, object: object) => ({
  anyOf: [...scalar, { type: "array", ...array }, { type: "object", ...object }],
});
const fields = { anyOf: [...scalar, inner("WhereOperators")] };
const filter = (inside: Json, least: Json = { minProperties: 1 }) => ({
  type: "object",
  ...least,
  properties: {
    and: { type: "array", minItems: 1, items: inside },
    or: { type: "array", minItems: 1, items: inside },
    not: inside,
  },
  additionalProperties: fields,
});
/**
 * What is inside of metadata, and filters on it, which the memory reads. Written out to a depth, below which anything is
 * described: programs that make requests from schemas take long over those that contain themselves.
 */
const metadataSchemas: Json = {
  Json: {
    ...anyOf({ items: inner("JsonInside") }, { additionalProperties: inner("JsonInside") }),
    description: "Any JSON; integers up to 2^53, which all of its readers keep",
  },
  JsonInside: anyOf({ items: inner("JsonDeep") }, { additionalProperties: inner("JsonDeep") }),
  JsonDeep: anyOf({ items: {} }, { additionalProperties: true }),
  Where: {
    ...filter(inner("WhereInside"), {}),
    description:
      'A filter on metadata: { "field": value }, or { "field": { "gte": 3 } }; nested fields as "a.b"; all of them hold',
  },
  WhereOfDeletion: {
    ...filter(inner("WhereInside")),
    description: "The same with one field at least: to delete all, say so",
  },
  WhereInside: filter({ type: "object", minProperties: 1, additionalProperties: fields }),
  WhereOperators: {
    type: "object",
    minProperties: 1,
    properties: {
      eq: { anyOf: scalar },
      ne: { anyOf: scalar },
      gt: bound,
      gte: bound,
      lt: bound,
      lte: bound,
      in: { type: "array", items: { anyOf: scalar } },
      nin: { type: "array", items: { anyOf: scalar } },
      exists: { type: "boolean" },
    },
    additionalProperties: false,
  },
};

/** The API as an OpenAPI 3.1 document, made from the schemas that validate. Do not change what it answers. */
export function openApiDocument(): Json {
  document ??= build();
  return document;
}

function build(): Json {
  const components: Json = { ...metadataSchemas, ...(withNulls(schemas.messageSpellings) as Json) };
  /** Schemas with an id become components; others stand where they are used. */
  const toSchema = (schema: z.ZodType, io: "input" | "output" | "body"): Json => {
    const made = z.toJSONSchema(schema, { io: io === "output" ? "output" : "input", unrepresentable: "any" });
    const {
      $schema: _,
      $defs = {},
      ...json
    } = (io === "body" ? withNulls(expanded(made)) : made) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs)) components[name] = relocate(definition);
    const { id } = (schema.meta() ?? {}) as { id?: string };
    if (id === undefined) return relocate(json) as Json;
    if (!("$ref" in json)) components[id] = relocate(json);
    return { $ref: `#/components/schemas/${id}` };
  };
  const content = (type: string, schema: Json) => ({ content: { [type]: { schema } } });
  const errorSchema = toSchema(schemas.error, "output");

  const paths: { [path: string]: Json } = {};
  for (const [operationId, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    const [method, path] = operation.route.split(" ") as [string, string];
    const { summary, tag, status = 200, answers, type = "application/json", lines } = operation;
    // RFC 9110 gives a body of a DELETE no meaning: that some clients send one is taken, and not described.
    const body = operation.query === undefined ? operation.body : undefined;
    const parameters = [
      ...parametersOf("path", operation.path, toSchema),
      ...parametersOf("query", operation.query, toSchema),
    ];
    if (operation.follows === true) {
      const { schema } = parameters.find(({ name }) => name === "since") as Json;
      // A client that has had no event yet has an empty one.
      const lastId = { anyOf: [schema, { const: "" }] };
      parameters.push({ name: "Last-Event-ID", in: "header", required: false, schema: lastId });
    }
    const taken =
      body !== undefined
        ? content("application/json", toSchema(body, "body"))
        : lines !== undefined
          ? {
              content: {
                "application/json": { schema: { type: "array", items: toSchema(lines, "body") } },
                "application/x-ndjson": { schema: toSchema(lines, "body") },
                ...Object.fromEntries(
                  describedFileTypes.map((type) => [type, { schema: { type: "string", format: "binary" } }]),
                ),
              },
            }
          : undefined;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      operationId,
      tags: [tag],
      summary,
      description: `${summary}. ${permissions[operation.needs]}`,
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(taken === undefined ? {} : { requestBody: { required: true, ...taken } }),
      responses: {
        [status]: {
          description: type === "application/x-ndjson" ? "One JSON value a line" : "Done",
          content: {
            [type]: { schema: toSchema(answers, "output") },
            // For generators, which know no lines of JSON: the same bytes.
            ...(type === "application/x-ndjson"
              ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
              : {}),
          },
          ...(operation.tagged === true ? { headers: { ETag: versionTag } } : {}),
        },
        ...Object.fromEntries(
          refusalsOf(operation).map((refused) => [
            refused,
            { description: refusals[refused], ...content("application/json", errorSchema) },
          ]),
        ),
        default: { description: "Refused or failed", ...content("application/json", errorSchema) },
      },
      ...(operation.needs === "none" ? { security: [] } : {}),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Souvenir",
      version,
      summary: "Persistent, searchable memory for agents",
      description:
        "Every memory belongs to a namespace; no call crosses them. A server that has keys wants one as a bearer token.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    components: { schemas: components, securitySchemes: { key: { type: "http", scheme: "bearer" } } },
  };
}

/**
 * Without `application/octet-stream`, which stands for any file: a client that openapi-python-client generates cannot tell
 * it from the list of memories, and sends neither. The summary of the operation speaks of it.
 */
const describedFileTypes = fileTypes.filter((type) => type !== "application/octet-stream");

const permissions: Record<Operation["needs"], string> = {
  none: "Needs no key.",
  key: "Needs any key; is about what that key may do.",
  read: "Needs a key that may read the namespace.",
  write: "Needs a key that may write to the namespace.",
  admin: "Needs a key with admin permission for the namespace.",
  everything: "Needs a key with admin permission for every namespace.",
};

const refusals = {
  400: "Not as described; the message says what is expected",
  401: "No key, or one that is unknown, expired or revoked",
  403: "The key may not do this, or not in this namespace",
  404: "There is none",
  409: "The memory is of another version (details.current says of which, 0: there is none), or what is said contradicts itself, the time or what there is",
  413: "The body is over the limit",
  415: "The body is of another type",
  429: "Too many requests; Retry-After says when to come again",
} as const;

function refusalsOf(operation: Operation): (keyof typeof refusals)[] {
  const { needs, body, lines, conditional, ends, sequenced, tagged, path } = operation;
  if (needs === "none") return [];
  const sent = (body !== undefined && operation.query === undefined) || lines !== undefined;
  const isRead = operation.route.startsWith("GET") || /\/(?:touch|pin|unpin)$/.test(operation.route);
  return [
    ...([400, 401, 403] as const),
    ...((tagged === true && isRead) || path !== undefined ? ([404] as const) : []),
    ...(conditional === true || ends === true || sequenced === true ? ([409] as const) : []),
    ...(sent ? ([413, 415] as const) : []),
    429,
  ];
}

function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== "object" || value === null) return value;
  return oneOfThese(
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expanded(member)])),
  );
}

/** An object of which exactly one member of some is there, with those that belong to it: as one schema for each, and for each other spelling. */
function oneOfThese(schema: Json): Json {
  const { oneOfThese: alternatives, otherSpellings = [], properties, required = [], ...rest } = schema;
  if (alternatives === undefined) return schema;
  const members = properties as Json;
  const names = Object.keys(alternatives as Json);
  const bound = Object.values(alternatives as { [name: string]: string[] }).flat();
  const { $schema, $defs, id, description, ...own } = rest;
  return {
    ...{ $schema, $defs, id, description },
    oneOf: [
      ...Object.entries(alternatives as { [name: string]: string[] }).map(([name, beside]) => ({
        ...own,
        properties: Object.fromEntries(
          Object.entries(members).map(([member, value]) => [
            member,
            member !== name && !beside.includes(member) && (names.includes(member) || bound.includes(member))
              ? { type: "null" }
              : value,
          ]),
        ),
        required: [...(required as string[]), name],
      })),
      ...(otherSpellings as Json[]),
    ],
  };
}

/** @param schema - One without an id, so that its properties stand in place. */
function parametersOf(
  place: "path" | "query",
  schema: z.ZodType | undefined,
  toSchema: (schema: z.ZodType, io: "input") => Json,
): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema, "input") as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

/** What may be left out of a body may be `null` too. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  const { properties, required = [], ...schema } = value as { properties?: Json; required?: string[] };
  const rest = Object.fromEntries(
    Object.entries(schema).map(([name, member]) => [name, name === "default" ? member : withNulls(member)]),
  );
  if (properties === undefined) return { ...rest, ...(required.length === 0 ? {} : { required }) };
  const nullable = Object.entries(properties).map(([name, property]) => {
    const inner = withNulls(property) as Json;
    if (required.includes(name)) return [name, inner];
    const { description, default: usual, ...own } = inner;
    const outer = {
      ...(description === undefined ? {} : { description }),
      ...(usual === undefined ? {} : { default: usual }),
    };
    return [name, { ...outer, anyOf: [own, { type: "null" }] }];
  });
  return {
    ...rest,
    properties: Object.fromEntries(nullable),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** References of zod's to components of the document. */
function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      name === "$ref" && typeof member === "string"
        ? [[name, member.replace("#/$defs/", "#/components/schemas/")]]
        : name === "id" && typeof member === "string"
          ? []
          : [[name, relocate(member)]],
    ),
  );
}
