import { describe, expect, test } from "vitest";
import { offlineExtractor } from "../src/entities/offline-extractor.ts";
import type { Entity } from "../src/types.ts";

const extractor = offlineExtractor();

function named(text: string, ...types: string[]): string[] {
  return (extractor.extract(text, {}) as Entity[])
    .filter(({ type }) => types.includes(type))
    .map(({ name }) => name);
}

test.each([
  [
    "email",
    "Write to bob.smith+news@example.co.uk or ana@müller.de.",
    ["bob.smith+news@example.co.uk", "ana@müller.de"],
  ],
  ["email", "メールはinfo@example.comです", ["info@example.com"]],
  ["email", "a@b, @, foo@, @@@, x@y", []],
  ["url", "See https://docs.mistral.ai/api/?q=1#top, please.", ["https://docs.mistral.ai/api/?q=1#top"]],
  [
    "url",
    "(https://fr.wikipedia.org/wiki/Marseille_(ville))",
    ["https://fr.wikipedia.org/wiki/Marseille_(ville)"],
  ],
  [
    "url",
    "postgres://user@localhost:5432/app and www.example.org",
    ["postgres://user@localhost:5432/app", "www.example.org"],
  ],
  [
    "url",
    "Clone git@github.com:orama/orama.git from github.com/orama",
    ["git@github.com:orama/orama.git", "github.com/orama"],
  ],
  ["url", "It ended.The next began. Voir p.ex. la page", []],
  ["handle", "Thanks @alice_w and (@élodie)!", ["@alice_w", "@élodie"]],
  ["handle", "@media print, @Override, 5 @ 3 €", []],
  [
    "path",
    "Edit src/main.rs, ~/notes/todo.md, ./run.sh and /etc/nginx/nginx.conf",
    ["src/main.rs", "~/notes/todo.md", "./run.sh", "/etc/nginx/nginx.conf"],
  ],
  [
    "path",
    "C:\\Users\\Ana\\cv.docx, package.json, .env",
    ["C:\\Users\\Ana\\cv.docx", "package.json", ".env"],
  ],
  ["path", "and/or, he/she, 1/2, km/h, TCP/IP", []],
  [
    "version",
    "Upgraded to v2.1.3, then 3.0.0-beta.1, from Node.js 24.1 and Python 3.12",
    ["v2.1.3", "3.0.0-beta.1", "24.1", "3.12"],
  ],
  ["version", "Pi is 3.14, the score 2.5 and the date 15.03.2024", []],
  [
    "identifier",
    "getUserName() reads MAX_RETRIES, user_id and $HOME",
    ["getUserName()", "MAX_RETRIES", "user_id", "$HOME"],
  ],
  [
    "identifier",
    "Call `memory.search(query)`, std::vec::Vec or np.array",
    ["memory.search(query)", "std::vec::Vec", "np.array"],
  ],
  [
    "identifier",
    "Fixed ABC-123 and #4567 in 9f8e7d6c5b on 192.168.0.12",
    ["ABC-123", "#4567", "9f8e7d6c5b", "192.168.0.12"],
  ],
  [
    "identifier",
    "Run 550e8400-e29b-41d4-a716-446655440000 with --dry-run and @scope/pkg",
    ["550e8400-e29b-41d4-a716-446655440000", "--dry-run", "@scope/pkg"],
  ],
  [
    "identifier",
    "Set LOG_LEVEL=debug; UserRepository throws NotFoundError",
    ["LOG_LEVEL", "UserRepository", "NotFoundError"],
  ],
  ["identifier", "Well-known word(s), e.g. a rendez-vous, deadbeef, 1234567 and OK", []],
])("%s in %j", (type, text, names) => {
  expect(named(text, type)).toEqual(names);
});

