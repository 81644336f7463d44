import {
  MastraCompositeStore,
  type MastraCompositeStoreConfig,
  type MemoryStorage,
  type StorageDomains,
} from "@mastra/core/storage";
import { checkOptions, namesOf } from "@souvenir/core";
import { MastraFile } from "../mastra-file.ts";
import { SouvenirMemoryDomain } from "./memory-domain.ts";

export interface SouvenirStorageOptions
  extends Pick<MastraCompositeStoreConfig, "default" | "editor" | "retention" | "disableInit"> {
  /** Default `souvenir`. */
  id?: string;
  /** File of the store, as `path` of `SouvenirMemory`; the one of the memory fits. Default `./.souvenir/memory.db`. */
  path?: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

const optionNames = namesOf<SouvenirStorageOptions>({
  id: true,
  path: true,
  clock: true,
  default: true,
  editor: true,
  retention: true,
  disableInit: true,
});

/**
 * Threads, messages, resources and observational memory of Mastra in the file of a Souvenir memory. Other domains
 * (workflows, traces …) come from `default`, where one is given. The file is opened by the first call.
 * @throws SouvenirError `INVALID_INPUT`; from its methods `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY`, `STORE_FULL`,
 * `STORE_FAILED` or `CLOSED`
 */
export class SouvenirStorage extends MastraCompositeStore {
  declare stores: StorageDomains & { memory: MemoryStorage };

  constructor(options: SouvenirStorageOptions = {}) {
    checkOptions(options, "SouvenirStorage", optionNames);
    const { id = "souvenir", path, clock = Date.now, ...config } = options;
    const memory = new SouvenirMemoryDomain(new MastraFile(path), clock);
    super({ ...config, id, name: "SouvenirStorage", domains: { memory } });
  }
}
