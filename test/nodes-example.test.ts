import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { connectMemory } from "@souvenir/server/client";
import { openKeyStore, serve } from "@souvenir/server/node";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

const example = (name: string) => fileURLToPath(new URL(`../examples/nodes/${name}`, import.meta.url));
const read = (name: string) => readFile(example(name), "utf8");

test("the proxy gives all that is about a namespace to one server, and to another when that is gone", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => memory.close());
  const keys = openKeyStore({ path: ":memory:" });
  // Without one, no proxy is answered.
  const { key } = keys.create({ name: "all", grants: [{ prefix: "", permission: "admin" }] });
  const asked: number[] = [];
  const servers = await Promise.all(
    [0, 1, 2].map((index) => serve({ memory, port: 0, keys, logger: { info: () => asked.push(index) } })),
  );
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  const addresses = servers.map((server) => server.url);
  const proxy = spawn(
    process.execPath,
    ["--conditions=@souvenir/source", example("proxy.ts"), "0", ...addresses],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    },
  );
  onTestFinished(() => void proxy.kill("SIGKILL"));
  const url = await new Promise<string>((said) =>
    proxy.stdout.once("data", (line) => said(String(line).trim())),
  );
  const remote = connectMemory({ url, key });
  const of = async (namespace: string) => {
    asked.length = 0;
    await remote.set({ namespace, key: "k", value: "A memory." });
    await remote.search({ namespace, query: "memory" });
    expect(await remote.get({ namespace, key: "k" })).toBeDefined();
    expect(new Set(asked).size).toBe(1);
    return asked[0] as number;
  };
  const names = Array.from({ length: 24 }, (_, index) => `user ${index}`);
  const before = new Map<string, number>();
  for (const name of names) before.set(name, await of(name));
  expect(new Set(before.values()).size).toBe(3);
  await servers[1]?.close();
  for (const name of names) {
    const [was, is] = [before.get(name), await of(name)];
    if (was === 1) expect(is).not.toBe(1);
    else expect(is).toBe(was);
  }
});

test("the configurations name the same three servers, and hash the namespace that clients send", async () => {
  const [nginx, envoy, compose] = [
    await read("nginx.conf"),
    parse(await read("envoy.yaml")),
    await read("compose.yaml"),
  ];
  const { services } = parse(compose, { merge: true });
  const nodes = Object.keys(services).filter((name) => name.startsWith("node"));
  expect(nodes).toHaveLength(3);
  expect(Array.from(nginx.matchAll(/^ +server (\w+):7077/gm), ([, name]) => name)).toEqual(nodes);
  expect(nginx).toMatch(/hash \$souvenir_namespace consistent;/);
  expect(nginx).toContain("$http_x_souvenir_namespace");
  expect(nginx.split("{").length).toBe(nginx.split("}").length);
  const [cluster] = envoy.static_resources.clusters;
  const endpoints = cluster.load_assignment.endpoints[0].lb_endpoints as {
    endpoint: { address: { socket_address: { address: string; port_value: number } } };
  }[];
  expect(endpoints.map(({ endpoint }) => endpoint.address.socket_address)).toEqual(
    nodes.map((address) => ({ address, port_value: 7077 })),
  );
  expect(cluster.health_checks[0].http_health_check.path).toBe("/readyz");
  expect(JSON.stringify(envoy)).toContain('"header_name":"x-souvenir-namespace"');
  for (const name of nodes) {
    expect(services[name].environment.SOUVENIR_STORE).toMatch(
      /^postgres:\/\/souvenir:\$\{SOUVENIR_DATABASE_PASSWORD/,
    );
    expect(services[name].build).toBe("../container");
    expect(services[name].command[0]).toBe("serve");
    expect(services[name].command.join(" ")).not.toContain("postgres");
    expect(services[name].depends_on.database.condition).toBe("service_healthy");
  }
  expect(services.proxy.volumes).toEqual(["./nginx.conf:/etc/nginx/nginx.conf:ro"]);
});
