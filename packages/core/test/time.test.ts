import { describe, expect, test } from "vitest";
import { timeFit, timeOf } from "../src/time/time.ts";
import { keysOf, openMemory, setClock } from "./open-memory.ts";

const namespace = "time";
/** A Monday. */
const now = Date.UTC(2026, 10, 23, 15, 30);

/** `from/to` with the day after the last one left out, `yearly`, or the order that is asked for. */
function read(query: string): string | undefined {
  const time = timeOf(query, now);
  if (time === undefined) return undefined;
  if (time.period === undefined) return time.order;
  const [from, to] = [time.period.from, time.period.to - 1].map((at) =>
    new Date(at).toISOString().slice(0, 10),
  ) as [string, string];
  if (time.yearly) return `${from.slice(5)}/${to.slice(5)} yearly`;
  return from === to ? from : `${from}/${to}`;
}

describe("dates", () => {
  test.each([
    ["What did she do on 31 July, 2023?", "2023-07-31"],
    ["on May 8, 2023", "2023-05-08"],
    ["the 3rd of March 2024", "2024-03-03"],
    ["2023-05-08", "2023-05-08"],
    ["in 2023-05", "2023-05-01/2023-05-31"],
    ["08.05.2023", "2023-05-08"],
    ["12/31/2023", "2023-12-31"],
    ["what happened in May 2023", "2023-05-01/2023-05-31"],
    ["in May", "05-01/05-31 yearly"],
    ["on 14 July", "07-14/07-14 yearly"],
    ["in 2022", "2022-01-01/2022-12-31"],
    ["le 1er mai 2023", "2023-05-01"],
    ["en mai 2023", "2023-05-01/2023-05-31"],
    ["au mois d'août", "08-01/08-31 yearly"],
    ["am 8. Mai 2023", "2023-05-08"],
    ["im März", "03-01/03-31 yearly"],
    ["el 5 de mayo de 2023", "2023-05-05"],
    ["en mayo de 2023", "2023-05-01/2023-05-31"],
    ["a maggio 2023", "2023-05-01/2023-05-31"],
    ["em maio de 2023", "2023-05-01/2023-05-31"],
    ["op 8 mei 2023", "2023-05-08"],
    ["em 5 de maio de 2023", "2023-05-05"],
    ["in mei 2023", "2023-05-01/2023-05-31"],
    ["Que s'est-il passé début mars ?", "03-01/03-31 yearly"],
    ["Was war Ende August 2024?", "2024-08-01/2024-08-31"],
    ["a principios de junio", "06-01/06-30 yearly"],
    ["nel 2021", "2021-01-01/2021-12-31"],
    ["depuis 2020", "2020-01-01/2020-12-31"],
    ["Co było w maju?", "05-01/05-31 yearly"],
    ["w sierpniu 2024 roku", "2024-08-01/2024-08-31"],
    ["17 sierpnia 2024", "2024-08-17"],
    ["w 2023 roku", "2023-01-01/2023-12-31"],
    ["v květnu 2025", "2025-05-01/2025-05-31"],
    ["9. července 2025", "2025-07-09"],
    ["v roce 2023", "2023-01-01/2023-12-31"],
    ["Что было в мае?", "05-01/05-31 yearly"],
    ["в августе 2025 года", "2025-08-01/2025-08-31"],
    ["9 августа", "08-09/08-09 yearly"],
    ["в 2023 году", "2023-01-01/2023-12-31"],
    ["у серпні 2025", "2025-08-01/2025-08-31"],
    ["τον Αύγουστο του 2025", "2025-08-01/2025-08-31"],
    ["στις 12 Αυγούστου 2025", "2025-08-12"],
    ["Ağustos 2025'te", "2025-08-01/2025-08-31"],
    ["ağustosta ne yaptık", "08-01/08-31 yearly"],
    ["mart ayında", "03-01/03-31 yearly"],
    ["Vad gjorde jag i maj?", "05-01/05-31 yearly"],
    ["den 9 mars 2024", "2024-03-09"],
    ["hvad skete der i maj 2023", "2023-05-01/2023-05-31"],
    ["toukokuussa 2023", "2023-05-01/2023-05-31"],
    ["májusban", "05-01/05-31 yearly"],
    ["în mai 2023", "2023-05-01/2023-05-31"],
    ["pada bulan Mei 2023", "2023-05-01/2023-05-31"],
    ["في مايو 2023", "2023-05-01/2023-05-31"],
    ["מה עשינו במאי?", "05-01/05-31 yearly"],
    ["मई 2023 में", "2023-05-01/2023-05-31"],
    ["2026年5月6日", "2026-05-06"],
    ["五月我做了什么", "05-01/05-31 yearly"],
    ["十二月", "12-01/12-31 yearly"],
    ["2023年", "2023-01-01/2023-12-31"],
    ["2026년 5월", "2026-05-01/2026-05-31"],
    ["ngày 6 tháng 5 năm 2026", "2026-05-06"],
    ["tháng 12", "12-01/12-31 yearly"],
  ])("%s", (query, expected) => {
    expect(read(query)).toBe(expected);
  });

  test.each([
    "I may go",
    "Can you march on?",
    "What is in room 2022?",
    "Release 3.14.15",
    "",
    "Why?",
    "من هو خامس ضيف",
    "Кто такая Майя?",
    "Kim jest Maja?",
    "до 2000 рублей",
    "Where is Mars?",
  ])("%s names none", (query) => {
    expect(read(query)).toBeUndefined();
  });
});

