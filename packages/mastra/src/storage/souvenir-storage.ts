import { InMemoryDB, InMemoryMemory, MastraCompositeStore } from "@mastra/core/storage";

export interface SouvenirStorageOptions {
  /** Default `souvenir`. */
  id?: string;
  /** File of the store; the one of the memory fits. `":memory:"` for none. Default `./.souvenir/memory.db`. */
  path?: string;
}

/** Threads, messages, resources and observational memory in the file of a Souvenir memory. Opened by the first call. */
export class SouvenirStorage extends MastraCompositeStore {
  constructor({ id = "souvenir" }: SouvenirStorageOptions = {}) {
    // The domain over the file comes next.
    super({ id, name: "SouvenirStorage", domains: { memory: new InMemoryMemory({ db: new InMemoryDB() }) } });
  }
}
