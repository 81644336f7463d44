import { stemmer } from "@orama/stemmers/portuguese";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const portuguese: Language = {
  code: "pt",
  name: "portuguese",
  script: "latin",
  letters: "éêçàãõâíóúá",
  functionWords: `a à ao aos aquela aquelas aquele aqueles aquilo as às até com como da das de dela delas dele deles depois
    do dos e é ela elas ele eles em entre era eram essa essas esse esses esta está estão estava estas este
    estes estou eu foi foram há isso isto já lhe lhes mais mas me mesmo meu meus minha minhas muito na não nas
    nem no nos nós nossa nossas nosso nossos num numa o onde os ou para pela pelas pelo pelos por porque
    porquê qual quais quando quanto quanta quantos quem que quê são se sem ser seu seus só sou sua suas também
    te tem têm tenho ter teu teus tinha tu tua um uma umas uns você vocês vos`,
  negation: { words: "não nunca jamais sem nem nada ninguém nenhum nenhuma tampouco" },
  questionWords:
    "que quê quem quando onde aonde como porquê qual quais quanto quanta quantos quantas o é está há",
  telling: "os eu meu minha nao onde quem voce foi fiz em uma com",
  elisions: { missing: "it has no apostrophe but inside words" },
  stem: stemmer,
  months: {
    long: "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    short: "jan fev mar abr mai jun jul ago set out nov dez",
  },
  weekdays: "domingo segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado",
  times: {
    phrases: [
      ["day", -2, "anteontem|antes de ontem"],
      ["day", -1, "ontem"],
      ["day", 0, "hoje"],
    ],
    month: { before: "em|desde|durante|de|no ano de|antes de|depois de" },
    year: { before: "em|desde|durante|de|no ano de|antes de|depois de" },
    joint: "o|de|no|dia",
    units: {
      day: "dias?",
      week: "semanas?",
      weekend: "fi(?:m|ns) de semana",
      month: "mes(?:es)?",
      year: "anos?",
    },
    numbers: ["uma?", "duas|dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
    last: { before: "ultim[oa]", after: "passad[oa]s?|anterior" },
    present: { before: "este|esta|neste|nesta" },
    ago: { before: "ha", after: "atras" },
    span: { before: "(?:n)?(?:os|as) ultim[oa]s" },
    earliest: "(?:a )?primeira vez",
    latest: "(?:a )?ultima vez|mais recente(?:mente)?|atual(?:mente)?|recentemente",
  },
  kinship: `esposa esposo marido irmao irma mae pai filho filha amigo amiga namorado namorada colega chefe cachorro
    gato`,
  particles: "da dos das e de",
  names: {
    titles: "senhor senhora sr sra dra tio tia",
    introductions: "me_chamo meu_nome_e",
    naming: "chamado chamada",
    employers: "trabalho_na trabalha_na trabalho_no trabalha_no empresa",
    homes: `moro_em mora_em moramos_em vivo_em nasci_em nasceu_em mudei_para mudou_para viagem_a viagem_para
      cidade_de`,
    tools: "uso usamos ferramenta",
    prepositions: "em da no na do de",
    institutions: "universidade ministerio escola camara fundacao instituto banco",
    plainInstitutions: "universidade",
    joints: "do da dos das de e",
    legalForms: "sa lda ltda eireli",
    streets: "rua praca avenida",
    plainStreets: "rua avenida",
    capitals: `o os as um uma meu minha seu sua eu nos voces mas quem onde quando ola obrigado obrigada hoje ontem
      amanha deus natal`,
    software: "linguagem servidor programa",
  },
  orders,
};
