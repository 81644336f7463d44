import type { Candidate } from "./candidate.ts";
import type { Passage } from "./passage.ts";

const number =
  /\p{Nd}{1,3}(?:[ \u00a0\u202f.,'’]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}{1,2}(?!\p{Nd}))?|\p{Nd}{1,15}(?:[.,]\p{Nd}{1,6})?/gu;
const signs = "$€£¥₹₽₩₺₴₪₫฿₦₱₿";
const codes =
  "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|CNY|RMB|INR|RUB|KRW|TRY|PLN|CZK|SEK|NOK|DKK|BRL|MXN|ZAR|ILS|AED|SAR|MAD|XOF";
const currencyBefore = new RegExp(
  `(?:(?:US|CA|AU|NZ|HK|NT|C|A|R)?[${signs}]|(?<!\\p{L})(?:${codes}|Rs\\.?))\\s?$`,
  "u",
);

const scale =
  "(?:[kKmMB]|bn|mn|[Mm]io\\.?|[Mm]rd\\.?|mln|mld|tys\\.?|thousand|hundred|(?:m|M)illion(?:en|s|i|es)?|(?:m|M)illiarden?s?|(?:b|B)illions?|mille|mil|mila|millones|millón|milhões|milhão|miljoen|miljard|тыс\\.?|тысяч|млн\\.?|миллион(?:а|ов)?|млрд\\.?|मिलियन|लाख|करोड़|مليون|ألف|מיליון|אלף|万|萬|億|亿|千|만|억|천)";
const currency = `[${signs}]|(?:${codes})(?!\\p{L})|[Ee]uros?(?!\\p{L})|(?:dollars?|bucks|cents|pounds?|francs?|dólares|dollari|dolara|dolar[ıi]?|lira(?:s|sı)?|livres?|pesos?|reais|real|yen|yuan|rupees?|roubles?|rubles?|zł|złotych|kr|Kč|евро|руб(?:л(?:ей|я|ь))?\\.?|гривень|грн|доллар(?:ов|а)?|ευρώ|יורו|שקלים|ש"ח|דולר(?:ים)?|يورو|دولار|درهم|ريال|जी|रुपये|डॉलर|यूरो|บาท)(?!\\p{L})|円|元|块|塊|欧元|美元|ユーロ|ドル|원|달러|유로`;
const money = new RegExp(
  `^(?:[ \u00a0\u202f]?${scale}(?!\\p{Ll}))?(?:\\s(?:of|de)\\s|\\sd['’])?[ \u00a0\u202f]?(?:${currency})`,
  "u",
);
const scaled = new RegExp(`^[ \u00a0\u202f]?${scale}(?!\\p{L})`, "u");
const percent =
  /^[ \u00a0\u202f]?(?:[%٪‰]|(?:percent|per cent|pour ?cent|Prozent|por ?ciento|per ?cento|por cento|procent|procents|процент(?:а|ов)?|відсотк(?:ів|и)|τοις εκατό|प्रतिशत|بالمئة|بالمائة|אחוז(?:ים)?|퍼센트|パーセント)(?!\p{L}))/u;
const unit =
  /^[ \u00a0\u202f-]?(?:[kKMGTP]i?B|[kMGT]bit(?:\/s)?|[kMGT]bps|MB\/s|GB\/s|[mµμn]s|[kMG]?Hz|km\/h|mph|[kcmnµμ]?m[²³2]?|m\/s|ft|miles?|inch(?:es)?|yards?|acres?|hectares?|[kmµμ]?g|mg\/d?L|kgs?|lbs?|oz|tons?|tonnes?|[mcd]?[lL]|lit(?:er|re)s?|Liter|gallons?|°\s?[CF]|°|[kMG]?Wh?|[km]?V|mAh|kcal|calories|kilomet(?:er|re)s?|kilómetros|Kilometer|chilometri|quilómetros|kilos?|grammes?|grams?|Gramm|gramos|км|м²?|см|мм|кг|г|мл|л|χλμ|κιλά|ק"מ|ק"ג|كم|كجم|किमी|किलो|किलोमीटर|公里|公斤|千克|米|キロ|グラム|メートル|킬로|그램|미터)(?![\p{L}\p{N}])/u;

const longestTail = 32;

/** Money, percentages and quantities with a unit of measurement; a bare number is none. */
export function findAmounts({ text, words }: Passage, found: Candidate[]): void {
  if (!words.some(({ shape }) => shape === "number") && !/\p{Nd}/u.test(text)) return;
  for (const { index, 0: digits } of text.matchAll(number)) {
    const before = text[index - 1] ?? " ";
    // Part of a word, a date, a version, a path or a longer number.
    if (/[\p{L}\p{N}_.,:/#@-]/u.test(before) && !/[\u2e80-\uffef\u0590-\u06ff\u0900-\u097f]/.test(before))
      continue;
    const head = text.slice(Math.max(0, index - 6), index);
    const end = index + digits.length;
    const tail = text.slice(end, end + longestTail);
    const sign = currencyBefore.exec(head);
    if (sign !== null) {
      const length = scaled.exec(tail)?.[0].length ?? 0;
      found.push({ start: index - head.length + sign.index, end: end + length, type: "amount" });
      continue;
    }
    const match = money.exec(tail) ?? percent.exec(tail) ?? unit.exec(tail);
    if (match !== null) found.push({ start: index, end: end + match[0].length, type: "amount" });
  }
}
