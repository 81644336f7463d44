/** ISO 3166-1 codes of the countries and territories that people name. */
const regions = `ADAEAFAGALAMAOARATAUAWAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDMDODZECEEEGEHERESET
FIFJFRGAGBGDGEGFGHGIGLGMGNGPGQGRGTGWGYHKHNHRHTHUIDIEILINIQIRISITJMJOJPKEKGKHKIKMKPKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMN
MOMQMRMTMUMVMWMXMYMZNANCNENGNINLNONPNZOMPAPEPFPGPHPKPLPRPSPTPYQARERORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYTDTGTHTJTLTMTNTOTRTTTW
TZUAUGUSUYUZVAVEVNVUWSXKYEZAZMZW`;
const locales =
  "en fr de es it pt nl sv da nb fi pl cs ro tr el ru uk ar he hi id zh-Hans zh-Hant ja ko th".split(" ");
/** Short names that `Intl` does not give. */
const shortNames = `United States of America,Great Britain,Britain,Holland,Hollande,Czechia,Turkey,Ivory Coast,Burma,
Estados Unidos de América,Grande-Bretagne,Großbritannien,Gran Bretaña,Gran Bretagna,Reino Unido,Hongkong,Macao,Palestine,Palästina,Palestina,
США,РФ,ОАЭ,Великобритания,Англия,Шотландия,Голландия,Чехия,Англія,Великобританія,Αγγλία,Σκωτία,Ολλανδία,ΗΠΑ,İngiltere,İskoçya,Hollanda,
أمريكا,إنجلترا,بريطانيا,الإمارات,السعودية,فلسطين,אנגליה,אמריקה,ארצות הברית,בריטניה,अमेरिका,इंग्लैंड,ब्रिटेन,
美国,英国,美國,英國,韩国,韓國,朝鲜,香港,澳门,台湾,臺灣,アメリカ,米国,イギリス,英国,ドイツ,韓国,北朝鮮,オランダ,台湾,香港,미국,영국,한국,대한민국,북한,중국,일본,대만,อังกฤษ,อเมริกา`;

/** Iceland in German, Switzerland in Indonesian; more often something else. Names of three letters (Man, Fas, Čad) are too short to be told apart. */
const ordinary: ReadonlySet<string> = new Set(["Island", "Swiss"]);
const unspaced = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Hang}]{2}/u;

/** Names of countries in 27 languages, as `Intl` of this runtime has them, without what stands in brackets; in steps. */
export function* countryNames(): Generator<void, Set<string>, void> {
  const names = new Set(shortNames.split(",").map((name) => name.trim()));
  const codes = regions.replace(/\s+/g, "");
  for (const locale of locales) {
    const display = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
    for (let index = 0; index < codes.length; index += 2) {
      const name = display.of(codes.slice(index, index + 2));
      // "Congo - Kinshasa", "Myanmar (Burma)"
      const short = name?.split(/ [-–(]|\(/)[0] ?? "";
      if (!unspaced.test(short) && (short.length < 4 || ordinary.has(short))) continue;
      names.add(short);
    }
    yield;
  }
  return names;
}
