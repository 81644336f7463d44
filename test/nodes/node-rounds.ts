import { setTimeout as wait } from "node:timers/promises";
import { createMemory } from "@souvenir/core";
import { postgresStore } from "../../packages/postgres/src/index.ts";
import { isWhole, wholeText } from "../crash/scenario.ts";
import { type Cable, layCable } from "../src/cable.ts";
import { type PostgresServer, startPostgres } from "../src/postgres-server.ts";
import { type Served, serveStore } from "../src/served.ts";

/** What happens in a round: a node is killed, the database is, a node is stopped for a while, or cannot reach the database. */
export const events = ["kill a node", "restart PostgreSQL", "pause a node", "cut a node off"] as const;
export type NodeEvent = (typeof events)[number];

export interface NodeReport {
  rounds: number;
  acknowledged: number;
  /** Writes of which no answer came, or an error. */
  unanswered: number;
  /** Of each kind of event, milliseconds until all nodes answered rightly again after what had gone was back. */
  recovery: Record<NodeEvent, number[]>;
  /** Longest wait of a request, in milliseconds. */
  longestMs: number;
  /** What nodes said of writes that failed, and how often. */
  errors: Record<string, number>;
  /** What must not be, in words; empty when all is well. */
  faults: string[];
}

const namespaces = ["shared/a", "shared/b", "shared/c"];
const nodeCount = 3;
/** Milliseconds that a client waits: longer than any wait of a node is to be. */
const patienceMs = 90_000;

interface TestNode {
  cable: Cable;
  served: Served;
}

/**
 * Three nodes and PostgreSQL, with clients that write to all of them, while something happens to one of them at a random
 * moment; then what the store says is compared with what was acknowledged. Again and again.
 */
export async function nodeRounds(
  rounds: number,
  options: {
    random?: () => number;
    kinds?: readonly NodeEvent[];
    onRound?: (report: NodeReport) => void;
  } = {},
): Promise<NodeReport> {
  const { random = Math.random, kinds = events } = options;
  const report: NodeReport = {
    ...{ rounds: 0, acknowledged: 0, unanswered: 0, longestMs: 0, errors: {}, faults: [] },
    recovery: { "kill a node": [], "restart PostgreSQL": [], "pause a node": [], "cut a node off": [] },
  };
  const database = await startPostgres();
  const port = Number(new URL(database.url).port);
  const nodes: TestNode[] = [];
  const start = (cable: Cable) => serveStore(database.url.replace(`:${port}/`, `:${cable.port}/`));
  try {
    for (let index = 0; index < nodeCount; index += 1) {
      const cable = await layCable(port);
      nodes.push({ cable, served: await start(cable) });
    }
    const clients = new Clients(nodes, report);
    for (let round = 0; round < rounds; round += 1) {
      const kind = kinds[round % kinds.length] as NodeEvent;
      const node = nodes[Math.floor(random() * nodeCount)] as TestNode;
      const writing = clients.write(round);
      await clients.acknowledged(10);
      await wait(random() * 250);
      await happen(kind, { node, database, start, pauseMs: 200 + random() * 800 });
      const back = performance.now();
      await Promise.all(nodes.map((each) => clients.isRight(each)));
      report.recovery[kind].push(performance.now() - back);
      clients.stop();
      await writing;
      await inspect(database, clients, report);
      await Promise.all(nodes.map((each) => clients.finds(each)));
      report.rounds += 1;
      options.onRound?.(report);
    }
  } finally {
    for (const { served, cable } of nodes) {
      served.process.kill("SIGCONT");
      served.process.kill("SIGKILL");
      cable.close();
    }
    await database.close();
  }
  return report;
}

/** Answers when what was taken away is back. */
async function happen(
  kind: NodeEvent,
  {
    node,
    database,
    start,
    pauseMs,
  }: { node: TestNode; database: PostgresServer; start: (cable: Cable) => Promise<Served>; pauseMs: number },
): Promise<void> {
  switch (kind) {
    case "kill a node": {
      const gone = new Promise((done) => node.served.process.once("exit", done));
      node.served.process.kill("SIGKILL");
      await gone;
      node.served = await start(node.cable);
      return;
    }
    case "restart PostgreSQL":
      return database.restart();
    case "pause a node":
      node.served.process.kill("SIGSTOP");
      await wait(pauseMs);
      node.served.process.kill("SIGCONT");
      return;
    case "cut a node off":
      node.cable.hold();
      await wait(pauseMs);
      node.cable.release();
  }
}

/** The states that a key may have, by `namespace key`: versions, 0 for none. */
type Expected = Map<string, Set<number>>;

class Clients {
  readonly #nodes: readonly TestNode[];
  readonly #report: NodeReport;
  readonly expected: Expected = new Map();
  /** Turns by id: whether they were acknowledged. */
  readonly turns = new Map<string, boolean>();
  #last: { namespace: string; key: string; value: string }[] = [];
  #stopped = false;
  #enough: { count: number; resolve: () => void } | undefined;

  constructor(nodes: readonly TestNode[], report: NodeReport) {
    this.#nodes = nodes;
    this.#report = report;
  }

  /** Until `stop()`: two clients a node, each with keys of its own, in namespaces that all share. */
  async write(round: number): Promise<void> {
    this.#stopped = false;
    await Promise.all(
      Array.from({ length: nodeCount * 2 }, async (_, lane) => {
        const versions = new Map<string, number>();
        for (let count = 0; !this.#stopped; count += 1) {
          const namespace = namespaces[(lane + count) % namespaces.length] as string;
          if (count % 4 === 3) await this.#turn(namespace, `${round}-${lane}-${count}`, lane);
          else {
            const key = `${round}-${lane}-${count % 5}`;
            const version = (versions.get(`${namespace} ${key}`) ?? 0) + 1;
            versions.set(`${namespace} ${key}`, version);
            await this.#set(namespace, key, version, lane);
          }
        }
      }),
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves after so many more writes were acknowledged. */
  acknowledged(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#enough = { count, resolve };
    });
  }

