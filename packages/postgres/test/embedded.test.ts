import { createMemory } from "@souvenir/core";
import { memorySuite } from "@souvenir/test/memory-suite";
import { storeSuite } from "@souvenir/test/store-suite";
import { embeddedPlaces } from "./places.ts";

const places = embeddedPlaces();

const one = "one connection, where nothing happens at the same time";
const long =
  "takes long in WebAssembly, and asks nothing of the database that a server does not answer alike";

storeSuite(
  "PGlite",
  () => {
    const schema = places.newSchema();
    return { open: () => places.open(schema) };
  },
  {
    takesConcurrentWrites: one,
    sharesHandles: one,
    changesTellEverything: long,
    forgetsOldErasures: long,
    keepsHostileStrings: long,
    reembedsManyInSlices: long,
  },
);

memorySuite("a memory in PGlite", async () => {
  return { memory: await createMemory({ store: places.open(places.newSchema()) }) };
});
