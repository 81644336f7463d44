import { describe, expect, test } from "vitest";
import { offlineExtractor } from "../src/entities/offline-extractor.ts";
import type { Entity } from "../src/types.ts";

const extractor = offlineExtractor();
const letters: Record<string, string> = { person: "@", organization: "#", place: ">", product: "*" };

/** Persons as `@name`, organisations `#name`, places `>name`, products `*name`; other types are left out. */
function names(text: string): string[] {
  return (extractor.extract(text, {}) as Entity[]).flatMap(({ name, type }) =>
    letters[type] === undefined ? [] : [letters[type] + name],
  );
}

describe.each<[string, [text: string, ...names: string[]][]]>([
  [
    "English",
    [
      [
        "My name is Zorana and I live in Kaiserslautern with my dog Biscuit.",
        "@Zorana",
        ">Kaiserslautern",
        "@Biscuit",
      ],
      ["Dr. Smith told Caroline that J. R. R. Tolkien wrote it.", "@Smith", "@Caroline", "@J. R. R. Tolkien"],
      ["Caroline: the train was late again.", "@Caroline"],
      ["My boss, Priya, met Mark Johnson at Whole Foods.", "@Priya", "@Mark Johnson", "#Whole Foods"],
      ["She works at Acme Widgets GmbH & Co. KG, then joined NASA.", "#Acme Widgets GmbH & Co. KG", "#NASA"],
      [
        "I studied at the University of Edinburgh and at Quux University.",
        "#University of Edinburgh",
        "#Quux University",
      ],
      [
        "He works for Zorbly near Abbey Road, not far from Lake Como.",
        "#Zorbly",
        ">Abbey Road",
        ">Lake Como",
      ],
      ["Are you going to Nice or Reading?", ">Nice"],
      ["i live in paris and work with python at Google", ">paris", "*python", "#Google"],
      [
        "Vincent van Gogh painted in Arles; Mary-Jane O'Neil did not.",
        "@Vincent van Gogh",
        ">Arles",
        "@Mary-Jane O'Neil",
      ],
    ],
  ],
  [
    "French",
    [
      ["Je m'appelle Élise Dupont-Moretti et j'habite à Besançon.", "@Élise Dupont-Moretti", ">Besançon"],
      [
        "M. Durand et Mme Lefèvre viennent de l'Université de Lyon.",
        "@Durand",
        "@Lefèvre",
        "#Université de Lyon",
      ],
      ["Mon frère Zéphyrin a déménagé à Plouzané.", "@Zéphyrin", ">Plouzané"],
      ["La société Dupont SARL est au 12 rue de Rivoli à Paris.", "#Dupont SARL", ">rue de Rivoli", ">Paris"],
      ["Ma sœur travaille chez Zorbly et à l'hôpital Necker.", "#Zorbly", "#hôpital Necker"],
      [
        "Le projet utilise Django et PostgreSQL, déployé sur Scaleway.",
        "*Django",
        "*PostgreSQL",
        "*Scaleway",
      ],
    ],
  ],
  [
    "German",
    [
      [
        "Ich heiße Jürgen Müller, wohne in Freiburg und arbeite bei der Siemens AG.",
        "@Jürgen Müller",
        ">Freiburg",
        "#Siemens AG",
      ],
      [
        "Wir treffen Herrn Schneider in der Hauptstraße 12 in München.",
        "@Schneider",
        ">Hauptstraße 12",
        ">München",
      ],
      ["Hat Anna Zeit für einen Kaffee mit Peter?", "@Anna", "@Peter"],
      ["Unser Team nutzt Kubernetes, Go und Redis in der Cloud.", "*Kubernetes", "*Go", "*Redis"],
    ],
  ],
  [
    "Spanish",
    [
      ["Me llamo Lucía Fernández y vivo en Zaragoza.", "@Lucía Fernández", ">Zaragoza"],
      ["El doctor Ramírez y su esposa Inés viajan a Buenos Aires.", "@Ramírez", "@Inés", ">Buenos Aires"],
    ],
  ],
  [
    "Italian",
    [
      [
        "Mi chiamo Giulia Rossi e lavoro per la Ferrari S.p.A. di Maranello.",
        "@Giulia Rossi",
        "#Ferrari S.p.A.",
      ],
      ["L'Università di Bologna è antica.", "#Università di Bologna"],
    ],
  ],
  ["Portuguese", [["Meu nome é João da Silva e moro em Curitiba.", "@João da Silva", ">Curitiba"]]],
  [
    "Dutch",
    [
      [
        "Mijn naam is Sanne de Vries, ik woon in Utrecht en werk bij Zorbly.",
        "@Sanne de Vries",
        ">Utrecht",
        "#Zorbly",
      ],
    ],
  ],
  [
    "Polish",
    [
      ["Nazywam się Krzysztof Nowak, mieszkam w Krakowie.", "@Krzysztof Nowak", ">Krakowie"],
      ["Moja siostra Agnieszka pracuje w firmie Allegro.", "@Agnieszka", "#Allegro"],
    ],
  ],
  [
    "Turkish",
    [
      [
        "Benim adım Ayşe Yılmaz, Ankara'da yaşıyorum. Toplantıya Şükrü Bey geldi.",
        "@Ayşe Yılmaz",
        ">Ankara",
        "@Şükrü",
      ],
    ],
  ],
  [
    "Greek",
    [["Με λένε Γιώργος Παπαδόπουλος και μένω στη Θεσσαλονίκη.", "@Γιώργος Παπαδόπουλος", ">Θεσσαλονίκη"]],
  ],
  [
    "Russian",
    [
      ["Меня зовут Анна Иванова, я живу в Москве и работаю в Яндекс.", "@Анна Иванова", ">Москве", "#Яндекс"],
      ["Встреча с Иваном Петровым на улице Ленина.", "@Иваном Петровым", ">улице Ленина"],
      ["Он работает в компании «Ромашка».", "#Ромашка"],
    ],
  ],
  [
    "Ukrainian",
    [
      [
        "Мене звати Тарас Шевченко, моя подруга Оксана мешкає у Києві.",
        "@Тарас Шевченко",
        "@Оксана",
        ">Києві",
      ],
    ],
  ],
  [
    "Arabic",
    [
      ["اسمي محمد صلاح وأعيش في القاهرة وأعمل في جامعة القاهرة.", "@محمد صلاح", ">القاهرة", "#جامعة القاهرة"],
      ["سافر الدكتور خالد منصور إلى باريس.", "@خالد منصور", ">باريس"],
    ],
  ],
  [
    "Hebrew",
    [
      [
        'שמי דניאל כהן ואני גר בתל אביב. ד"ר יעל לוי לומדת באוניברסיטת חיפה.',
        "@דניאל כהן",
        ">תל אביב",
        "@יעל לוי",
        "#אוניברסיטת חיפה",
      ],
    ],
  ],
  ["Hindi", [["मेरा नाम राहुल शर्मा है और मैं दिल्ली में रहता हूँ।", "@राहुल शर्मा", ">दिल्ली"]]],
  [
    "Chinese",
    [
      [
        "我叫李明，住在北京，在清华大学工作。王先生去了上海。",
        "@李明",
        ">北京",
        "#清华大学",
        "@王先生",
        ">上海",
      ],
      ["我妹妹在阿里巴巴工作，用PostgreSQL和React。", "#阿里巴巴", "*PostgreSQL", "*React"],
    ],
  ],
  [
    "Japanese",
    [
      ["田中さんは東京の株式会社ミストラルで働いています。", "@田中", ">東京", "#株式会社ミストラル"],
      ["妹の美咲さんは京都大学で勉強しています。", "@美咲", "#京都大学"],
      ["PostgreSQLを使っています。", "*PostgreSQL"],
    ],
  ],
  [
    "Korean",
    [["제 이름은 김민수입니다. 저는 서울에 살고 삼성전자에서 일해요.", "@김민수", ">서울", "#삼성전자"]],
  ],
  ["Thai", [["น้องสาวอยู่กรุงเทพและชอบดื่มกาแฟ", ">กรุงเทพ"]]],
])("%s", (_, cases) => {
  test.each(cases.map(([text, ...expected]) => ({ text, expected })))("$text", ({ text, expected }) => {
    expect(names(text)).toEqual(expected);
  });
});

