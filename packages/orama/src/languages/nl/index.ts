import { stemmer } from "@orama/stemmers/dutch";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const dutch: Language = {
  code: "nl",
  name: "dutch",
  script: "latin",
  letters: { missing: "its letters are those of others" },
  functionWords: `aan af al alles als altijd andere ben bij bent daar dan dat de der deze die dit doch doen door dus een en
    er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je
    jij jou jouw kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat ons
    onze ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was
    wat we wel welk welke werd wezen wie wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou`,
  negation: { words: "niet niets nooit geen zonder niemand evenmin" },
  questionWords: "wat wie wanneer waar waarom waarheen hoe hoeveel welk welke is heb heeft was",
  telling: "het een wat wanneer waar ik niet heb hebben mijn hoe deed deden gebeurde",
  elisions: { missing: "an apostrophe marks a plural or a missing letter: nothing is cut off" },
  stem: stemmer,
  months: {
    long: "januari februari maart april mei juni juli augustus september oktober november december",
    short: "jan feb mrt apr mei jun jul aug sep|sept okt nov dec",
  },
  weekdays: "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
  times: {
    phrases: [
      ["day", -2, "eergisteren"],
      ["day", -1, "gisteren"],
      ["day", 0, "vandaag|vanavond|vanmorgen"],
    ],
    month: { before: "in|sinds|van|tijdens|begin|eind|jaar|voor|na" },
    year: { before: "in|sinds|van|tijdens|begin|eind|jaar|voor|na" },
    joint: "op|de",
    units: {
      day: "dag(?:en)?",
      week: "we(?:ek|ken)",
      weekend: "weekend(?:en)?",
      month: "maand(?:en)?",
      year: "ja(?:ar|ren)",
    },
    numbers: ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"],
    last: { before: "vorige?|afgelopen|laatste" },
    present: { before: "deze|dit" },
    ago: { after: "geleden" },
    span: { before: "(?:in |de )*(?:afgelopen|laatste)" },
    earliest: "(?:de )?eerste keer|voor het eerst",
    latest: "(?:de )?laatste keer|meest recente?|huidige|momenteel|onlangs",
  },
  kinship: "vrouw broer zus moeder vader zoon dochter vriend vriendin baas buurman buurvrouw hond kat",
  particles: "van der den de ter ten",
  names: {
    titles: "dhr mevr mevrouw meneer oom",
    introductions: "ik_heet mijn_naam_is",
    naming: "genaamd",
    employers: "werk_bij werkt_bij bedrijf",
    homes: "woon_in woont_in wonen_in verhuisd_naar verhuizen_naar reis_naar",
    tools: "gebruik gebruiken",
    prepositions: "naar uit in",
    institutions: "universiteit hogeschool ministerie gemeente stichting",
    institutionEndings: "universiteit ziekenhuis hogeschool",
    joints: "van voor der den de",
    legalForms: "bv nv vof",
    streetEndings: "straat gracht plein",
    capitals: `de het een mijn jouw zijn haar ons wij jij ik en maar wie waar wanneer hoe hallo dank vandaag gisteren
      morgen god kerst pasen`,
  },
  orders,
};
