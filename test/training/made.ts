import type { EvaluationSet, Group } from "../evaluation/data.ts";
import { uniform } from "../evaluation/random.ts";

/** What is made here lacks in the sets of conversations; it is the same at every run. */
export function madeSets(): { set: EvaluationSet; foreign: boolean }[] {
  return [
    // Those of one group are in no other, as far as numbers go; times and events are everywhere.
    { set: setOf("identifiers", identifiers), foreign: true },
    { set: setOf("dates", dates), foreign: false },
    { set: setOf("orders", orders), foreign: false },
  ];
}

const groups = 40;

interface Making {
  next: () => number;
  pick<Item>(items: readonly Item[]): Item;
  add(text: string, createdAt: number): string;
  ask(text: string, relevant: readonly string[]): void;
}

function setOf(name: string, make: (making: Making) => void): EvaluationSet {
  return {
    name,
    groups: Array.from({ length: groups }, (_, index) => {
      const group: Group = { name: `${name}-${index}`, documents: [], queries: [], unanswerable: [] };
      const next = uniform(index + 1);
      make({
        next,
        pick: <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item,
        add(text, createdAt) {
          const id = String(group.documents.length);
          group.documents.push({ id, group: group.name, text, createdAt });
          return id;
        },
        ask(text, relevant) {
          group.queries.push({
            id: `${index}-${group.queries.length}`,
            group: group.name,
            text,
            relevant: new Set(relevant),
            grades: new Map(relevant.map((id) => [id, 1])),
          });
        },
      });
      return group;
    }),
  };
}

const everyday: readonly string[] = [
  "The coffee machine on the second floor leaks.",
  "Nina takes the train at eight.",
  "We had lunch at the harbour.",
  "The new chairs are comfortable.",
  "Le dentiste est fermé en août.",
  "Der Drucker braucht neue Patronen.",
  "The meeting room on floor 3 has no screen.",
  "Tomás prefers tea without sugar.",
  "Page 12 of the manual shows the cabling.",
  "There are 40 guests on the list.",
  "J'ai planté des tomates sur le balcon.",
  "Ich habe das Fahrrad repariert.",
  "Compré un regalo para mi hermana.",
  "The neighbour's cat sat on our roof.",
  "Ho cucinato il risotto con i funghi.",
];

/** What people ask for by its number, and what is said of such things. */
const makes: readonly {
  write: (number: number) => string;
  said: readonly string[];
  asked: readonly string[];
}[] = [
  {
    write: (number) => `TASK-${1000 + (number % 9000)}`,
    said: [
      "# was moved to the next sprint.",
      "We closed # on Tuesday, the tests pass.",
      "Lena works on #.",
      "# waits for the design team.",
    ],
    asked: ["what about #", "status of #", "Is # done?", "Who works on #?", "#"],
  },
  {
    write: (number) => `${2019 + (number % 7)}-${String(10_000 + (number % 89_999)).padStart(6, "0")}`,
    said: [
      "Invoice # is paid.",
      "The parcel of order # came back.",
      "# : two chairs and a lamp, delivered on time.",
    ],
    asked: ["invoice #", "where is order #", "#"],
  },
  {
    write: (number) => `E${100 + (number % 900)}X${number % 10}`,
    said: [
      "The boiler shows error #, call the plumber.",
      "# means that the filter is full.",
      "Fehler # verschwindet nach einem Neustart.",
    ],
    asked: ["what does # mean", "Fehler #", "error #", "#"],
  },
  {
    write: (number) => `${1 + (number % 8)}.${number % 20}.${number % 13}`,
    said: [
      "Release # breaks the import of calendars.",
      "We are on # until summer.",
      "La version # corrige les accents.",
    ],
    asked: ["what changed in #", "release #", "version #", "#"],
  },
  {
    write: (number) =>
      `+32 ${2 + (number % 7)} ${100 + (number % 900)} ${10 + (number % 90)} ${10 + (number % 83)}`,
    said: ["The plumber's number is #.", "Ruf die Praxis unter # an.", "Le garage répond au #."],
    asked: ["whose number is #", "#", "Wer hat #?"],
  },
  {
    write: (number) => `desk${number % 4000}@tram${number % 90}.example`,
    said: ["Bills go to #.", "# never answers.", "Écris à # pour les clés."],
    asked: ["#", "who is #", "mail from #"],
  },
  {
    write: (number) => `${10_000 + (number % 89_999)}`,
    said: [
      "Ticket # is still open.",
      "Die Bestellung # kam an.",
      "The locker code is #.",
      "Pedido # enviado.",
    ],
    asked: ["#", "Bestellung #", "order #", "ticket #", "pedido #"],
  },
  {
    write: (number) => `${number % 97}-${"ABCDEFGH"[number % 8]}/${2015 + (number % 11)}`,
    said: ["File # went to the court.", "La pratica # è chiusa.", "Akte # liegt beim Amt."],
    asked: ["#", "file #", "pratica #", "Akte #"],
  },
  {
    write: (number) => ((number * 2_654_435_761) % 2 ** 52).toString(16).padStart(13, "0"),
    said: ["Commit # broke the build.", "The session # timed out.", "# is the key of the blue locker."],
    asked: ["#", "commit #", "what is #"],
  },
  {
    write: (number) => `client${100 + (number % 900)}`,
    said: ["# asked for a refund.", "The account # is locked.", "Le compte # a changé d'adresse."],
    asked: ["#", "account #", "what did # want?"],
  },
];
const ways: readonly ((identifier: string) => string)[] = [
  (identifier) => identifier,
  (identifier) => identifier.toLowerCase(),
  (identifier) => identifier.replaceAll("-", " "),
];

