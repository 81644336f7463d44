import type { EncryptionOptions } from "@souvenir/core";
import type { DatabaseAddress } from "../postgres/address.ts";
import { checkContents } from "./check-contents.ts";
import { checkDatabase, checkSharedKeys } from "./check-database.ts";
import { checkEmbedder, checkQueue } from "./check-embedder.ts";
import { checkBackups, checkFile } from "./check-file.ts";
import { checkKeys } from "./check-keys.ts";
import { checkDisk, checkEnvironment, checkNode } from "./check-system.ts";
import { checkErasures, checkLock, checkReplaced, checkTables } from "./check-tables.ts";
import { type Finding, fault, ok } from "./finding.ts";
import type { StoreContents } from "./store-file.ts";
import { type System, thisSystem } from "./system.ts";

export interface DiagnoseOptions extends CheckOptions {
  /** File of the store. */
  path: string;
  /** The key of an encrypted file. */
  encryption?: EncryptionOptions;
  /** Do not read every memory. Default false. */
  quick?: boolean;
}

interface CheckOptions {
  /** Name of the embedder that is wanted; default: the one of the store. */
  embedder?: string;
  /** Do not call the embedding model. Default false. */
  offline?: boolean;
  /** Default: this machine. */
  system?: System;
}

/**
 * Looks at a store and at what it needs, and says what to do about each thing that is wrong. Writes nothing but what
 * opening a store writes: migrations, and the erasure of what has expired.
 */
export async function diagnose(options: DiagnoseOptions): Promise<Finding[]> {
  const { path, quick = false, offline = false, system = thisSystem } = options;
  const findings: Finding[] = [];
  const node = checkNode(system);
  findings.push(node, ...(await checkEnvironment(system)));
  const file = await checkFile(path);
  findings.push(...file.findings, ...(await checkReplaced(path, system)), ...checkBackups(path));
  findings.push(...(await checkDisk(path, file.bytes, system)));
  let contents: StoreContents | undefined;
  // Without SQLite nothing more can be opened.
  if (file.openable && node.status === "ok") {
    const lock = await checkLock(path, system);
    findings.push(...lock);
    const tables = await checkTables(path, { quick });
    findings.push(...tables.findings);
    contents = tables.contents;
    if (contents !== undefined) findings.push(...(await checkErasures(path, contents, system)));
    if (contents !== undefined && !lock.some(({ status }) => status === "fault"))
      findings.push(...(await checkContents(path, contents, { quick, encryption: options.encryption })));
  }
  findings.push(...(await checkEmbedder(contents, { asked: options.embedder, offline, system })));
  if (contents !== undefined) findings.push(...checkQueue(contents), ...(await checkKeys(path)));
  return findings;
}

/** The same for a store in PostgreSQL. It makes nothing there and reads no memory. */
export async function diagnoseDatabase({
  database,
  offline = false,
  system = thisSystem,
  embedder,
}: CheckOptions & { database: DatabaseAddress }): Promise<Finding[]> {
  const { findings, memory } = await checkDatabase(database, system);
  return [
    checkNode(system),
    ...(await checkEnvironment(system)),
    ...findings,
    ...(await checkEmbedder(memory?.embedders, { asked: embedder, offline, system })),
    ...(memory === undefined ? [] : [...checkQueue(memory), ...(await checkSharedKeys(database, memory))]),
  ];
}

const answerLimitMs = 5_000;

/** The same for a server: whether it answers, is ready, and takes the key. */
export async function diagnoseServer({
  url,
  key,
}: {
  url: string;
  key: string | undefined;
}): Promise<Finding[]> {
  const address = url.replace(/\/+$/, "");
  const ask = (path: string) =>
    fetch(address + path, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(answerLimitMs),
      redirect: "manual",
    });
  let health: Response;
  try {
    health = await ask("/healthz");
  } catch {
    return [
      fault(
        "server",
        `nothing answers at ${address}`,
        "start it with souvenir serve, or check the address, the port and the network",
      ),
    ];
  }
  const body = (await health.json().catch(() => undefined)) as { version?: unknown } | undefined;
  if (!health.ok || typeof body?.version !== "string")
    return [
      fault(
        "server",
        `what answers at ${address} is not souvenir (status ${health.status})`,
        "check the address and the port, and a proxy in between",
      ),
    ];
  const findings = [ok("server", `souvenir ${body.version} answers at ${address}`)];
  const ready = await ask("/readyz");
  if (!ready.ok)
    findings.push(
      fault(
        "server",
        `it is not ready (status ${ready.status})`,
        "run souvenir doctor on its machine, with its --path",
      ),
    );
  const who = await ask("/v1/whoami");
  const caller = (await who.json().catch(() => undefined)) as
    | { mode?: unknown; name?: unknown; grants?: unknown[] }
    | undefined;
  if (who.ok)
    findings.push(
      ok(
        "keys",
        caller?.mode === "open"
          ? "it asks for no key, and answers its own machine only"
          : `the key "${caller?.name}" is valid, with ${caller?.grants?.length ?? 0} grants`,
      ),
    );
  else
    findings.push(
      key === undefined
        ? fault(
            "keys",
            "it wants a key and none was given",
            "set SOUVENIR_KEY, or give --key; souvenir keys create makes one on its machine",
          )
        : fault(
            "keys",
            `it refuses the key (status ${who.status})`,
            "souvenir keys list on its machine shows whether it is expired or revoked",
          ),
    );
  return findings;
}