describe("times that depend on today", () => {
  const [lastWeek, lastMonth, lastYear] = [
    "2026-11-16/2026-11-22",
    "2026-10-01/2026-10-31",
    "2025-01-01/2025-12-31",
  ];
  const [yesterday, before] = ["2026-11-22", "2026-11-21"];
  const aroundThreeWeeks = "2026-10-30/2026-11-06";
  test.each([
    ["What did I do yesterday?", yesterday],
    ["the day before yesterday", before],
    ["last week", lastWeek],
    ["What did we discuss last month?", lastMonth],
    ["last year", lastYear],
    ["this month", "2026-11-01/2026-11-30"],
    ["last Monday", "2026-11-16"],
    ["on Friday", "2026-11-20"],
    ["last weekend", "2026-11-21/2026-11-22"],
    ["three weeks ago", aroundThreeWeeks],
    ["5 days ago", "2026-11-18"],
    ["in the last 3 days", "2026-11-20/2026-11-23"],
    ["hier", yesterday],
    ["Qu'ai-je fait avant-hier ?", before],
    ["la semaine dernière", lastWeek],
    ["le mois dernier", lastMonth],
    ["l’année dernière", lastYear],
    ["lundi dernier", "2026-11-16"],
    ["il y a trois semaines", aroundThreeWeeks],
    ["ces 3 derniers jours", "2026-11-20/2026-11-23"],
    ["Was habe ich gestern gemacht?", yesterday],
    ["vorgestern", before],
    ["letzte Woche", lastWeek],
    ["letzten Monat", lastMonth],
    ["vor 3 Wochen", aroundThreeWeeks],
    ["in den letzten drei Tagen", "2026-11-20/2026-11-23"],
    ["ayer", yesterday],
    ["anteayer", before],
    ["¿Qué hice la semana pasada?", lastWeek],
    ["el mes pasado", lastMonth],
    ["hace tres semanas", aroundThreeWeeks],
    ["ieri", yesterday],
    ["l'altro ieri", before],
    ["la settimana scorsa", lastWeek],
    ["il mese scorso", lastMonth],
    ["tre settimane fa", aroundThreeWeeks],
    ["quest'anno", "2026-01-01/2026-12-31"],
    ["ontem", yesterday],
    ["o que fiz anteontem", before],
    ["o mês passado", lastMonth],
    ["o ano passado", lastYear],
    ["há três semanas", aroundThreeWeeks],
    ["eergisteren", before],
    ["drie weken geleden", aroundThreeWeeks],
    ["afgelopen maand", lastMonth],
    ["letzten Dienstag", "2026-11-17"],
    ["mardi dernier", "2026-11-17"],
    ["el martes pasado", "2026-11-17"],
    ["martedì scorso", "2026-11-17"],
    ["letztes Jahr", lastYear],
    ["el año pasado", lastYear],
    ["l'anno scorso", lastYear],
    ["le week-end dernier", "2026-11-21/2026-11-22"],
    ["voriges Wochenende", "2026-11-21/2026-11-22"],
    ["el fin de semana pasado", "2026-11-21/2026-11-22"],
    ["lo scorso fine settimana", "2026-11-21/2026-11-22"],
    ["a couple of days ago", before],
    ["il y a deux jours", before],
    ["vor zwei Tagen", before],
    ["hace dos días", before],
    ["due giorni fa", before],
    ["aujourd'hui", "2026-11-23"],
    ["this week", "2026-11-23/2026-11-29"],
    ["cette semaine", "2026-11-23/2026-11-29"],
    ["diese Woche", "2026-11-23/2026-11-29"],
    ["last night", yesterday],
    ["dün ne yaptım?", yesterday],
    ["a semana passada", lastWeek],
    ["gisteren", yesterday],
    ["vorige week", lastWeek],
    ["昨天我做了什么？", yesterday],
    ["先週", lastWeek],
    ["어제 뭐 했지?", yesterday],
    ["на прошлой неделе", lastWeek],
  ])("%s", (query, expected) => {
    expect(read(query)).toBe(expected);
  });

  test.each([
    ["the German “hier” is a place", "Was ist hier passiert?", undefined],
    ["and the French one a time", "Où étais-je hier ?", yesterday],
    ["the French “lunes” are moons", "Combien de lunes a Jupiter ?", undefined],
    ["and the Spanish one a day", "¿Qué hice el lunes?", "2026-11-16"],
    ["a Polish weekday", "Gdzie byłam w czwartek?", "2026-11-19"],
    ["a Russian weekday", "Что было в среду?", "2026-11-18"],
    ["a Swedish weekday", "Vad gjorde jag i lördags?", "2026-11-21"],
    ["last week in Czech", "minulý týden", "2026-11-16/2026-11-22"],
    ["last week in Hebrew", "מה עשינו בשבוע שעבר?", "2026-11-16/2026-11-22"],
    ["yesterday in Arabic", "ماذا فعلت أمس؟", yesterday],
    ["the day before yesterday in Ukrainian", "Що було позавчора?", "2026-11-21"],
    ["last month in Vietnamese", "Tháng trước tôi làm gì?", "2026-10-01/2026-10-31"],
    ["last year in Hungarian", "Mi történt tavaly?", "2025-01-01/2025-12-31"],
    ["the Turkish “dün” is no dune", "Where are the dunes?", undefined],
  ])("%s", (_, query, expected) => {
    expect(read(query)).toBe(expected);
  });
});

