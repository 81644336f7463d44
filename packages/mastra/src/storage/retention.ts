import {
  executeRetentionPrune,
  type PruneOptions,
  type PruneResult,
  type RetentionTablesDescriptor,
  resolveRetentionTargets,
  retentionCutoffMs,
  type TableRetentionPolicy,
} from "@mastra/core/storage";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";

/** Resolves with what `run` says that it erased, after that is gone from all answers. */
export async function erase(file: MastraFile, run: (db: SqliteConnection) => number): Promise<number> {
  const db = await file.open();
  return db.transaction(() => run(db), { erased: (count) => count > 0 });
}

/** Erases what is older than its policy allows, in batches. */
export function prune(
  {
    file,
    clock,
    domain,
    tables,
  }: { file: MastraFile; clock: () => number; domain: string; tables: RetentionTablesDescriptor },
  policies: Record<string, TableRetentionPolicy>,
  options: PruneOptions | undefined,
): Promise<PruneResult[]> {
  return executeRetentionPrune({
    domain,
    targets: resolveRetentionTargets({ policies, descriptor: tables, order: Object.keys(tables) }),
    ...(options === undefined ? {} : { options }),
    cutoffFor: ({ policy }) => retentionCutoffMs(policy, clock()),
    deleteBatch: ({ table, column }, cutoff, limit) =>
      erase(
        file,
        (db) =>
          db.run(
            `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${column} < ? LIMIT ?)`,
            cutoff,
            limit,
          ).changes,
      ),
  });
}
