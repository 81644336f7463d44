import { stemmer } from "@orama/stemmers/irish";
import type { Language } from "../language.ts";

export const irish: Language = {
  code: "ga",
  name: "irish",
  script: "latin",
  letters: { missing: "its letters are those of others" },
  functionWords: `a ach ag agus an aon ar arna as ba bhfuil bhí cá cad cathain cé cén chun cois conas dá dar de den do dom
    duit é fá faoi faoin gach gan go gur i iad idir in is í le leis lena mar más mo mise ná nach ní níl nuair
    ó ón os roimh sa san sé seo sí sibh sin sinn tá tar thar tú um`,
  negation: { words: "ní níl nach níor nár gan cha" },
  questionWords: "cad cé cá cathain conas cén cárb an",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "an apostrophe stands in words that are function words as a whole" },
  stem: stemmer,
  months: {
    long: `eanair feabhra marta aibrean bealtaine meitheamh iuil lunasa meanfomhair deireadh_fomhair samhain
      nollaig`,
  },
  weekdays: "domhnach luan mairt ceadaoin deardaoin aoine satharn",
  times: { missing: "nobody here knows how its questions say when" },
  kinship: { missing: "nobody here speaks it well enough to say which of them stand before names" },
  particles: { missing: "names have those of English" },
  names: { missing: "nobody here speaks it well enough to say which of them stand before names" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
