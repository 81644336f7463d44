import { adapterSurvivesKill } from "@souvenir/test/adapter-killed";
import { adapterSuite } from "@souvenir/test/adapter-suite";
import { mistralDriver } from "./driver.ts";

adapterSuite("the plain client", mistralDriver, {
  theAnswersMetadataListsWhatWasRecalled: "an answer of the plain client has no place for metadata",
});
adapterSurvivesKill("the plain client", import.meta.resolve("./driver.ts"), "mistralDriver");