describe("first and latest", () => {
  test.each([
    ["When did I first go to Lyon?", "earliest"],
    ["quand ai-je couru pour la première fois", "earliest"],
    ["zum ersten Mal", "earliest"],
    ["la primera vez", "earliest"],
    ["la prima volta", "earliest"],
    ["What is my current address?", "latest"],
    ["the last time we met", "latest"],
    ["ma dernière fois à Paris", "latest"],
    ["meine aktuelle Adresse", "latest"],
    ["la última vez", "latest"],
    ["l'ultima volta", "latest"],
  ])("%s", (query, expected) => {
    expect(read(query)).toBe(expected);
  });

  test.each(["What is his first name?", "What is the last name of Bob?", "the first chapter"])(
    "%s asks for neither",
    (query) => {
      expect(read(query)).toBeUndefined();
    },
  );
});

test("a moment fits less with its distance, and before the period less than after", () => {
  const time = { period: { from: Date.UTC(2023, 4, 1), to: Date.UTC(2023, 5, 1) } };
  const at = (month: number, date: number) => timeFit(Date.UTC(2023, month, date), time);
  expect(at(4, 1)).toBe(1);
  expect(at(4, 31)).toBe(1);
  expect(at(5, 3)).toBeLessThan(1);
  expect(at(5, 10)).toBeLessThan(at(5, 3));
  expect(at(3, 22)).toBeLessThan(at(5, 10));
  expect(at(3, 22)).toBeGreaterThan(0);
  expect(timeFit(0, {})).toBe(0);
  expect(timeFit(Date.UTC(2019, 4, 20), { ...time, yearly: true })).toBe(1);
});

