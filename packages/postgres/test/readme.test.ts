import { readmePrograms } from "@souvenir/test/readme-programs";
import { beforeAll, test } from "vitest";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

if (missing !== undefined) test("the programs of the README", (context) => context.skip(missing));
else {
  beforeAll(() => {
    process.env.DATABASE_URL = places.server().url;
  });
  readmePrograms(new URL("../README.md", import.meta.url), 100, [
    ["what one node writes, another one finds", "Ada is allergic to hazelnuts.\n"],
    ["a pool of one's own stays open", "1\n"],
  ]);
}