  /** Resolves when a node says what was acknowledged last. */
  async isRight(node: TestNode): Promise<void> {
    const [wanted] = this.#last.slice(-1);
    for (;;) {
      const { status, body } = await this.#ask(node, `GET /v1/memory?${query(wanted ?? {})}`);
      if (status === 200 && versionOf(String(body.value)) >= versionOf(wanted?.value ?? "")) return;
      await wait(5);
    }
  }

  /** A search of each node finds what was acknowledged last, by whichever. */
  async finds(node: TestNode): Promise<void> {
    for (const { namespace, key } of this.#last.slice(-3)) {
      const { status, body } = await this.#ask(node, "POST /v1/memory/search", {
        namespace,
        query: key,
        limit: 50,
      });
      const results = (body.results ?? []) as { key: string }[];
      if (status !== 200 || !results.some((found) => found.key === key))
        this.#report.faults.push(`${key} is not found (${status})`);
    }
  }

  async #set(namespace: string, key: string, version: number, lane: number): Promise<void> {
    const name = `${namespace} ${key}`;
    const states = this.expected.get(name) ?? new Set([0]);
    this.expected.set(name, states.add(version));
    const value = wholeText(key, version);
    const node = this.#nodes[lane % nodeCount] as TestNode;
    const { status } = await this.#ask(node, "POST /v1/memory-set", { namespace, key, value });
    if (!this.#note(status)) return;
    // What was not answered before came before it, or never.
    this.expected.set(name, new Set([version]));
    this.#last.push({ namespace, key, value });
    if (this.#last.length > 10) this.#last.shift();
  }

  /** One turn, sent again to the next node, with its id, until one of them says that it is there. */
  async #turn(namespace: string, id: string, lane: number): Promise<void> {
    this.turns.set(id, false);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const node = this.#nodes[(lane + attempt) % nodeCount] as TestNode;
      const { status } = await this.#ask(node, "POST /v1/remember-turn", {
        ...{ namespace, thread: `thread ${lane}`, turn_id: id },
        messages: [
          { role: "user", content: wholeText(`${id}-user`, 1) },
          { role: "assistant", content: wholeText(`${id}-assistant`, 1) },
        ],
      });
      if (this.#note(status)) {
        this.turns.set(id, true);
        return;
      }
      await wait(20);
    }
  }

  #note(status: number): boolean {
    if (status !== 200) {
      this.#report.unanswered += 1;
      return false;
    }
    this.#report.acknowledged += 1;
    if (this.#enough !== undefined && --this.#enough.count <= 0) this.#enough.resolve();
    return true;
  }

  /** Status 0: no answer. */
  async #ask(
    node: TestNode,
    route: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const [method, path] = route.split(" ") as [string, string];
    const begun = performance.now();
    try {
      const answer = await fetch(node.served.url + path, {
        method,
        signal: AbortSignal.timeout(patienceMs),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      });
      const text = await answer.text();
      const said = JSON.parse(text) as Record<string, unknown>;
      if (answer.status >= 400) this.#count(`${answer.status} ${(said.error as { code: string }).code}`);
      return { status: answer.status, body: said };
    } catch (error) {
      const { name, cause } = error as Error;
      this.#count(String((cause as { code?: string } | undefined)?.code ?? name));
      if (name === "TimeoutError") this.#report.faults.push(`no answer in ${patienceMs} ms`);
      return { status: 0, body: {} };
    } finally {
      this.#report.longestMs = Math.max(this.#report.longestMs, performance.now() - begun);
    }
  }

  #count(error: string): void {
    this.#report.errors[error] = (this.#report.errors[error] ?? 0) + 1;
  }
}

/** What the database says, read past the nodes. */
async function inspect(database: PostgresServer, clients: Clients, report: NodeReport): Promise<void> {
  const memory = await createMemory({
    store: postgresStore({ connectionString: database.url }),
    embedder: false,
    extractor: false,
  });
  try {
    const found = new Map<string, number>();
    const turns = new Map<string, number>();
    for await (const { namespace, key, value, thread } of memory.export({ history: false })) {
      if (!isWhole(value)) report.faults.push(`${key} is not whole`);
      const turn = /^memory (\S+)-(?:user|assistant) /.exec(value)?.[1];
      if (thread !== undefined && turn !== undefined) turns.set(turn, (turns.get(turn) ?? 0) + 1);
      else found.set(`${namespace} ${key}`, versionOf(value));
    }
    for (const [name, states] of clients.expected) {
      const version = found.get(name) ?? 0;
      if (!states.has(version)) report.faults.push(`${name} is of version ${version}, not ${[...states]}`);
      clients.expected.set(name, new Set([version]));
      found.delete(name);
    }
    for (const name of found.keys()) report.faults.push(`${name} was never written`);
    for (const [id, acknowledged] of clients.turns) {
      const messages = turns.get(id) ?? 0;
      if (messages !== 2 && (acknowledged || messages !== 0))
        report.faults.push(`turn ${id} has ${messages} messages`);
    }
  } finally {
    await memory.close();
  }
}

function query(parameters: Record<string, string>): string {
  const { namespace = "", key = "" } = parameters;
  return new URLSearchParams({ namespace, key }).toString();
}

function versionOf(text: string): number {
  return Number(/ in version (\d+) /.exec(text)?.[1] ?? 0);
}
