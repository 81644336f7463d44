import type { Language } from "../language.ts";
import { orders } from "./orders.ts";
import { stemPolish } from "./stem.ts";

export const polish: Language = {
  code: "pl",
  name: "polish",
  script: "latin",
  letters: "łąężźśćńó",
  functionWords: `a aby albo ale ani bardzo bez bo być był była było były będą będzie ci co coś czego czy czyj czyli dla
    dlaczego do gdy gdzie go i ich ile im in inne inny ja jak jaka jaki jakie jako je jeden jednak jego jej
    jest jestem jeszcze jeśli już kiedy kim kogo komu która które którego który których którzy kto lub ma mam
    mi mnie może mój moja moje my na nad nam nas nasz nasza nic nie niej nich nim niż o od ona one oni ono
    oraz pan po pod ponieważ przed przez przy sam się są skąd swoje ta tak także tam te tego tej ten też to
    tobie tu twój twoja tych tylko tym u w we więc wszystko z za ze że`,
  negation: { words: "nie nigdy bez nikt nikogo nic żaden żadna żadne żadnego żadnej ani" },
  questionWords:
    "co kto kiedy gdzie skąd dokąd dlaczego jak jaki jaka jakie który która które ile czyj czyja czy kogo komu",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe but in foreign names" },
  stem: stemPolish,
  months: {
    long: `styczen|stycznia|styczniu luty|lutego|lutym marzec|marca|marcu kwiecien|kwietnia|kwietniu maj|maja|maju
      czerwiec|czerwca|czerwcu lipiec|lipca|lipcu sierpien|sierpnia|sierpniu wrzesien|wrzesnia|wrzesniu
      pazdziernik|pazdziernika|pazdzierniku listopad|listopada|listopadzie grudzien|grudnia|grudniu`,
  },
  weekdays: "niedziela|niedziele|niedzieli poniedzialek wtorek sroda|srode czwartek piatek sobota|sobote",
  times: {
    phrases: [
      ["day", -2, "przedwczoraj"],
      ["day", -1, "wczoraj"],
      ["day", 0, "dzisiaj|dzis"],
      ["week", -1, "w zeszlym tygodniu|w ubieglym tygodniu"],
      ["week", 0, "w tym tygodniu"],
      ["month", -1, "w zeszlym miesiacu|w ubieglym miesiacu"],
      ["month", 0, "w tym miesiacu"],
      ["year", -1, "w zeszlym roku|w ubieglym roku"],
      ["year", 0, "w tym roku"],
    ],
    month: { before: "we?|od|do|po|przed|podczas" },
    year: { before: "we?|od|roku", after: "roku" },
    joint: "roku",
  },
  kinship: "zona maz brat siostra przyjaciel przyjaciolka kolega kolezanka szef szefowa syn corka pies",
  particles: { missing: "names have none" },
  names: {
    titles: "pani panem panią",
    introductions: "nazywam_sie mam_na_imie",
    naming: "imieniem",
    employers: "pracuje_w pracujemy_w firmie",
    homes: "mieszkam_w mieszka_w mieszkamy_w urodzilem_sie_w urodzilam_sie_w przeprowadzilem_sie_do",
    tools: "uzywam używamy",
    prepositions: "w z do",
    institutions: "uniwersytet politechnika ministerstwo szpital urzad",
    institutionEndings: "uniwersytet",
    joints: "i",
    plainStreets: "ulica ulicy ul",
    capitals: "ja ty on ona my wy oni i a ale czy kto co gdzie kiedy jak dzis wczoraj jutro moj moja",
    software: "baza",
  },
  orders,
};
