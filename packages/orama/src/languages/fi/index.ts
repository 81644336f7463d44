import { stemmer } from "@orama/stemmers/finnish";
import type { Language } from "../language.ts";

export const finnish: Language = {
  code: "fi",
  name: "finnish",
  script: "latin",
  letters: "äö",
  functionWords: `ei eivät emme en et ette että he heidän heidät heille heissä heistä häneen hänen hänessä hänestä hänet
    häntä hän ja johon joiden joita jos joka jokin jolla jolle jonka jossa josta jota jotka kanssa keiden
    keitä keneen kenelle kenen kenessä kenestä kenet kuka koska kuin kuinka kun me meidän meidät meille meissä
    mihin mikä miksi milloin minkä minua minulla minulle minun minussa minut minä missä mistä mitkä mitä
    mukaan mutta ne niiden niin niissä niistä niitä noin nuo nyt näiden nämä näitä ole olen olet olemme olette
    oli olimme olin olisi olit olivat olla on ovat se sekä sen siihen siinä siitä sille sinua sinulla sinun
    sinut sinä sitä tai te teidän tuo tuon tuossa tähän tällä tämä tämän tässä tästä tätä vaan vai vaikka voi`,
  negation: { words: "ei en et emme ette eivät älä älkää ilman" },
  questionWords: "mikä mitä kuka kenen ketkä milloin koska missä mistä mihin miksi miten kuinka kumpi onko",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "an apostrophe stands between vowels only" },
  stem: stemmer,
  months: {
    long: `tammikuu|tammikuuta helmikuu|helmikuuta maaliskuu|maaliskuuta huhtikuu|huhtikuuta toukokuu|toukokuuta
      kesakuu|kesakuuta heinakuu|heinakuuta elokuu|elokuuta syyskuu|syyskuuta lokakuu|lokakuuta
      marraskuu|marraskuuta joulukuu|joulukuuta`,
  },
  weekdays: `sunnuntai|sunnuntaina maanantai|maanantaina tiistai|tiistaina keskiviikko|keskiviikkona torstai|torstaina
    perjantai|perjantaina lauantai|lauantaina`,
  times: {
    phrases: [
      ["day", -2, "toissapaivana"],
      ["day", -1, "eilen"],
      ["day", 0, "tanaan"],
      ["week", -1, "viime viikolla"],
      ["week", 0, "talla viikolla"],
      ["month", -1, "viime kuussa"],
      ["year", -1, "viime vuonna"],
      ["year", 0, "tana vuonna"],
    ],
    month: { ending: "ssa|n|ta|sta|hun" },
    year: { before: "vuonna|vuoden" },
  },
  kinship: `vaimoni mieheni veljeni siskoni aitini isani poikani tyttareni ystavani kollegani pomoni naapurini koirani
    kissani`,
  particles: { missing: "names have none" },
  names: { introductions: "nimeni_on", legalForms: "oy oyj" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
