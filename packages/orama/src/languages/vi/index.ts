import type { Language } from "../language.ts";

export const vietnamese: Language = {
  code: "vi",
  name: "vietnamese",
  script: "latin",
  letters: "ăâđơư",
  functionWords: `ai anh bạn bao bị bởi các cái có còn cho chúng chưa của cùng cũng cô đã đang đâu đây đến để đi điều đó
    được gì hãy hay hơn không khi là lại lên mà mình một này nào nên nếu ngay người nhiều như những nhưng ở
    ông ra rằng rất sao sẽ sau tại tất thì tôi trên trong trước từ và vào vẫn vậy về vì với`,
  negation: { words: "không chưa chẳng đừng" },
  questionWords: "gì ai đâu nào sao bao khi mấy thế",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: { missing: "its words have no endings" },
  months: { missing: "it counts its months: they are in the dates of its times" },
  weekdays: { missing: 'it counts its days; "thứ hai" is also the second of anything' },
  times: {
    phrases: [
      ["day", -2, "hom kia"],
      ["day", -1, "hom qua"],
      ["day", 0, "hom nay"],
      ["week", -1, "tuan truoc"],
      ["week", 0, "tuan nay"],
      ["month", -1, "thang truoc"],
      ["month", 0, "thang nay"],
      ["year", -1, "nam ngoai"],
      ["year", 0, "nam nay"],
    ],
    dates: [
      "(?:ngay (?<date>\\d{1,2}) )?thang (?<month>\\d{1,2})(?!\\d)(?:,? (?:nam )?(?<year>\\d{4}))?",
      "nam (?<year>(?:19|20)\\d\\d)(?!\\d)",
    ],
  },
  kinship: { missing: "without their accents they are words of other languages" },
  particles: { missing: "names have none" },
  names: { missing: "without their accents they are words of other languages" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
