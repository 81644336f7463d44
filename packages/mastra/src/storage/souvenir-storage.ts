import {
  MastraCompositeStore,
  type MastraCompositeStoreConfig,
  type MemoryStorage,
  type StorageDomains,
  type WorkflowsStorage,
} from "@mastra/core/storage";
import { checkOptions, namesOf } from "@souvenir/core";
import { MastraFile } from "../mastra-file.ts";
import { SouvenirMemoryDomain } from "./memory-domain.ts";
import { SouvenirWorkflowDomain } from "./workflow-domain.ts";

/** Where Mastra keeps its tables. */
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
 * Threads, messages, resources, observational memory and runs of workflows of Mastra in the file of a Souvenir memory.
 * Other domains (scores, traces, schedules …) come from `default`, where one is given; without one they are kept nowhere.
 * The file is opened by the first call.
 * @throws SouvenirError `INVALID_INPUT`; from its methods `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY`, `STORE_FULL`,
 * `STORE_FAILED` or `CLOSED`
 */
export class SouvenirStorage extends MastraCompositeStore {
  declare stores: StorageDomains & { memory: MemoryStorage; workflows: WorkflowsStorage };

  constructor(options: SouvenirStorageOptions = {}) {
    checkOptions(options, "SouvenirStorage", optionNames);
    const { id = "souvenir", path, clock = Date.now, ...config } = options;
    const file = new MastraFile(path);
    const domains = {
      memory: new SouvenirMemoryDomain(file, clock),
      workflows: new SouvenirWorkflowDomain(file, clock),
    };
    super({ ...config, id, name: "SouvenirStorage", domains });
  }
}
