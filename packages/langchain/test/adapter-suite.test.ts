import { adapterSurvivesKill } from "@souvenir/test/adapter-killed";
import { adapterSuite } from "@souvenir/test/adapter-suite";
import { langchainDriver } from "./driver.ts";

const oneText = "ChatMistralAI makes one text of all choices and messages of a reply before we see it";
const cacheKey = "ChatMistralAI has no option for the key of the prompt cache";

adapterSuite("LangChain", langchainDriver, {
  keepsTheFirstOfInterleavedChoices: oneText,
  keepsAnswersOfServerSideTools: oneText,
  tellsFileReferencesApart: "ChatMistralAI refuses parts other than texts and pictures",
  endsTheRequestOfAStreamThatIsLeft: "ChatMistralAI does not end its request when its caller does",
  dataForAProgramWasNotSaid:
    "createAgent asks for data by a tool, which the stand-in calls with the question",
  aThreadHasItsCacheKey: cacheKey,
  theCallersCacheKeyWins: cacheKey,
});
adapterSurvivesKill("LangChain", import.meta.resolve("./driver.ts"), "langchainDriver");
