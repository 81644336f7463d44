import type { SqliteConnection } from "./sqlite-connection.ts";

/** What the store keeps of a namespace. */
export interface NamespaceRow {
  number: number;
  sequence: number;
  erased: number;
  forgotten: number;
  embedder: number | null;
  target: number | null;
}

export function namespaceNamed(connection: SqliteConnection, name: string): NamespaceRow | undefined {
  return connection.get<NamespaceRow>(
    "SELECT number, sequence, erased, forgotten, embedder, target FROM namespaces WHERE name = ?",
    connection.content.name(name),
  );
}
