/** What makes an amount of a number: regular expressions joined by `|`. */
export const currencySigns = "$€£¥₹₽₩₺₴₪₫฿₦₱₿";
export const currencyCodes =
  "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|CNY|RMB|INR|RUB|KRW|TRY|PLN|CZK|SEK|NOK|DKK|BRL|MXN|ZAR|ILS|AED|SAR|MAD|XOF";
/** Currencies in words of scripts with spaces; and in others. */
export const currencies =
  '[Ee]uros?|dollars?|bucks|cents|pounds?|francs?|dólares|dollari|dolara|dolar[ıi]?|lira(?:s|sı)?|livres?|pesos?|reais|real|yen|yuan|rupees?|roubles?|rubles?|zł|złotych|kr|Kč|евро|руб(?:л(?:ей|я|ь))?\\.?|гривень|грн|доллар(?:ов|а)?|ευρώ|יורו|שקלים|ש"ח|דולר(?:ים)?|يورو|دولار|درهم|ريال|जी|रुपये|डॉलर|यूरो|บาท';
export const unspacedCurrencies = "円|元|块|塊|欧元|美元|ユーロ|ドル|원|달러|유로";
export const scales =
  "[kKmMB]|bn|mn|[Mm]io\\.?|[Mm]rd\\.?|mln|mld|tys\\.?|thousand|hundred|(?:m|M)illion(?:en|s|i|es)?|(?:m|M)illiarden?s?|(?:b|B)illions?|mille|mil|mila|millones|millón|milhões|milhão|miljoen|miljard|тыс\\.?|тысяч|млн\\.?|миллион(?:а|ов)?|млрд\\.?|मिलियन|लाख|करोड़|مليون|ألف|מיליון|אלף|万|萬|億|亿|千|만|억|천";
export const percent =
  "percent|per cent|pour ?cent|Prozent|por ?ciento|per ?cento|por cento|procent|procents|процент(?:а|ов)?|відсотк(?:ів|и)|τοις εκατό|प्रतिशत|بالمئة|بالمائة|אחוז(?:ים)?|퍼센트|パーセント";
export const units =
  '[kKMGTP]i?B|[kMGT]bit(?:\\/s)?|[kMGT]bps|MB\\/s|GB\\/s|[mµμn]s|[kMG]?Hz|km\\/h|mph|[kcmnµμ]?m[²³2]?|m\\/s|ft|miles?|inch(?:es)?|yards?|acres?|hectares?|[kmµμ]?g|mg\\/d?L|kgs?|lbs?|oz|tons?|tonnes?|[mcd]?[lL]|lit(?:er|re)s?|Liter|gallons?|°\\s?[CF]|°|[kMG]?Wh?|[km]?V|mAh|kcal|calories|kilomet(?:er|re)s?|kilómetros|Kilometer|chilometri|quilómetros|kilos?|grammes?|grams?|Gramm|gramos|км|м²?|см|мм|кг|г|мл|л|χλμ|κιλά|ק"מ|ק"ג|كم|كجم|किमी|किलो|किलोमीटर|公里|公斤|千克|米|キロ|グラム|メートル|킬로|그램|미터';
