import { describe, expect, test } from "vitest";
import { TextIndex } from "../src/index.ts";
import { languages } from "../src/languages/index.ts";
import { foldAccents, lowerCase } from "../src/text/fold.ts";
import type { Language } from "../src/text/language-codes.ts";

/** First names that are written with accents in some country. They are met in texts of any language. */
const latinNames =
  `José Inès Inês René Renée Søren Sofía Zoé Zoë Chloé Noël Noémie Hélène Hélöise Jérôme François Françoise
  Agnès Aurélie Éric Étienne Benoît Loïc Maël Anaïs Gaëlle Théo Léa Inés Andrés Ángel Óscar Iñaki Begoña Raúl Jesús María
  Lucía Rocío Germán Martín Sebastián João Conceição Antônio Luís Mônica Fátima Jörg Jürgen Günther Björn Käthe Böhm Müller
  Åsa Åke Märta Göran Örjan Sørine Jørgen Bjørn Øyvind Håkon Mårten Päivi Jyväri Väinö Zoltán László György Ágnes Erzsébet
  Béla Ödön Ștefan Ioană Mălina Cătălin Çağrı Gülşen Özgür Işıl Ümit Łukasz Stanisław Małgorzata Michał Jędrzej Bożena
  Jiří Tomáš Božena Růžena Štěpán Vojtěch Zdeněk Núria Mercè Òscar Seán Siobhán Áine Róisín Mantė Žygimantas Rūta Ąžuolas
  Nguyễn Hương Đặng Thảo Désirée Cécile Clémence Solène Thaïs Valérie Gérard Sévérine Mathéo Raphaël Michaël Israël Joël
  Cosmè Niccolò Cesarè Nicolò Benedetto Dàmiano Simón Ramón Joaquín Víctor Mónica Verónica Ángela Álvaro Adrián`
    .split(/\s+/)
    .filter((name) => foldAccents(lowerCase(name)) !== lowerCase(name));

