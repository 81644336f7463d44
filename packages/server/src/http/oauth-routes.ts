import type { Hono } from "hono";
import {
  type Authorization,
  type OAuthEndpoint,
  oauthPaths,
  resourceDocument,
  resourceMetadata,
  serverDocument,
  serverMetadata,
} from "../oauth/authorization.ts";
import { checkPage } from "./access.ts";
import { type BodyLimits, readForm, readJson } from "./body.ts";
import { HttpError, toErrorAnswer } from "./errors.ts";
import type { Env, Gate } from "./gate.ts";

/** What an app gives to its routes of OAuth. */
export interface OAuthParts {
  authorization: Authorization;
  gate: Gate;
  limits: BodyLimits;
  /** Address of the server, as clients reach it. */
  baseOf: (request: Request) => string;
}

/** Adds the documents by which programs find how to ask for a key, and the addresses where they ask. */
export function addOAuth(app: Hono<Env>, { authorization, gate, limits, baseOf }: OAuthParts): void {
  app.get(serverDocument, (context) => {
    context.set("route", `GET ${serverDocument}`);
    return context.json(serverMetadata(baseOf(context.req.raw)));
  });
  app.get(`${resourceDocument}/*`, (context) => {
    context.set("route", `GET ${resourceDocument}`);
    const metadata = resourceMetadata(baseOf(context.req.raw), context.req.path);
    return metadata === undefined ? context.notFound() : context.json(metadata);
  });
  for (const [endpoint, path] of Object.entries(oauthPaths) as [OAuthEndpoint, string][])
    app.on(endpoint === "authorize" ? ["GET", "POST"] : ["POST"], path, async (context) => {
      const { raw } = context.req;
      context.set("route", `${raw.method} ${path}`);
      context.header("Cache-Control", "no-store");
      const base = baseOf(raw);
      try {
        if (endpoint === "authorize") checkPage(raw, base, []);
        const read = raw.method === "GET" ? undefined : endpoint === "register" ? readJson : readForm;
        const answer = await authorization.answer[endpoint]({
          request: raw,
          base,
          body: await read?.(raw, limits),
          verify: (key) => gate.pasted(context, key),
        });
        // A code or a token that is none is guessed at like a key.
        if (endpoint === "token" && answer.status >= 400) await gate.pasted(context, "").catch(onlyTooMany);
        return context.newResponse(answer.body, answer.status as never, Object.fromEntries(answer.headers));
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        const { status, body, headers } = toErrorAnswer(error, "");
        const code = status === 429 ? "temporarily_unavailable" : "invalid_request";
        return context.json({ error: code, error_description: body.error.message }, status as never, headers);
      }
    });
}

function onlyTooMany(error: unknown): void {
  if (error instanceof HttpError && error.code === "UNAUTHORIZED") return;
  throw error;
}
