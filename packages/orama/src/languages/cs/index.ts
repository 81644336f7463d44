import type { Language } from "../language.ts";
import { stemCzech } from "./stem.ts";

export const czech: Language = {
  code: "cs",
  name: "czech",
  script: "latin",
  letters: "řěůčšžíá",
  functionWords: `a aby ale ani ano až bez bude budou by byl byla byli bylo být co či do ho i já jak jaká jaké jaký je jeho
    její jejich jen jenž ještě ji jí jich jim již jsem jsi jsme jsou jste k kam kde kdo kdy když která které
    který kterou ke kolik ku má mám máš mě mezi mi mít mně mnou moje můj my na nad nám náš ne nebo nebyl není
    než nic o od on ona oni pak po pod podle pokud pouze pro proč proto protože před při s se si své svůj ta
    tak také tam tato te tebe tedy ten tento ti to tohle toho tom tomto tu tuto tvůj ty u už v vám váš ve však
    vy z za že`,
  negation: {
    words: "ne není nikdy bez nikdo nikoho nic žádný žádná žádné žádnou ani",
    within: "(?<!\\p{L})ne(?!bo(?!\\p{L})|děl)\\p{L}{2,}",
  },
  questionWords: "co kdo kdy kde kam odkud proč jak jaký jaká jaké který která které kolik čí koho komu",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemCzech,
  months: {
    long: `leden|ledna|lednu unor|unora|unoru brezen|brezna|breznu duben|dubna|dubnu kveten|kvetna|kvetnu
      cerven|cervna|cervnu cervenec|cervence|cervenci srpen|srpna|srpnu zari rijen|rijna|rijnu
      listopad|listopadu prosinec|prosince|prosinci`,
  },
  weekdays: "nedele|nedeli pondeli utery streda|stredu ctvrtek patek sobota|sobotu",
  times: {
    phrases: [
      ["day", -2, "predevcirem"],
      ["day", -1, "vcera"],
      ["day", 0, "dnes"],
      ["week", -1, "minuly tyden"],
      ["week", 0, "tento tyden"],
      ["month", -1, "minuly mesic"],
      ["month", 0, "tento mesic"],
      ["year", -1, "vloni|loni|minuly rok"],
      ["year", 0, "letos"],
    ],
    month: { before: "ve?|od|do|po|pred|behem" },
    year: { before: "v roce|od roku|roku" },
    joint: "roku|roce",
  },
  kinship: "manzelka manzel sestra dcera kamarad kamaradka pritel pritelkyne kolegyne soused sousedka",
  particles: { missing: "names have none" },
  names: {
    introductions: "jmenuji_se jmenuju_se",
    employers: "pracuji_v pracuje_v",
    homes: "bydlim_v bydli_v ziju_v",
    legalForms: "sro doo",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
