import { expect, test } from "vitest";
import { ComparedText } from "../src/index.ts";
import { languages } from "../src/languages/index.ts";

/** What somebody eats or drinks, the same denied, and denied in another way. */
const sentences: Record<string, readonly [yes: string, no: string, otherwise: string]> = {
  en: ["I eat fish.", "I don’t eat fish.", "I never eat fish."],
  fr: ["Je mange du poisson.", "Je n’aime guère le poisson.", "Jamais de poisson pour moi."],
  de: ["Ich esse Fisch.", "Ich esse keinen Fisch.", "Fisch esse ich nicht."],
  es: ["Como pescado.", "No como pescado.", "Nunca como pescado."],
  it: ["Mangio il pesce.", "Non mangio il pesce.", "Niente pesce per me."],
  pt: ["Como peixe.", "Não como peixe.", "Nunca como peixe."],
  nl: ["Ik eet vis.", "Ik eet geen vis.", "Vis eet ik nooit."],
  sv: ["Jag äter fisk.", "Jag äter inte fisk.", "Jag äter aldrig fisk."],
  da: ["Jeg spiser fisk.", "Jeg spiser ikke fisk.", "Jeg spiser aldrig fisk."],
  no: ["Jeg spiser fisk.", "Jeg spiser ikke fisk.", "Jeg spiser aldri fisk."],
  fi: ["Minä syön kalaa.", "Minä en syö kalaa.", "Hän ja minä emme syö kalaa."],
  hu: ["Halat eszem.", "Nem eszem halat.", "Soha meg nem eszem a halat."],
  ro: ["Eu mănânc pește.", "Eu nu mănânc pește.", "Niciodată pește pentru mine."],
  tr: ["Ben balık yerim.", "Ben balık yemem, hiç.", "Balık yemiyorum."],
  id: ["Saya makan ikan.", "Saya tidak makan ikan.", "Saya belum makan ikan."],
  pl: ["Jem ryby.", "Nie jem ryb.", "Nigdy ryb do ust nie biorę."],
  cs: ["Když je pátek, jím ryby.", "Když je pátek, nejím ryby.", "Ryby nikdy nejím."],
  ca: ["Menjo peix.", "No menjo peix.", "No menjo peix mai."],
  ga: ["Ithim iasc.", "Ní ithim iasc.", "Níor ith mé iasc."],
  lt: ["Aš valgau žuvį.", "Aš nevalgau žuvies.", "Aš niekada nevalgau žuvies."],
  vi: ["Tôi ăn cá.", "Tôi không ăn cá.", "Tôi chưa ăn cá."],
  ru: ["Я ем рыбу.", "Я не ем рыбу.", "Я никогда не ем рыбу."],
  uk: ["Я їм рибу.", "Я не їм рибу.", "Я ніколи не їм рибу."],
  el: ["Τρώω ψάρι.", "Δεν τρώω ψάρι.", "Ποτέ δεν τρώω ψάρι."],
  ar: ["أنا آكل السمك.", "أنا لا آكل السمك.", "لم آكل السمك."],
  he: ["אני אוכל דגים.", "אני לא אוכל דגים.", "אני אף פעם לא אוכל דגים."],
  hi: ["मैं मछली खाता हूँ।", "मैं मछली नहीं खाता।", "मैं कभी मछली नहीं खाता।"],
  ne: ["म माछा खान्छु।", "मलाई माछा मन पर्दैन।", "माछा मेरो होइन।"],
  hy: ["Ես ձուկ եմ ուտում։", "Ես ձուկ չեմ ուտում։", "Ես երբեք ձուկ չեմ ուտում։"],
  ta: ["நான் மீன் சாப்பிடுவேன்.", "நான் மீன் சாப்பிட மாட்டேன்.", "எனக்கு மீன் பிடிக்கவில்லை; வேண்டாம்."],
  zh: ["我吃鱼。", "我不吃鱼。", "我没吃鱼。"],
  ja: ["私は魚を食べます。", "私は魚を食べません。", "私は魚を食べない。"],
  ko: ["나는 생선을 먹어요.", "나는 생선을 먹지 않아요.", "나는 생선을 안 먹어요."],
  th: ["ฉันกินปลา", "ฉันไม่กินปลา", "ฉันไม่เคยกินปลา"],
};

test.each(languages.map(({ code }) => code))("what is denied is told from what is said: %s", (code) => {
  const [yes, no, otherwise] = (sentences[code] ?? []).map((text) => new ComparedText(text));
  expect(yes?.saysNoAs(no as ComparedText)).toBe(false);
  expect(no?.saysNoAs(yes as ComparedText)).toBe(false);
  expect(yes?.saysNoAs(otherwise as ComparedText)).toBe(false);
  expect(no?.saysNoAs(otherwise as ComparedText)).toBe(true);
});

test.each([
  ["a month", "Ich fahre im Mai nach Rom.", "Ich fahre im Frühling nach Rom."],
  ["a common word of another language", "Marta vive en Zaragoza.", "La casa de Marta está en Zaragoza."],
  ["a word that begins alike", "In der Nähe ist ein See.", "Nebenan ist ein See."],
  ["a sign for more", "非常好吃的鱼。", "好吃的鱼。"],
])("what is no negation here denies nothing: %s", (_, one, other) => {
  expect(new ComparedText(one).saysNoAs(new ComparedText(other))).toBe(true);
});
