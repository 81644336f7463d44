import { adapterSurvivesKill } from "@souvenir/test/adapter-killed";
import { type AdapterSkips, adapterSuite } from "@souvenir/test/adapter-suite";
import { agentDriver, middlewareDriver } from "./driver.ts";

const skips: AdapterSkips = {
  keepsTheFirstOfInterleavedChoices:
    "@ai-sdk/mistral asks for one choice, and reads the deltas of several as one",
  keepsAnswersOfServerSideTools: "@ai-sdk/mistral reads choices[].message only",
};

adapterSuite("a model of the AI SDK", middlewareDriver, {
  ...skips,
  templatesAreFilled: "a model is told nothing of the run: options have a function, or agentMemory",
});
adapterSuite("an agent of the AI SDK", agentDriver, skips);
adapterSurvivesKill("a model of the AI SDK", import.meta.resolve("./driver.ts"), "middlewareDriver");