/** What has the figures of an identifier, and words of questions, and is about something else. */
const parts: readonly string[] = [
  "There are # people who work on it.",
  "Page # of the manual.",
  "What about bus #? It is late.",
  "Le chapitre # parle du compte.",
  "The status of # cases is open.",
  "The error came back after # minutes, error after error.",
  "A release of # balloons.",
  "An account of # euros.",
  "Is # enough? Is it done?",
  "# and #!",
];
/** What makes a text long, and says nothing more. */
const longer =
  ", and that took the whole morning because nobody at the counter knew who had to sign which of the papers first";

/** Questions for one thing of a series, by its number, written as people write it. */
function identifiers({ next, pick, add, ask }: Making): void {
  let moment = Date.UTC(2025, 0, 1);
  const say = (text: string) => {
    moment += 60_000;
    return add(text, moment);
  };
  const others = Math.floor(next() * everyday.length);
  for (const text of everyday.slice(0, others)) say(text);
  const known = new Set<string>();
  const things = 3 + Math.floor(next() * 27);
  for (let at = 0; at < things; at++) {
    const { write, said, asked } = pick(makes);
    const identifier = write(Math.floor(next() * 1e6));
    if (known.has(identifier)) continue;
    known.add(identifier);
    const text = pick(said).replace("#", identifier);
    const id = say(at % 4 < 2 ? text : `${text.replace(/[.!]$/, "")}${longer}.`);
    if (at % 2 !== 0) continue;
    const pieces = identifier.match(/\d+|\p{L}+/gu) ?? [];
    say(pick(parts).replaceAll("#", pieces.at(-1) ?? ""));
    // All of its parts, apart and more than once, say less than the whole.
    const apart = pieces.toReversed().join(" and ");
    if (pieces.length > 1) say(`${apart}. ${apart}!`);
    const question = pick(asked);
    // What has all other words of the question is about something else.
    if (question !== "#" && at % 4 === 0) say(question.replace("#", "it"));
    ask(question.replace("#", pick(ways)(identifier)), [id]);
  }
}

