import type { ExtraTables } from "@souvenir/core/sqlite";

/**
 * What Mastra keeps in the file of a memory, beside the tables of the memory. Times are milliseconds since 1970, `place`
 * is the order of arrival, JSON is text.
 */
export const mastraTables: ExtraTables = {
  prefix: "mastra",
  migrations: [
    `
    CREATE TABLE mastra_threads (
      id TEXT PRIMARY KEY,
      resource TEXT,
      title TEXT,
      metadata TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX mastra_threads_created ON mastra_threads (created_at, id);
    CREATE INDEX mastra_threads_resource ON mastra_threads (resource, created_at, id);

    CREATE TABLE mastra_messages (
      id TEXT PRIMARY KEY,
      thread TEXT NOT NULL,
      resource TEXT NOT NULL,
      role TEXT NOT NULL,
      type TEXT,
      content TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      place INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX mastra_messages_place ON mastra_messages (place);
    CREATE INDEX mastra_messages_thread ON mastra_messages (thread, created_at, place);
    CREATE INDEX mastra_messages_resource ON mastra_messages (resource, created_at, place);
    CREATE INDEX mastra_messages_created ON mastra_messages (created_at);

    CREATE TABLE mastra_resources (
      id TEXT PRIMARY KEY,
      working_memory TEXT,
      metadata TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX mastra_resources_created ON mastra_resources (created_at);

    -- Generations of a thread's or a resource's observations; the last one is in use.
    CREATE TABLE mastra_observations (
      id TEXT PRIMARY KEY,
      owner TEXT NOT NULL,
      generation INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      place INTEGER NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX mastra_observations_owner ON mastra_observations (owner, generation, place);

    -- \`changes\` counts writes, for readers that keep vectors at hand; \`erasures\` those that took vectors away.
    CREATE TABLE mastra_indexes (
      name TEXT PRIMARY KEY,
      dimension INTEGER NOT NULL,
      metric TEXT NOT NULL,
      incarnation TEXT NOT NULL,
      changes INTEGER NOT NULL,
      erasures INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE mastra_vectors (
      index_name TEXT NOT NULL,
      id TEXT NOT NULL,
      numbers BLOB NOT NULL,
      metadata TEXT NOT NULL,
      change INTEGER NOT NULL,
      PRIMARY KEY (index_name, id)
    ) STRICT;
    CREATE INDEX mastra_vectors_change ON mastra_vectors (index_name, change);
    `,
    `
    CREATE TABLE mastra_workflow_runs (
      workflow TEXT NOT NULL,
      run TEXT NOT NULL,
      resource TEXT,
      snapshot TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (workflow, run)
    ) STRICT;
    CREATE INDEX mastra_workflow_runs_run ON mastra_workflow_runs (run);
    CREATE INDEX mastra_workflow_runs_created ON mastra_workflow_runs (created_at);
    CREATE INDEX mastra_workflow_runs_updated ON mastra_workflow_runs (updated_at);
    `,
  ],
};
