import { plainClientDriver } from "@souvenir/test/adapter-specs/plain-client";
import type { AdapterDriver } from "@souvenir/test/adapter-suite";
import { type WithMemoryOptions, withMemory } from "../src/index.ts";

export const mistralDriver: AdapterDriver = plainClientDriver((client, options) =>
  withMemory(client, options as unknown as WithMemoryOptions),
);
