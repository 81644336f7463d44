import { storeSuite } from "@souvenir/test/store-suite";
import { test } from "vitest";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

if (missing !== undefined) test("PostgreSQL: the store suite", (context) => context.skip(missing));
else
  storeSuite("PostgreSQL", () => {
    const schema = places.newSchema();
    return { open: () => places.open(schema) };
  });
