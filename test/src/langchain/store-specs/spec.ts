import type { BaseStore } from "@langchain/langgraph-checkpoint";

/** Opens an empty store. `fields`: the paths that are searched by default. */
export type OpenLangGraphStore = (options?: { fields?: string[] }) => BaseStore | Promise<BaseStore>;
export type LangGraphStoreSpec = (open: OpenLangGraphStore) => Promise<void>;
