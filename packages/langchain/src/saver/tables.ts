import type { ExtraTables } from "@souvenir/core/sqlite";

/**
 * What LangGraph keeps in the file of a memory, beside the tables of the memory. `body` is the checkpoint without the
 * values of its channels; `channels` says in which row of `langchain_values` each of them is: `{ channel: [version,
 * number] }`. A value that does not change is kept once for all checkpoints that follow each other.
 */
export const langchainTables: ExtraTables = {
  prefix: "langchain",
  migrations: [
    `
    CREATE TABLE langchain_checkpoints (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      thread TEXT NOT NULL,
      namespace TEXT NOT NULL,
      id TEXT NOT NULL,
      parent TEXT,
      channels TEXT NOT NULL,
      body_type TEXT NOT NULL,
      body BLOB NOT NULL,
      metadata_type TEXT NOT NULL,
      metadata BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX langchain_checkpoints_id ON langchain_checkpoints (thread, namespace, id);
    CREATE INDEX langchain_checkpoints_order ON langchain_checkpoints (id);

    CREATE TABLE langchain_values (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      thread TEXT NOT NULL,
      namespace TEXT NOT NULL,
      channel TEXT NOT NULL,
      version TEXT NOT NULL,
      type TEXT NOT NULL,
      value BLOB NOT NULL
    ) STRICT;
    CREATE INDEX langchain_values_version ON langchain_values (thread, namespace, channel, version);

    CREATE TABLE langchain_writes (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      thread TEXT NOT NULL,
      namespace TEXT NOT NULL,
      checkpoint TEXT NOT NULL,
      path TEXT NOT NULL,
      task TEXT NOT NULL,
      place INTEGER NOT NULL,
      channel TEXT NOT NULL,
      type TEXT NOT NULL,
      value BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX langchain_writes_place ON langchain_writes (thread, namespace, checkpoint, task, place);
    `,
  ],
};
