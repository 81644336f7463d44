import { Duplex } from "node:stream";
import { PGlite } from "@electric-sql/pglite";
import type { Store } from "@souvenir/core";
import { type PostgresServer, postgresProgram, startPostgres } from "@souvenir/test/postgres-server";
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { type PostgresStoreOptions, postgresStore } from "../src/index.ts";

/** Where stores of a test file are: each in a schema of its own. */
export interface Places {
  pool(): pg.Pool;
  server(): PostgresServer;
  /** The name of a schema that nobody else has. */
  newSchema(): string;
  open(schema: string, options?: Pick<PostgresStoreOptions, "pool" | "partitions" | "snapshots">): Store;
}

/** Why tests with a server are skipped here; `undefined` when they are not. */
export const missing: string | undefined = "missing" in postgresProgram ? postgresProgram.missing : undefined;

/** PostgreSQL, for the tests of one file. */
export function postgresPlaces(): Places {
  let server: PostgresServer | undefined;
  let pool: pg.Pool | undefined;
  beforeAll(async () => {
    if (missing !== undefined) return;
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 20 });
    pool.on("error", () => undefined);
  });
  afterAll(async () => {
    await pool?.end();
    await server?.close();
  });
  return {
    server: () => server as PostgresServer,
    ...placesOf(() => pool as pg.Pool),
  };
}

/** PGlite: PostgreSQL in this process, with one connection. */
export function embeddedPlaces(): Omit<Places, "server"> {
  let database: PGlite | undefined;
  let pool: pg.Pool | undefined;
  beforeAll(async () => {
    database = await PGlite.create();
    const { execProtocolRaw } = database;
    const answer = execProtocolRaw.bind(database);
    // What `pg` would send over a socket.
    pool = new pg.Pool({
      max: 1,
      user: "postgres",
      database: "postgres",
      stream: () => connectionTo(answer) as never,
    });
  });
  afterAll(async () => {
    await pool?.end();
    await database?.close();
  });
  return placesOf(() => pool as pg.Pool);
}

function placesOf(pool: () => pg.Pool): Omit<Places, "server"> {
  let schemas = 0;
  return {
    pool,
    newSchema() {
      schemas += 1;
      return `s${schemas}`;
    },
    // They go with the server.
    open: (schema, options) => postgresStore({ pool: pool(), schema, partitions: 1, ...options }),
  };
}

/** A connection as `pg` opens one, without a socket. */
function connectionTo(answer: (message: Uint8Array) => Promise<Uint8Array>): Duplex {
  const stream = new Duplex({
    read() {},
    write(message: Uint8Array, _encoding, done) {
      // Terminate: the database goes on.
      if (message[0] === "X".charCodeAt(0)) {
        this.push(null);
        done();
        return;
      }
      answer(message).then((bytes) => {
        this.push(bytes);
        done();
      }, done);
    },
  });
  const itself = () => stream;
  return Object.assign(stream, {
    connect: () => queueMicrotask(() => stream.emit("connect")),
    ...{ setNoDelay: itself, setKeepAlive: itself, ref: itself, unref: itself },
  });
}
