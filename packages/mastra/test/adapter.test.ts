import { adapterSurvivesKill } from "@souvenir/test/adapter-killed";
import { adapterSuite } from "@souvenir/test/adapter-suite";
import { mastraDriver } from "./driver.ts";

adapterSuite("Mastra", mastraDriver, {
  keepsTheFirstOfInterleavedChoices:
    "the SDK's provider asks for one choice, and reads the deltas of several as one",
  keepsAnswersOfServerSideTools: "the SDK's provider reads choices[].message only",
  whatWasReplacedStaysInTheHistory: "what is deleted from Mastra's storage is erased from the memory too",
  keepsHalfAnAnswerOnlyWhereThatIsWanted:
    "what was said before an abort is kept, as Mastra's history keeps it",
  aMisspeltScopeMeansNoMemory:
    "Mastra merges what a call says into the agent's defaultOptions, and drops what it does not know",
  nothingIsRecalledWhereThatIsSaid: "without semantic recall Mastra keeps the history, and has no index",
  aPolicySaysWhatIsKept: "Mastra keeps all that was said, or nothing where a call is readOnly",
});
adapterSurvivesKill("Mastra", import.meta.resolve("./driver.ts"), "mastraDriver");
