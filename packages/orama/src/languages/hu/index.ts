import { stemmer } from "@orama/stemmers/hungarian";
import type { Language } from "../language.ts";

export const hungarian: Language = {
  code: "hu",
  name: "hungarian",
  script: "latin",
  letters: "öüéőűíóúá",
  functionWords: `a abban ahhoz ahogy ahol aki akik akkor alatt által általában amely amelyek ami amikor amit az azok azon
    azt azután azért be bár csak cikk de e egy egyéb egyik el ellen elő elég én és éppen ez ezek ezen ezt
    ezért fel felé ha hanem hány hát hogy hogyan hol hova ide így ill ilyen is itt jól kell ki kik kit kivel
    le lehet lenne lesz lett maga már meg melyik mely mert mi miatt mikor milyen mint mit miért most nagyon ne
    nekem neki nem nélkül nincs ő ők óta össze pedig rá s saját sem számára szerint szinte talán te tehát ti
    több úgy új után vagy vagyok valaki valami van vannak vele vissza viszont volna volt voltak voltam`,
  negation: { words: "nem ne se sem nincs nincsenek sincs soha nélkül senki semmi" },
  questionWords: "mi mit ki kit kinek mikor hol hova honnan miért hogyan hogy milyen melyik mennyi hány",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: {
    long: "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december",
  },
  weekdays:
    "vasarnap hetfo|hetfon kedd|kedden szerda|szerdan csutortok|csutortokon pentek|penteken szombat|szombaton",
  times: {
    phrases: [
      ["day", -2, "tegnapelott"],
      ["day", -1, "tegnap"],
      ["week", -1, "mult heten"],
      ["week", 0, "ezen a heten"],
      ["month", -1, "mult honapban"],
      ["year", -1, "tavaly"],
      ["year", 0, "iden"],
    ],
    month: { ending: "ban|ben|i|tol|ig" },
    year: { after: "-?ban|-?ben" },
  },
  kinship: `felesegem ferjem batyam ocsem noverem hugom anyam apam fiam lanyom baratom baratnom kollegam fonokom
    szomszedom kutyam macskam`,
  particles: { missing: "names have none" },
  names: { introductions: "a_nevem nevem", legalForms: "kft zrt" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
