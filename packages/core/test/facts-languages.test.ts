import { beforeAll, expect, test } from "vitest";
import { disposed } from "../src/facts/dispose.ts";
import { namesToBeSaid } from "../src/facts/known-facts.ts";
import { createMemory, type Entity, offlineExtractor } from "../src/index.ts";

const facts: readonly (readonly [said: string, fact: string, quote: string])[] = [
  [
    "Ich arbeite jetzt bei der Firma Beta als Ingenieurin.",
    "Die Nutzerin arbeitet als Ingenieurin bei der Firma Beta.",
    "Ich arbeite jetzt bei der Firma Beta als Ingenieurin",
  ],
  [
    "Wir haben von MySQL auf PostgreSQL umgestellt.",
    "Der Nutzer verwendet PostgreSQL statt MySQL.",
    "von MySQL auf PostgreSQL umgestellt",
  ],
  [
    "J'habite à Nantes depuis mars 2025.",
    "L'utilisateur habite à Nantes depuis mars 2025.",
    "J'habite à Nantes depuis mars 2025",
  ],
  [
    "Mon fils s'appelle Léo et il a 7 ans.",
    "Le fils de l'utilisateur s'appelle Léo et a 7 ans.",
    "Mon fils s'appelle Léo et il a 7 ans",
  ],
  ["Me mudé a Valencia el mes pasado.", "El usuario se mudó a Valencia.", "Me mudé a Valencia el mes pasado"],
  ["Sono allergica alle nocciole.", "L'utente è allergica alle nocciole.", "Sono allergica alle nocciole"],
  [
    "Agora trabalho na Empresa Beta.",
    "O usuário trabalha na Empresa Beta.",
    "Agora trabalho na Empresa Beta",
  ],
  [
    "Ik woon nu in Utrecht met mijn zus.",
    "De gebruiker woont in Utrecht met zijn zus.",
    "Ik woon nu in Utrecht met mijn zus",
  ],
  ["Mieszkam teraz w Krakowie.", "Użytkownik mieszka w Krakowie.", "Mieszkam teraz w Krakowie"],
  [
    "Теперь я работаю в компании Бета.",
    "Пользователь работает в компании Бета.",
    "Теперь я работаю в компании Бета",
  ],
  ["Мою собаку зовут Рекс.", "Собаку пользователя зовут Рекс.", "Мою собаку зовут Рекс"],
  ["Тепер я живу у Львові.", "Користувач живе у Львові.", "Тепер я живу у Львові"],
  ["今はベータ社で働いています。", "ユーザーはベータ社で働いている。", "今はベータ社で働いています"],
  ["私の娘の名前はさくらです。", "ユーザーの娘の名前はさくらである。", "私の娘の名前はさくらです"],
  ["我现在在贝塔公司工作。", "用户在贝塔公司工作。", "我现在在贝塔公司工作"],
  ["我对花生过敏。", "用户对花生过敏。", "我对花生过敏"],
  ["저는 지금 부산에 살아요.", "사용자는 부산에 산다.", "저는 지금 부산에 살아요"],
  ["أعمل الآن في شركة بيتا.", "يعمل المستخدم في شركة بيتا.", "أعمل الآن في شركة بيتا"],
  ["אני גר עכשיו בחיפה.", "המשתמש גר בחיפה.", "אני גר עכשיו בחיפה"],
  ["मैं अब दिल्ली में रहता हूँ।", "उपयोगकर्ता दिल्ली में रहता है।", "मैं अब दिल्ली में रहता हूँ"],
  ["Artık Ankara'da yaşıyorum.", "Kullanıcı Ankara'da yaşıyor.", "Artık Ankara'da yaşıyorum"],
  ["Bây giờ tôi sống ở Đà Nẵng.", "Người dùng sống ở Đà Nẵng.", "Bây giờ tôi sống ở Đà Nẵng"],
  ["I'm vegan now, no more cheese for me.", "The user is vegan.", "I'm vegan now"],
  ["Call me Dhravya.", "The user wants to be called Dhravya.", "Call me Dhravya"],
  [
    "My sister Zoé studies chemistry in Lyon.",
    "Zoé, the user's sister, studies chemistry in Lyon.",
    "My sister Zoé studies chemistry in Lyon",
  ],
  ["We moved the launch to Friday.", "The launch was moved to Friday.", "We moved the launch to Friday"],
  ["I quit smoking.", "The user no longer smokes.", "I quit smoking"],
  ["Jag bor numera i Malmö.", "Användaren bor i Malmö.", "Jag bor numera i Malmö"],
  ["Asun nykyään Tampereella.", "Käyttäjä asuu Tampereella.", "Asun nykyään Tampereella"],
  ["Most már Szegeden lakom.", "A felhasználó Szegeden lakik.", "Most már Szegeden lakom"],
  [
    "Acum lucrez la Compania Beta.",
    "Utilizatorul lucrează la Compania Beta.",
    "Acum lucrez la Compania Beta",
  ],
  ["Τώρα μένω στη Θεσσαλονίκη.", "Ο χρήστης μένει στη Θεσσαλονίκη.", "Τώρα μένω στη Θεσσαλονίκη"],
  ["Saya sekarang tinggal di Bandung.", "Pengguna tinggal di Bandung.", "Saya sekarang tinggal di Bandung"],
  ["Teď bydlím v Brně.", "Uživatel bydlí v Brně.", "Teď bydlím v Brně"],
  ["ตอนนี้ฉันอยู่ที่เชียงใหม่", "ผู้ใช้อยู่ที่เชียงใหม่", "ฉันอยู่ที่เชียงใหม่"],
];

const translated: readonly (readonly [said: string, fact: string])[] = [
  ["Ich arbeite jetzt bei der Firma Beta.", "The user works at Firma Beta."],
  ["J'habite à Nantes.", "The user lives in Nantes."],
  ["Me mudé a Valencia el mes pasado.", "The user moved to Valencia."],
  ["Sono allergica alle nocciole.", "The user is allergic to nocciole."],
  ["Now I work at Beta.", "Der Nutzer arbeitet bei Beta."],
  ["Ik woon nu in Utrecht.", "The user lives in Utrecht now."],
  ["Teď bydlím v Brně.", "The user lives in Brno."],
  ["Artık Ankara'da yaşıyorum.", "The user lives in Ankara."],
];

const extractor = offlineExtractor();
// The word lists are read once.
beforeAll(async () => {
  await using memory = await createMemory({ path: ":memory:", embedder: false });
  await memory.set({ namespace: "n", value: "A word." });
});

function dispose(text: string, fact: string, quote: string) {
  const proposal = {
    text: fact,
    subject: "user",
    type: "state",
    origin: "stated",
    sources: [{ turn: 1, quote }],
  };
  const turn = { key: "k", version: 1, text, createdAt: Date.parse("2026-08-12"), quotable: true };
  return disposed(
    [proposal],
    { turns: [turn], known: [] },
    {
      newKey: () => "fact",
      namesIn: (sentence) => namesToBeSaid(extractor.extract(sentence, {}) as Entity[]),
    },
  );
}

test.each(facts)("what is said plainly is a fact: %s", (said, fact, quote) => {
  expect(dispose(said, fact, quote)).toMatchObject({ facts: [{ text: fact }], refused: {} });
});

test.each(translated)("a translation is none: %s", (said, fact) => {
  expect(dispose(said, fact, said.slice(0, -1))).toMatchObject({ facts: [] });
});
