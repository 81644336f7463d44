import type { StorageResourceType } from "@mastra/core/storage";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { checkId, invalid, toJson, toTime } from "../values.ts";

interface ResourceRow {
  id: string;
  working_memory: string | null;
  metadata: string | null;
  created_at: number;
  updated_at: number;
}

export function getResource(db: SqliteConnection, id: string): StorageResourceType | null {
  if (typeof id !== "string") return null;
  const row = db.get<ResourceRow>("SELECT * FROM mastra_resources WHERE id = ?", id);
  if (row === undefined) return null;
  return {
    id: row.id,
    ...(row.working_memory === null ? {} : { workingMemory: row.working_memory }),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** What goes into the table, checked. */
export function resourceValues(resource: StorageResourceType): (string | number | null)[] {
  const { workingMemory } = resource;
  if (workingMemory !== undefined && workingMemory !== null && typeof workingMemory !== "string")
    throw invalid("resource.workingMemory", "a text");
  return [
    checkId(resource.id, "resource.id"),
    workingMemory ?? null,
    toJson(resource.metadata, "resource.metadata"),
    toTime(resource.createdAt, "resource.createdAt"),
    toTime(resource.updatedAt, "resource.updatedAt"),
  ];
}

/** Says how many working memories it emptied: that is meant to erase them. */
export function putResource(db: SqliteConnection, values: readonly (string | number | null)[]): number {
  const [id, workingMemory] = values as [string, string | null];
  const emptied = !workingMemory && Boolean(getResource(db, id)?.workingMemory);
  db.run(
    `INSERT INTO mastra_resources (id, working_memory, metadata, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET working_memory = excluded.working_memory, metadata = excluded.metadata,
     created_at = excluded.created_at, updated_at = excluded.updated_at`,
    ...values,
  );
  return emptied ? 1 : 0;
}
