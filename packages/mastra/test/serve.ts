import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import type { MastraMemory } from "@mastra/core/memory";
import { type HonoBindings, type HonoVariables, MastraServer } from "@mastra/hono";
import { Hono } from "hono";

export interface Served {
  /** With `/api`. */
  url: string;
  json(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

/** An agent with a memory behind Mastra's own server, over HTTP: the routes that Studio uses. */
export async function serveAgent(memory: MastraMemory, model: AgentConfig["model"]): Promise<Served> {
  const agent = new Agent({ id: "assistant", name: "assistant", instructions: "Be brief.", model, memory });
  return serveMastra(new Mastra({ agents: { assistant: agent }, logger: false }));
}

/** Mastra's own server over HTTP. */
export async function serveMastra(mastra: Mastra): Promise<Served> {
  const app = new Hono<{ Bindings: HonoBindings; Variables: HonoVariables }>();
  await new MastraServer({ app, mastra }).init();
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise<void>((resolve) => server.once("listening", () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  return {
    url,
    async json(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
