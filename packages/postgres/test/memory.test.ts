import { createMemory } from "@souvenir/core";
import { memorySuite } from "@souvenir/test/memory-suite";
import { test } from "vitest";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

if (missing !== undefined) test("PostgreSQL: the memory suite", (context) => context.skip(missing));
else
  memorySuite("a memory in PostgreSQL", async () => {
    return { memory: await createMemory({ store: places.open(places.newSchema()) }) };
  });