describe("search", () => {
  const lunches = [
    ["2026-11-03", "Lunch with Rosa at the harbour."],
    ["2026-11-18", "Lunch with Rosa at the station."],
    ["2026-11-20", "The dentist moved the appointment."],
    ["2026-05-11", "Lunch with Rosa in the park."],
  ] as const;
  const filled = async (time?: number) => {
    const memory = await openMemory(":memory:", {
      clock: setClock(now),
      ...(time === undefined ? {} : { ranking: { time } }),
    });
    for (const [date, value] of lunches)
      await memory.set({ namespace, key: date, value, createdAt: `${date}T12:00:00Z` });
    return memory;
  };

  test("a time in the question is a preference and no filter", async () => {
    const memory = await filled();
    for (const [query, first] of [
      ["Where did I have lunch with Rosa last week?", "2026-11-18"],
      ["Where did I have lunch with Rosa in May?", "2026-05-11"],
      ["Where did I have lunch with Rosa on 3 November 2026?", "2026-11-03"],
      ["Wo war das Lunch mit Rosa letzte Woche?", "2026-11-18"],
      ["When did I first have lunch with Rosa?", "2026-05-11"],
      ["Where was the last time I had lunch with Rosa?", "2026-11-18"],
    ] as const) {
      const { results } = await memory.search({ namespace, query });
      expect(results[0]?.key, query).toBe(first);
      expect(results[0]?.reasons.time, query).toBe(1);
      expect(keysOf(results), query).toEqual(
        expect.arrayContaining(["2026-05-11", "2026-11-03", "2026-11-18"]),
      );
    }
  });

  test("a question for nothing but a time finds what was then", async () => {
    const memory = await filled();
    const { results } = await memory.search({ namespace, query: "What happened last week?" });
    expect(keysOf(results).slice(0, 2).sort()).toEqual(["2026-11-18", "2026-11-20"]);
    expect(keysOf(results)).not.toContain("2026-05-11");
  });

  test("a conversation that ended long ago has a present of its own", async () => {
    const memory = await openMemory(":memory:", { clock: setClock(Date.UTC(2031, 0, 1)) });
    for (const [date, value] of lunches)
      await memory.set({ namespace, key: date, value, createdAt: `${date}T12:00:00Z` });
    const { results } = await memory.search({ namespace, query: "lunch with Rosa last month" });
    // The last memory is of 20 November 2026: the month before it had none, and the nearest after it comes first.
    expect(results[0]?.key).toBe("2026-11-03");
  });

  test("memories of one moment are neither first nor latest", async () => {
    const memory = await openMemory(":memory:", { clock: setClock(now) });
    await memory.setMany(
      ["a lunch with Rosa", "Lunch with Rosa, then a lunch with Ann", "Rosa had lunch"].map((value, at) => ({
        namespace,
        key: `m${at}`,
        value,
      })),
    );
    const found = async (query: string) => (await memory.search({ namespace, query })).results;
    const latest = await found("the most recent lunch with Rosa");
    expect(keysOf(latest)).toEqual(keysOf(await found("the first time lunch with Rosa")));
    for (const { reasons } of latest) expect(reasons.time ?? 0).toBe(0);
  });

  test("without the preference, times are words", async () => {
    const memory = await filled(0);
    const { results } = await memory.search({ namespace, query: "lunch with Rosa last week" });
    expect(results[0]?.reasons.time).toBeUndefined();
  });

  test("recency counts when it is asked for", async () => {
    const memory = await openMemory(":memory:", {
      clock: setClock(now),
      ranking: { recencyHalfLifeMs: 30 * 86_400_000, recency: 1 },
    });
    await memory.set({ namespace, key: "old", value: "The gate code is 4411.", createdAt: "2024-01-01" });
    await memory.set({ namespace, key: "new", value: "The gate code is 9020.", createdAt: "2026-11-20" });
    const { results } = await memory.search({ namespace, query: "gate code" });
    expect(keysOf(results)).toEqual(["new", "old"]);
    expect(results[0]?.signals.recency).toBeGreaterThan(0.9);
    expect(results[1]?.signals.recency).toBeLessThan(0.01);
  });
});
