import { describe, expect, test } from "vitest";
import { TextIndex } from "../src/index.ts";

function indexOf(texts: readonly string[]): TextIndex {
  const index = new TextIndex();
  for (const [document, text] of texts.entries()) index.add(document, text);
  return index;
}

/** What a question of one word finds in an index with one text, or `undefined`. */
function kindOf(word: string, text: string): string | undefined {
  const index = indexOf([text, "Another sentence about the weather."]);
  return index.match(word).find(({ lists }) => lists.some(({ documents }) => documents.includes(0)))?.kind;
}

describe("a name is found in another script", () => {
  test.each([
    ["Fyodor", "Фёдор звонил утром."],
    ["Korolyov", "Мы говорили о Королёве."],
    ["Korolev", "Звонил Королёв."],
    ["Tchaikovsky", "Музыка Чайковского звучала в зале."],
    ["Chaykovskiy", "Чайковский уехал."],
    ["Sergey", "Сергей уехал."],
    ["Sergei", "Сергей уехал."],
    ["Anna", "Анна уехала."],
    ["Mikhail", "Михаил уехал."],
    ["Serhii", "Сергій поїхав."],
    ["Yekaterina", "Екатерина уехала."],
    ["Giorgos", "Ο Γιώργος έφυγε."],
    ["Papadopoulos", "Ο Παπαδόπουλος έφυγε."],
    ["Thessaloniki", "Πήγαμε στη Θεσσαλονίκη."],
    ["Фёдор", "Fyodor called in the morning."],
    ["Чайковский", "Tchaikovsky left."],
    ["Королёве", "Korolyov left."],
    ["Γιώργος", "Giorgos left."],
  ])("%s", (word, text) => expect(kindOf(word, text)).toBe("script"));

  test("and not where a word merely begins alike, or in the same script", () => {
    expect(kindOf("Koro", "Королёв звонил.")).not.toBe("script");
    expect(kindOf("Sergey", "Sergei called.")).toBe("typo");
  });

  test("also when terms come and go between questions", () => {
    const index = indexOf(["Звонил Королёв.", "Звонил Зайцев."]);
    expect(index.search("Korolev").documents).toEqual(Uint32Array.of(0));
    index.remove(0);
    expect(index.search("Korolev").documents).toHaveLength(0);
    index.add(2, "Kowalski called.");
    index.add(3, "Пришёл Королёв.");
    expect(index.search("Korolev").documents).toEqual(Uint32Array.of(3));
    expect(index.search("Ковальский").documents).toEqual(Uint32Array.of(2));
    expect(TextIndex.load(index.save()).search("Korolev").documents).toEqual(Uint32Array.of(3));
  });
});

describe("a slip of the keys is found where it changes the stem", () => {
  test.each([
    ["ocluista", "Fui al oculista porque necesito gafas y no veo bien de lejos.", ["oculista"]],
    ["střehca", "Jiří příští týden opravuje střechu, protože do ní zatéká.", ["strecha"]],
  ])("%s", (word, text, corrections) => {
    const [term] = indexOf([text]).match(word);
    expect(term?.kind).toBe("typo");
    expect(term?.corrections).toEqual(corrections);
  });

  test("short words are not corrected beyond their stem", () => {
    expect(indexOf(["Jeroen van der Burg snoeit de heg."]).match("buren")).toEqual([]);
  });
});

describe("compounds are found by their parts, and parts by the compound", () => {
  test.each([
    ["nyckeln till garaget", "Garagenyckeln ligger i skåpet."],
    ["Wo bin ich krank versichert?", "Die Krankenversicherung läuft über die Techniker."],
    ["de deur van de koelkast", "De koelkastdeur sluit niet goed."],
    ["Garagenschlüssel", "Der Schlüssel für die Garage hängt neben der Tür."],
  ])("%s", (question, text) => {
    const terms = indexOf([text, "Ein anderer Satz über das Wetter."]).match(question);
    expect(new Set(terms.map(({ kind }) => kind))).toEqual(new Set(["compound"]));
  });

  test("both parts of a word must be in one text", () => {
    const index = indexOf(["Der Schlüssel hängt neben der Tür.", "Die Garage ist kalt."]);
    expect(index.match("Garagenschlüssel").map(({ kind }) => kind)).not.toContain("compound");
  });
});

describe("Vietnamese accents make other words", () => {
  const index = indexOf(["Con bò của ông rất hiền.", "Bơ để trong tủ lạnh của bà."]);
  index.add(2, "Mua bo o cho cua ba.", { language: "vi" });
  test("a word with accents finds itself, and texts without accents", () => {
    expect([...index.search("con bò của tôi ở đâu").documents].sort()).toEqual([0, 2]);
    expect([...index.search("bơ của tôi ở đâu").documents].sort()).toEqual([1, 2]);
  });
  test("a word without accents finds all", () => {
    expect([...index.search("bo").documents].sort()).toEqual([0, 1, 2]);
  });
});

describe("identifiers", () => {
  const index = indexOf([
    "Ticket PAY-1041 is closed.",
    "Ticket PAY 1077, about receipts.",
    "Call +44 20 7946 0958 on 2024-05-09.",
    "Version 3.14.2 of 9f3c2ab.",
    "Write to billing@contoso.com.",
    "We pay rent for 2 rooms.",
    "The car is 4821 KLM.",
  ]);
  test.each([
    ["PAY-1041", [0], []],
    ["pay-1077", [1], [0]],
    ["PAY-9999", [], [0]],
    ["1041", [0], [1]],
    ["020 7946 0958", [2], []],
    ["+442079460958", [2], []],
    ["020 7946 0000", [], [2]],
    ["3.14.2", [3], []],
    ["3.13.9", [], [3]],
    ["9f3c2ac", [], [3]],
    ["billing@contoso.com", [4], []],
    ["sales@contoso.com", [], [4]],
    ["4821KLM", [6], []],
  ])("%s", (identifier, named, others) => {
    const found = index.withIdentifier(identifier);
    expect(found.named.toArray()).toEqual(Uint32Array.from(named));
    expect([...found.others.toArray()]).toEqual(expect.arrayContaining(others));
    expect(found.others.has(5)).toBe(false);
  });
});