/** A sentence about somebody, in which nothing else has to do with a name; and one that asks for them. */
const sentences: Record<Language, [says: (name: string) => string, asks: (name: string) => string]> = {
  en: [(n) => `Yesterday ${n} came with us to the market`, (n) => `When did ${n} come with us?`],
  fr: [(n) => `Hier ${n} est venu avec nous au marché`, (n) => `Quand est-ce que ${n} est venu ?`],
  de: [(n) => `Gestern ist ${n} mit uns auf den Markt gegangen`, (n) => `Wann ist ${n} mit uns gegangen?`],
  es: [(n) => `Ayer ${n} vino con nosotros al mercado`, (n) => `¿Cuándo vino ${n} con nosotros?`],
  it: [(n) => `Ieri ${n} è venuto con noi al mercato`, (n) => `Quando è venuto ${n} con noi?`],
  pt: [(n) => `Ontem ${n} veio com a gente ao mercado`, (n) => `Quando foi que ${n} veio com a gente?`],
  nl: [(n) => `Gisteren ging ${n} met ons naar de markt`, (n) => `Wanneer ging ${n} met ons naar de markt?`],
  sv: [(n) => `Igår följde ${n} med oss till torget`, (n) => `När följde ${n} med oss till torget?`],
  da: [(n) => `I går gik ${n} med os på torvet`, (n) => `Hvornår gik ${n} med os på torvet?`],
  no: [(n) => `I går gikk ${n} med oss på torget`, (n) => `Når gikk ${n} med oss på torget?`],
  fi: [(n) => `Eilen ${n} tuli meidän kanssa torille`, (n) => `Milloin ${n} tuli meidän kanssa?`],
  hu: [(n) => `Tegnap ${n} is eljött velünk a piacra`, (n) => `Mikor jött el ${n} velünk a piacra?`],
  ro: [(n) => `Ieri ${n} a venit cu noi la piață`, (n) => `Când a venit ${n} cu noi la piață?`],
  tr: [(n) => `Dün ${n} bizimle pazara geldi`, (n) => `Ne zaman ${n} bizimle pazara geldi?`],
  id: [(n) => `Kemarin ${n} pergi dengan kami ke pasar`, (n) => `Kapan ${n} pergi dengan kami?`],
  pl: [(n) => `Wczoraj ${n} był z nami na targu`, (n) => `Kiedy ${n} był z nami na targu?`],
  cs: [(n) => `Včera s námi šel ${n} na trh`, (n) => `Kdy s námi šel ${n} na trh?`],
  ca: [(n) => `Ahir ${n} va venir amb nosaltres al mercat`, (n) => `Quan va venir ${n} amb nosaltres?`],
  ga: [(n) => `Inné tháinig ${n} linn go dtí an margadh`, (n) => `Cathain a tháinig ${n} linn?`],
  lt: [(n) => `Vakar ${n} ėjo su mumis į turgų`, (n) => `Kada ${n} ėjo su mumis į turgų?`],
  vi: [(n) => `Hôm qua ${n} đã đi chợ với chúng tôi`, (n) => `Khi nào ${n} đã đi chợ?`],
  ru: [(n) => `Вчера ${n} ходил с нами на рынок`, (n) => `Когда ${n} ходил с нами?`],
  uk: [(n) => `Вчора ${n} ходив з нами на ринок`, (n) => `Коли ${n} ходив з нами?`],
  el: [(n) => `Χθες ο ${n} ήρθε μαζί μας στην αγορά`, (n) => `Πότε ήρθε ο ${n} μαζί μας;`],
  ar: [(n) => `ذهب ${n} معنا إلى السوق أمس`, (n) => `متى ذهب ${n} معنا؟`],
  he: [(n) => `אתמול ${n} בא איתנו לשוק`, (n) => `מתי בא ${n} איתנו?`],
  hi: [(n) => `कल ${n} हमारे साथ बाज़ार गया`, (n) => `${n} हमारे साथ कब गया?`],
  ne: [(n) => `हिजो ${n} हामीसँग बजार गयो`, (n) => `${n} हामीसँग कहिले गयो?`],
  hy: [(n) => `Երեկ ${n} մեզ հետ շուկա եկավ`, (n) => `Ե՞րբ եկավ ${n} մեզ հետ`],
  ta: [(n) => `நேற்று ${n} எங்களுடன் சந்தைக்கு வந்தார்`, (n) => `${n} எப்போது வந்தார்?`],
  zh: [(n) => `昨天 ${n} 和我们一起去了市场`, (n) => `${n} 什么时候去的？`],
  ja: [(n) => `昨日 ${n} が市場に来ました`, (n) => `${n} はいつ来ましたか`],
  ko: [(n) => `어제 ${n} 씨가 시장에 왔어요`, (n) => `${n} 씨는 언제 왔어요?`],
  th: [(n) => `เมื่อวาน ${n} ไปตลาดกับเรา`, (n) => `${n} ไปเมื่อไร`],
};
/** Names in the script of the language itself that are also written otherwise. */
const ownNames: Partial<Record<Language, [string, string][]>> = {
  el: [
    ["Γιώργος", "Γιωργος"],
    ["Νίκος", "Νικος"],
    ["Ελένη", "ΕΛΕΝΗ"],
    ["Θεοδώρα", "Θεοδωρα"],
    ["Αλέξανδρος", "Αλεξανδρος"],
  ],
  ru: [
    ["Артём", "Артем"],
    ["Фёдор", "Федор"],
    ["Алёна", "Алена"],
  ],
  hi: [
    ["फ़रहान", "फरहान"],
    ["ज़ोया", "जोया"],
  ],
};

describe("names are found with and without their accents", () => {
  test.each(languages.map(({ code }) => code as Language))("in %s", (language) => {
    const [says, asks] = sentences[language];
    const pairs = [...latinNames.map((name) => [name, plain(name)] as const), ...(ownNames[language] ?? [])];
    const missed: string[] = [];
    for (const pair of pairs)
      for (const [written, typed] of [pair, pair.toReversed(), [pair[0], pair[0]]] as [string, string][])
        for (const fixed of [undefined, language]) {
          const index = new TextIndex();
          index.add(0, says("Abcxyz"), { language: fixed });
          index.add(1, says(written), { language: fixed });
          for (const question of [typed, asks(typed)]) {
            const [first] = index.search(question, { limit: 1, expand: false }).documents;
            if (first !== 1) missed.push(`${written} by ${question}`);
          }
        }
    expect(missed).toEqual([]);
  });
});

test.each([
  ["fr", "Agnès", "Agnés"],
  ["fr", "Inès", "Inés"],
  ["es", "Sofía", "Sofìa"],
  ["hu", "Zoë", "Zoé"],
  ["de", "René", "Renè"],
] as const)("in %s %s is found with another accent, too: %s", (language, written, typed) => {
  const index = new TextIndex();
  index.add(0, sentences[language][0](written), { language });
  expect([...index.search(typed, { expand: false }).documents]).toEqual([0]);
});

function plain(name: string): string {
  return Array.from(name, (letter) => {
    const folded = foldAccents(letter.toLowerCase());
    return letter === letter.toLowerCase() ? folded : folded.slice(0, 1).toUpperCase() + folded.slice(1);
  }).join("");
}
