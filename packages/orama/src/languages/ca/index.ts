import type { Language } from "../language.ts";

export const catalan: Language = {
  code: "ca",
  name: "catalan",
  script: "latin",
  letters: "éèçàò",
  functionWords: `a al als amb aquell aquella aquest aquesta aquestes aquests així com d de del dels des després doncs el
    ell ella elles ells els em en ens era eren es és està esta estan et ets fa fins ha han hem hi ho i jo l la
    les li llur m mai mateix me més meu meva meves meus molt n ni no nosaltres o on per perquè però pel pels
    pot què quan quant quants quina quin quines quins qui que s sa se sense ser seu seva seves seus si sobre
    són soc sóc sota també te té tenen tens teva teu tinc tot tots tu un una unes uns va van vas vaig
    vosaltres vostè`,
  negation: { words: "no mai sense ningú res tampoc cap" },
  questionWords: "què que qui quan on com perquè quin quina quins quines quant quanta quants quantes",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { before: "l d m t s n" },
  stem: { missing: "`@orama/stemmers` has none" },
  months: { long: "gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre" },
  weekdays: "diumenge dilluns dimarts dimecres dijous divendres dissabte",
  times: {
    phrases: [
      ["day", -2, "abans d['’]ahir"],
      ["day", -1, "ahir"],
      ["day", 0, "avui"],
      ["week", -1, "la setmana passada"],
      ["week", 0, "aquesta setmana"],
      ["month", -1, "el mes passat"],
      ["month", 0, "aquest mes"],
      ["year", -1, "l['’]any passat"],
      ["year", 0, "enguany"],
    ],
    month: { before: "el|al|del?|des del?|durant el|l['’]any" },
    year: { before: "el|del|des del|l['’]any" },
    joint: "del?|d['’]",
  },
  kinship: "germa germana filla xicot xicota veina",
  particles: "de del la",
  names: {
    introductions: "em_dic el_meu_nom_es",
    employers: "treballo_a treballa_a",
    homes: "visc_a viu_a",
    legalForms: "sl",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