describe("dates", () => {
  test.each([
    ["ISO", "Due 2024-03-15, created 2024-03-15T10:00:00Z, since 2023-11", ["2024-03-15", "2023-11"]],
    [
      "digits",
      "15.03.2024, 3/15/2024, 15/03/24, 2024/03/15",
      ["15.03.2024", "3/15/2024", "15/03/24", "2024/03/15"],
    ],
    ["no dates", "99.99.2024, 2024-15-40, 1.2.3, 10-12-14, 24/7", []],
    [
      "English",
      "On March 15, 2024 and the 2nd of May, in June, since 2019 and Q3 2025",
      ["March 15, 2024", "2nd of May", "June", "2019", "Q3 2025"],
    ],
    ["English, no dates", "You may go. We march 5 miles. Tomorrow, next week or on Friday at 10:30.", []],
    [
      "French",
      "Le 1er janvier 2024, le 15 août, en mars 2023 et depuis 2019",
      ["1er janvier 2024", "15 août", "mars 2023", "2019"],
    ],
    ["German", "Am 15. März 2024, im Oktober und seit 2018", ["15. März 2024", "Oktober", "2018"]],
    ["Spanish", "El 3 de abril de 2025 y desde 2010", ["3 de abril de 2025", "2010"]],
    ["Italian", "Il 3 maggio 2021", ["3 maggio 2021"]],
    ["Portuguese", "Em 12 de outubro de 1990", ["12 de outubro de 1990"]],
    ["Dutch", "Op 5 mei 2020", ["5 mei 2020"]],
    ["Polish", "Od 5 maja 2020", ["5 maja 2020"]],
    ["Turkish", "15 Mart 2024'te", ["15 Mart 2024"]],
    ["Greek", "Στις 3 Μαΐου 2021", ["3 Μαΐου 2021"]],
    ["Russian", "С 15 марта 2020 г. и 1-го мая", ["15 марта 2020 г.", "1-го мая"]],
    ["Ukrainian", "З 24 серпня 1991", ["24 серпня 1991"]],
    ["Arabic", "منذ 15 مارس 2020 و ٣ أبريل ٢٠٢٤", ["15 مارس 2020", "٣ أبريل ٢٠٢٤"]],
    ["Hebrew", "ב-15 במרץ 2024", ["15 במרץ 2024"]],
    ["Hindi", "15 मार्च 2024 को", ["15 मार्च 2024"]],
    ["Thai", "วันที่ 15 มีนาคม 2567", ["15 มีนาคม 2567"]],
    ["Chinese", "2024年3月15日和5月1日", ["2024年3月15日", "5月1日"]],
    ["Japanese", "2024年3月に、4月5日は", ["2024年3月", "4月5日"]],
    ["Korean", "2024년 5월 3일에 만나요", ["2024년 5월 3일"]],
  ])("%s: %j", (_, text, names) => {
    expect(named(text, "date")).toEqual(names);
  });
});

describe("amounts", () => {
  test.each([
    ["$1,200.50, US$ 5, €50k and CHF 30", ["$1,200.50", "US$ 5", "€50k", "CHF 30"]],
    ["1 200,50 €, 3 000 euros et 5 millions d'euros", ["1 200,50 €", "3 000 euros", "5 millions d'euros"]],
    ["25.000 Euro, 5 Mio. Euro", ["25.000 Euro", "5 Mio. Euro"]],
    [
      "20%, 20 %, 15 percent, 15 pour cent, 3,5 Prozent",
      ["20%", "20 %", "15 percent", "15 pour cent", "3,5 Prozent"],
    ],
    ["16 GB, 500ms, 5 km, 70 kg, 180 km/h, 21 °C", ["16 GB", "500ms", "5 km", "70 kg", "180 km/h", "21 °C"]],
    ["500 рублей, 10 км и 20 процентов", ["500 рублей", "10 км", "20 процентов"]],
    ["5000元, 3公里", ["5000元", "3公里"]],
    ["5000円、3億円", ["5000円", "3億円"]],
    ["5만원, 10킬로", ["5만원", "10킬로"]],
    ["₹500 और 20 प्रतिशत", ["₹500", "20 प्रतिशत"]],
    ["42, 3 people, room 12, chapter 7, 2 of 5, 10 to 20", []],
  ])("%j", (text, names) => {
    expect(named(text, "amount")).toEqual(names);
  });
});
