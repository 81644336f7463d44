import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type { Progress } from "@souvenir/core";
import { SouvenirMemoryDomain } from "../storage/memory-domain.ts";
import type { SouvenirStorage } from "../storage/souvenir-storage.ts";
import { invalid } from "../values.ts";

/** Which file of libsql is read, and into what. */
export interface ImportFromLibsqlOptions {
  /** The file of a `LibSQLStore`: its path, or its URL as Mastra was given it (`file:./mastra.db`). Only read. */
  from: string | URL;
  /** Where it goes; what is there already stays. */
  to: SouvenirStorage;
  /** Told after each batch; counts rows. */
  onProgress?: (progress: Progress) => void;
  /** Ends the import, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
}

/** What an import brought. */
export interface ImportedFromLibsql {
  threads: number;
  messages: number;
  resources: number;
  /** Generations of observational memory. */
  observations: number;
  /** Rows whose id is there already. */
  existing: number;
  /** Messages that neither name an owner nor belong to a thread that has one. */
  ownerless: number;
}

/** Rows in one write. */
const batchSize = 500;

/**
 * Brings threads, messages, working memory and observational memory of `@mastra/libsql` over, with their ids and times.
 * What is there already stays as it is, so that it can be broken off and called again. For recall, index the messages
 * afterwards with `SouvenirMemory.reindex()`.
 * @throws SouvenirError `NOT_FOUND`, `INVALID_INPUT` for a file that is not one of Mastra, and what the storage throws
 */
export async function importFromLibsql({
  from,
  to,
  onProgress,
  signal,
}: ImportFromLibsqlOptions): Promise<ImportedFromLibsql> {
  const domain = to?.stores?.memory;
  if (!(domain instanceof SouvenirMemoryDomain)) throw invalid("to", "a SouvenirStorage");
  const { LibsqlFile } = await import("./libsql-file.ts");
  const file = new LibsqlFile(from);
  try {
    const imported = { threads: 0, messages: 0, resources: 0, observations: 0, existing: 0, ownerless: 0 };
    const owners = new Map<string, string>();
    const total = file.count();
    let done = 0;
    for (const kind of ["threads", "messages", "resources", "observations"] as const)
      for (const batch of batches<object>(file[kind]())) {
        signal?.throwIfAborted();
        const rows = kind === "messages" ? owned(batch as MastraDBMessage[], owners) : batch;
        const restored = (await domain.restore({ [kind]: rows }))[kind];
        if (kind === "threads")
          for (const { id, resourceId } of batch as StorageThreadType[])
            if (resourceId !== "") owners.set(id, resourceId);
        imported[kind] += restored;
        imported.existing += rows.length - restored;
        imported.ownerless += batch.length - rows.length;
        done += batch.length;
        onProgress?.({ done, total });
      }
    return imported;
  } finally {
    file.close();
  }
}

/** Those of an owner: their own, or that of their thread. */
function owned(messages: readonly MastraDBMessage[], owners: ReadonlyMap<string, string>): MastraDBMessage[] {
  return messages.flatMap((message) => {
    const resourceId = message.resourceId ?? owners.get(message.threadId ?? "");
    return resourceId === undefined || !message.threadId ? [] : [{ ...message, resourceId }];
  });
}

function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
