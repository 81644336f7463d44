import { stemmer } from "@orama/stemmers/turkish";
import type { Language } from "../language.ts";

export const turkish: Language = {
  code: "tr",
  name: "turkish",
  script: "latin",
  letters: "öüçığş",
  functionWords: `acaba ama ancak artık bana bazı belki ben benden beni benim beri bile bir biraz biri birkaç biz bizden
    bize bizi bizim bu buna bundan bunlar bunu bunun burada çok çünkü da daha de defa değil diye en eğer gibi
    hem hep hepsi her hiç hangi hangisi ile ise için kadar kendi kendine ki kim kime kimi kimin mi mı mu mü
    nasıl ne neden nerede nereden nereye niye niçin o olan olarak oldu olduğu olup ona ondan onlar onları
    onların onu onun orada önce sana sen senden seni senin siz sizden size sizi sizin sonra şey şu şunu tüm ve
    veya ya yani yine yok var mıdır nedir kimdir`,
  negation: {
    words: "değil yok hayır hiç asla",
    within: "m[ıiuü]yor|m[ae]z(?:[ls]\\p{L}*)?(?!\\p{L})|m[ae]d[ıi]",
  },
  questionWords:
    "ne kim kimi kimin nerede nereden nereye neden niçin niye nasıl hangi hangisi kaç mı mi mu mü",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: {
    missing: "an apostrophe stands before the endings of a name, which are cut off as words of their own",
  },
  stem: stemmer,
  months: { long: "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik" },
  weekdays: "pazar pazartesi sali carsamba persembe cuma cumartesi",
  times: {
    phrases: [
      ["day", -2, "evvelsi gun|onceki gun"],
      ["day", -1, "dun"],
      ["day", 0, "bugun"],
      ["week", -1, "gecen hafta"],
      ["week", 0, "bu hafta"],
      ["month", -1, "gecen ay"],
      ["month", 0, "bu ay"],
      ["year", -1, "gecen yil|gecen sene"],
      ["year", 0, "bu yil|bu sene"],
    ],
    month: { after: "ayinda|ayi|yilinda", ending: "['’]?[dt][ae]" },
    year: { after: "yilinda|yili" },
    joint: "yili?",
  },
  kinship: `esim karim kocam kardesim ablam abim annem babam oglum kizim arkadasim mudurum patronum kuzenim kedim
    kopegim`,
  particles: { missing: "names have none" },
  names: {
    titles: "sayin",
    trailingTitles: "bey hanim abi abla hoca efendi",
    introductions: "benim_adim adim",
    naming: "adinda adli",
    institutionEndings: "universitesi bankasi hastanesi holding belediyesi koleji lisesi vakfi",
    streetEndings: "caddesi sokak sokagi mahallesi bulvari meydani",
    capitals: "bir bu su ben sen o biz siz onlar ve ama icin ile merhaba bugun dun yarin allah",
    software: "veritabani",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
