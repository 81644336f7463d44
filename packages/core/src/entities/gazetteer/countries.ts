/** ISO 3166-1 codes of the countries and territories that people name. */
export const regions = `ADAEAFAGALAMAOARATAUAWAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDMDODZECEEEGEHERESET
FIFJFRGAGBGDGEGFGHGIGLGMGNGPGQGRGTGWGYHKHNHRHTHUIDIEILINIQIRISITJMJOJPKEKGKHKIKMKPKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMN
MOMQMRMTMUMVMWMXMYMZNANCNENGNINLNONPNZOMPAPEPFPGPHPKPLPRPSPTPYQARERORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYTDTGTHTJTLTMTNTOTRTTTW
TZUAUGUSUYUZVAVEVNVUWSXKYEZAZMZW`;

/** Short names that `Intl` does not give. */
export const shortNames = `United States of America,Great Britain,Britain,Holland,Hollande,Czechia,Turkey,Ivory Coast,Burma,
Estados Unidos de América,Grande-Bretagne,Großbritannien,Gran Bretaña,Gran Bretagna,Reino Unido,Hongkong,Macao,Palestine,Palästina,Palestina,
США,РФ,ОАЭ,Великобритания,Англия,Шотландия,Голландия,Чехия,Англія,Великобританія,Αγγλία,Σκωτία,Ολλανδία,ΗΠΑ,İngiltere,İskoçya,Hollanda,
أمريكا,إنجلترا,بريطانيا,الإمارات,السعودية,فلسطين,אנגליה,אמריקה,ארצות הברית,בריטניה,अमेरिका,इंग्लैंड,ब्रिटेन,
美国,英国,美國,英國,韩国,韓國,朝鲜,香港,澳门,台湾,臺灣,アメリカ,米国,イギリス,英国,ドイツ,韓国,北朝鮮,オランダ,台湾,香港,미국,영국,한국,대한민국,북한,중국,일본,대만,อังกฤษ,อเมริกา`;
