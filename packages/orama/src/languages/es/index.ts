import { stemmer } from "@orama/stemmers/spanish";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const spanish: Language = {
  code: "es",
  name: "spanish",
  script: "latin",
  letters: "éñíóúá",
  functionWords: `a al algo algunas algunos ante antes aunque como con contra cual cuál cuáles cuales cuando cuándo cuanto
    cuánto cuánta cuántos cuántas de del desde donde dónde durante e el él ella ellas ellos en entre era eran
    eras eres es esa esas ese eso esos esta está estaba estado están estar estas estás este esto estos estoy
    fue fueron fui ha había han has hasta hay he hemos la las le les lo los más me mi mí mis mucho muy nada ni
    no nos nosotros nosotras nuestra nuestro nuestras nuestros o os otra otras otro otros para pero poco por
    porque porqué que qué quien quién quienes quiénes se sea ser si sí sido sin sobre sois somos son soy su
    sus también tanto te tengo tiene tienen ti tu tú tus tuvo un una uno unos unas vosotros y ya yo`,
  negation: { words: "no nunca jamás sin tampoco nada nadie ningún ninguno ninguna ni" },
  questionWords: `qué que quién quien quiénes cuándo cuando dónde donde adónde cómo como cuál cual cuáles cuales cuánto
    cuánta cuántos cuántas por es está hay`,
  telling:
    "el los cual cuando cuanto cuanta cuantos cuantas donde adonde quien fue hice yo muy estuve estaba fui",
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: {
    long: "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    short: "ene feb mar abr may jun jul ago sept|sep oct nov dic",
  },
  weekdays: "domingo lunes martes miercoles jueves viernes sabado",
  times: {
    phrases: [
      ["day", -2, "ante ?ayer|antes de ayer"],
      ["day", -1, "ayer|anoche"],
      ["day", 0, "hoy|esta (?:manana|tarde|noche)"],
    ],
    month: { before: "en|desde|durante|de|del|a principios de|a finales de|ano|antes de|despues de" },
    year: { before: "en|desde|durante|de|del|a principios de|a finales de|ano|antes de|despues de" },
    joint: "el|de|del",
    units: {
      day: "dias?",
      week: "semanas?",
      weekend: "fin(?:es)? de semana",
      month: "mes(?:es)?",
      year: "anos?",
    },
    numbers: [
      "una?",
      "dos|un par de",
      "tres|unos|unas",
      "cuatro",
      "cinco",
      "seis",
      "siete",
      "ocho",
      "nueve",
      "diez",
    ],
    last: { before: "(?:el|la) pasad[oa]|ultim[oa]", after: "pasad[oa]s?|anterior" },
    present: { before: "este|esta" },
    ago: { before: "hace", after: "atras" },
    span: { before: "(?:en |durante )?(?:los|las|estos|estas) ultim[oa]s" },
    earliest: "(?:la )?primera vez|por primera vez",
    latest:
      "(?:la )?ultima vez|por ultima vez|mas reciente(?:mente)?|actual(?:mente)?|ahora mismo|recientemente",
  },
  kinship: `esposa esposo marido mujer hermano hermana madre padre hijo hija amigo amiga novio novia companero
    companera jefe jefa vecino vecina primo prima sobrino sobrina perro perra gato gata`,
  particles: "de la del y el",
  names: {
    titles: "senor senora senorita sr sra srta dra profesor profesora tio tia abuela abuelo doctor",
    introductions: "me_llamo mi_nombre_es llamame",
    naming: "llamado llamada",
    employers: "trabajo_en trabaja_en trabajo_para trabaja_para empresa",
    homes: `vivo_en vive_en viven_en vivimos_en viviendo_en naci_en nacido_en nacida_en nacio_en mude_a mudo_a
      viaje_a viajar_a ciudad_de pueblo_de`,
    tools: "uso usamos utilizo utilizamos herramienta",
    prepositions: "en a de",
    institutions: "universidad instituto banco ministerio hospital museo colegio ayuntamiento fundacion",
    plainInstitutions: "universidad ministerio ayuntamiento",
    joints: "de la del y",
    legalForms: "sa sl slu",
    streets: "calle plaza avenida paseo",
    plainStreets: "calle avenida",
    capitals: `el los las un una unos unas mi mis tu tus su sus yo ella nosotros ellos y o pero no si que quien cuando
      donde como cual por para con sin en del al hoy ayer manana hola gracias querido querida dios es son esta
      navidad pascua`,
    software: "servidor lenguaje desarrollador programa biblioteca",
  },
  orders,
};
