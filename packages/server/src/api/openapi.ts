import { z } from "zod";
import { version } from "../version.ts";
import { type Operation, type OperationId, operations } from "./operations.ts";
import * as schemas from "./schemas.ts";

type Json = { [name: string]: unknown };

let document: Json | undefined;

const versionTag: Json = { description: "The version, in quotes", schema: { type: "string" } };
const conditions: readonly Json[] = [
  {
    name: "If-Match",
    in: "header",
    required: false,
    description: "An ETag: only if the memory is of this version now; the same as if_version",
    schema: { type: "string" },
  },
  {
    name: "If-None-Match",
    in: "header",
    required: false,
    description: "Only *: only if there is no memory of this key; the same as if_version 0",
    schema: { type: "string", enum: ["*"] },
  },
];

/** The API as an OpenAPI 3.1 document, made from the schemas that validate. Do not change what it answers. */
export function openApiDocument(): Json {
  document ??= build();
  return document;
}

function build(): Json {
  const components: Json = {};
  /** Schemas with an id become components; others stand where they are used. */
  const toSchema = (schema: z.ZodType, io: "input" | "output" | "body"): Json => {
    const made = z.toJSONSchema(schema, { io: io === "output" ? "output" : "input", unrepresentable: "any" });
    const {
      $schema: _,
      $defs = {},
      ...json
    } = (io === "body" ? withNulls(made) : made) as Json & { $defs?: Json };
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
    const { summary, status = 200, answers, type = "application/json", body, lines } = operation;
    const parameters = [
      ...parametersOf("path", operation.path, toSchema),
      ...parametersOf("query", operation.query, toSchema),
      ...(operation.conditional === true ? conditions : []),
    ];
    const taken =
      body !== undefined
        ? content("application/json", toSchema(body, "body"))
        : lines !== undefined
          ? content("application/x-ndjson", toSchema(lines, "body"))
          : undefined;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      operationId,
      summary,
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(taken === undefined
        ? {}
        : { requestBody: { required: operation.query === undefined || lines !== undefined, ...taken } }),
      responses: {
        [status]: {
          description: type === "application/x-ndjson" ? "One JSON value a line" : "Done",
          ...content(type, toSchema(answers, "output")),
          ...(operation.tagged === true ? { headers: { ETag: versionTag } } : {}),
        },
        ...(operation.conditional === true
          ? {
              409: {
                description:
                  "The memory is of another version; details.current says of which, 0: there is none",
                ...content("application/json", errorSchema),
              },
            }
          : {}),
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