const dayMs = 86_400_000;
/** Questions for nothing but a time, and how many days ago that is. */
const times: readonly { asked: readonly string[]; daysAgo: number }[] = [
  {
    daysAgo: 1,
    asked: [
      "What happened yesterday?",
      "Qu'est-ce qui s'est passé hier ?",
      "Was ist gestern passiert?",
      "¿Qué pasó ayer?",
      "Cosa è successo ieri?",
      "yesterday",
    ],
  },
  {
    daysAgo: 2,
    asked: [
      "What happened the day before yesterday?",
      "Que s'est-il passé avant-hier ?",
      "Was war vorgestern los?",
      "2 days ago",
    ],
  },
  {
    daysAgo: 3,
    asked: [
      "What did we do three days ago?",
      "Was haben wir vor drei Tagen gemacht?",
      "Qu'avons-nous fait il y a trois jours ?",
    ],
  },
];

/** Questions for what happened on a day. */
function dates({ next, pick, add, ask }: Making): void {
  const start = Date.UTC(2025, 2, 1, 12) + Math.floor(next() * 200) * dayMs;
  const days = 6 + Math.floor(next() * 30);
  const said: string[][] = [];
  for (let day = 0; day < days; day++) {
    const count = day < days - 1 && next() < 0.4 ? 0 : 1 + Math.floor(next() * 2);
    said.push(
      Array.from({ length: count }, (_, at) => add(pick(everyday), start + day * dayMs + at * 60_000)),
    );
  }
  // The question is asked a day after the last memory.
  for (const { asked, daysAgo } of times)
    for (const text of [pick(asked), pick(asked)]) ask(text, said[days - daysAgo] ?? []);
}

/** What happens again and again, and how the first or the last time is asked for. */
const events: readonly { said: readonly string[]; first: readonly string[]; last: readonly string[] }[] = [
  {
    said: ["I was at the optician's.", "Went to the optician again.", "The optician checked my eyes today."],
    first: ["When was I first at the optician's?", "the first time at the optician"],
    last: ["What is the latest from the optician?", "most recent visit to the optician"],
  },
  {
    said: [
      "We rehearsed the choir piece.",
      "Choir rehearsal in the church.",
      "The choir rehearsed the second part.",
    ],
    first: ["When was the first choir rehearsal?", "earliest rehearsal of the choir"],
    last: ["When was our last choir rehearsal?", "the most recent rehearsal of the choir"],
  },
  {
    said: ["Wir waren im Schwimmbad.", "Heute im Schwimmbad geschwommen.", "Das Schwimmbad war voll."],
    first: ["Wann waren wir das erste Mal im Schwimmbad?"],
    last: ["Wann waren wir zuletzt im Schwimmbad?"],
  },
  {
    said: [
      "J'ai vu le kinésithérapeute.",
      "Séance chez le kinésithérapeute.",
      "Le kinésithérapeute m'a montré un exercice.",
    ],
    first: ["Quand ai-je vu le kinésithérapeute pour la première fois ?"],
    last: ["Quelle est ma dernière séance chez le kinésithérapeute ?"],
  },
  {
    said: [
      "Fui al mercado de las flores.",
      "Otra vez en el mercado de las flores.",
      "El mercado de las flores estaba lleno.",
    ],
    first: ["¿Cuándo fui por primera vez al mercado de las flores?"],
    last: ["¿Cuándo fui por última vez al mercado de las flores?"],
  },
];

/** Questions for the first or the last of several that say the same. */
function orders({ next, pick, add, ask }: Making): void {
  let moment = Date.UTC(2025, 0, 1) + Math.floor(next() * 100) * dayMs;
  const of = events.map(({ said }) => said.toSorted(() => next() - 0.5));
  const ids = events.map((): string[] => []);
  for (let turn = 0; turn < 3; turn++)
    for (const [event, said] of of.entries()) {
      moment += Math.floor(next() * 5 * dayMs);
      if (next() < 0.5) add(pick(everyday), moment);
      ids[event]?.push(add(said[turn] as string, moment + 60_000));
    }
  for (const [event, { first, last }] of events.entries()) {
    ask(pick(first), [ids[event]?.[0] as string]);
    ask(pick(last), [ids[event]?.[2] as string]);
  }
}