describe("products and technologies", () => {
  test.each<[string, ...string[]]>([
    ["Our stack: Rust, Axum, HTMX and PostgreSQL.", "*Rust", "*Axum", "*HTMX", "*PostgreSQL"],
    ["We moved from mongodb to postgres on aws.", "*mongodb", "*postgres", "*aws"],
    ["I write C++, C# and Go code with Next.js and .NET.", "*C++", "*C#", "*Go", "*Next.js", "*.NET"],
    [
      "An iPhone 15 Pro Max, an RTX 4090, GPT-4o and Claude 3.5 Sonnet.",
      "*iPhone 15 Pro Max",
      "*RTX 4090",
      "*GPT-4o",
      "*Claude 3.5 Sonnet",
    ],
    ["We call Mistral Large 2 and codestral-latest.", "*Mistral Large 2", "*codestral-latest"],
    ["They switched to Zorbly and love QuuxFlow.", "*Zorbly", "*QuuxFlow"],
    ["Hibernate is what bears do, and I react to rust on the rails."],
  ])("%s", (text, ...expected) => {
    expect(names(text)).toEqual(expected);
  });
});

describe("a conversation", () => {
  test("speakers are persons, labels are not", () => {
    expect(names("Zorana: Hi!\nQuillon: Hello.\nZorana: Coffee?\nQuillon: Yes, please.")).toEqual([
      "@Zorana",
      "@Quillon",
    ]);
    expect(names("Summary: fine\nIngredients: flour\nAllergies: nuts\nSteps: none")).toEqual([]);
    expect(names("User: hello\nAssistant: hi\nUser: bye\nAssistant: bye")).toEqual([]);
  });

  test("the language given decides where detection could not", () => {
    const text = "Signal, Notion, Slack";
    const german = extractor.extract(`Termin: ${text}`, { language: "de" }) as Entity[];
    const english = extractor.extract(`we like ${text}`, { language: "en" }) as Entity[];
    expect(german).toEqual([]);
    expect(english.map(({ name }) => name)).toEqual(["Notion", "Slack"]);
  });
});
