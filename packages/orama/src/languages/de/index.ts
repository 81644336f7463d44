import { stemmer } from "@orama/stemmers/german";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const german: Language = {
  code: "de",
  name: "german",
  script: "latin",
  letters: "ßäöü",
  functionWords: `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus
    bei beim bin bis bist da damit dann das dass daß dasselbe dazu dein deine deinem deinen deiner dem den
    denn der des dich die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer
    eines er es etwas euch euer eure für gegen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn
    ihnen ihr ihre ihrem ihren ihrer im in indem ins ist jede jedem jeden jeder jedes jene jetzt kann kein
    keine keinem keinen keiner können könnte mein meine meinem meinen meiner mich mir mit muss nach nicht
    nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so solche soll sollte
    sondern sonst über um und uns unser unsere unserem unseren unter vom von vor wann war waren warst warum
    was weil welche welchem welchen welcher welches wem wen wenn wer werde werden wessen wie wieder wieviel
    will wir wird wirst wo woher wohin wofür womit wurde wurden zu zum zur zwischen gern gibt`,
  negation: {
    words:
      "nicht nichts nie niemals niemand niemanden niemandem ohne weder kein keine keinen keinem keiner keines keinerlei",
  },
  questionWords: `was wer wem wen wessen wann wo wohin woher wie wieso warum weshalb welche welcher welches welchen welchem
    womit wofür ist sind hat habe haben gibt`,
  telling: `ich und nicht ist eine einen einem mit fur auf wir habe haben mein meine meinen wird auch zur zum uber
    nach sich dass wohnt wer welche welcher welches welchen welchem wann wie warum sind unsere unser ihr vom
    werden wurde gibt passiert gemacht`,
  elisions: { missing: "an apostrophe marks a genitive or a missing e: nothing is cut off" },
  stem: stemmer,
  months: {
    long: "januar|janner februar marz april mai juni juli august september oktober november dezember",
    short: "jan feb marz apr mai juni juli aug sept|sep okt nov dez",
  },
  weekdays: "sonntag montag dienstag mittwoch donnerstag freitag samstag|sonnabend",
  times: {
    phrases: [
      ["day", -2, "vorgestern"],
      ["day", -1, "gestern"],
      ["day", 0, "heute"],
      ["day", 1, "morgen fruh|ubermorgen"],
    ],
    month: { before: "im|in|seit|anfang|ende|mitte|jahr|jahre|vom|von|bis|vor|nach|ab" },
    year: { before: "im|in|seit|anfang|ende|mitte|jahr|jahre|vom|von|bis|vor|nach|ab" },
    joint: "am|den|der",
    units: {
      day: "tag(?:e[ns]?)?",
      week: "wochen?",
      weekend: "wochenenden?",
      month: "monat(?:e[ns]?|s)?",
      year: "jahr(?:e[ns]?|s)?",
    },
    numbers: [
      "eine[mnrs]?|ein",
      "zwei",
      "drei|einigen|ein paar",
      "vier",
      "funf",
      "sechs",
      "sieben",
      "acht",
      "neun",
      "zehn",
    ],
    last: { before: "letzte[mnrs]?|vergangene[mnrs]?|vorige[mnrs]?" },
    present: { before: "diese[mnrs]?" },
    ago: { before: "vor" },
    span: { before: "(?:in |wahrend |uber )?(?:den |die |der )?(?:letzten|vergangenen)" },
    earliest: "zum ersten mal|das erste mal|erstmals|zuerst",
    latest: `zum letzten mal|das letzte
      mal|zuletzt|neuste[mnrs]?|neueste[mnrs]?|aktuelle?[mnrs]?|derzeit(?:ige?[mnrs]?)?|momentan|zurzeit|kurzlich|neulich`,
  },
  kinship: `mann bruder schwester mutter vater sohn tochter freund freundin kollege kollegin chefin nachbar nachbarin
    enkel enkelin hund katze kater`,
  particles: "von der den de zu",
  names: {
    titles: "herr frau herrn doktor onkel oma opa",
    introductions: "ich_heisse heisse mein_name_ist",
    naming: "namens genannt",
    employers: "arbeite_bei arbeitet_bei arbeiten_bei job_bei firma",
    homes: `wohne_in wohnt_in wohnen_in lebe_in lebt_in leben_in geboren_in aufgewachsen_in reise_nach fahre_nach
      fahren_nach fliege_nach fliegen_nach ziehe_nach ziehen_nach umzug_nach komme_aus kommt_aus stamme_aus
      stadt`,
    prepositions: "nach aus bei in",
    institutions:
      "universitat technische hochschule institut ministerium bundesministerium bank fachhochschule",
    institutionEndings: `universitat hochschule gymnasium klinikum krankenhaus stiftung verein versicherung werke stadtwerke
      holding`,
    joints: "fur und der",
    legalForms: "gmbh mbh ag se kg ohg ug co",
    streetSuffixes: "strasse gasse platz allee ufer brucke",
    nouns:
      "(?:ung|heit|keit|schaft|tion|tat|chen|nis|ling|zeit|arbeit|haus|tag|jahr|woche|geburtstag|hunger|lust|angst|urlaub|recht|geld|gluck|kinder|probleme?|fragen?|besuch|bescheid|kaffee|tee|wasser|auto|essen|hilfe|platz|schule|buro|termin|spass|musik|sport|leute|mensch(?:en)?|daten(?:bank)?|software|projekte?|team)$",
    capitals: `der die das den dem des ein eine einen einem einer und oder aber ich du er sie es wir ihr mein meine
      meinen dein deine sein seine unser unsere euer wer was wann wo wie warum welche welcher ist sind war hat
      haben nicht kein ja nein mit ohne fur von zu im am beim zur zum auf aus bei nach seit heute gestern
      morgen hallo danke bitte liebe lieber gott mutti vati wenn weil dass weihnachten ostern silvester`,
    nationalities: `deutsch deutsche deutscher deutschen franzosisch franzosische englisch englische spanisch italienisch
      turkisch russisch`,
    software:
      "datenbank datenbanken bibliothek programmieren programmierung programmiersprache entwickler programm",
  },
  orders,
};
