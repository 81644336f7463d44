import type { Language } from "../language.ts";
import { stemHebrew } from "./stem.ts";

export const hebrew: Language = {
  code: "he",
  name: "hebrew",
  script: "hebrew",
  letters: { missing: "its script gives it away" },
  functionWords: `של את על אל עם לא כן כי אם או גם רק זה זאת זו אלה אלו הוא היא הם הן אני אתה אתם אנחנו אנו היה היתה הייתה
    היו יהיה תהיה להיות יש אין מה מי איך איפה היכן מתי למה מדוע כמה איזה איזו אילו לאן מאין אשר כל כמו אבל אך
    עוד כבר אחרי לפני בין תחת לי לך לו לה לנו להם שלי שלך שלו שלה שלנו שלהם אותו אותה אותי אותך בו בה בי כאן
    שם מאוד עד מן האם`,
  negation: { words: "לא אין בלי ללא אינו אינה איני אינם מעולם" },
  questionWords: "מה מי מתי איפה היכן לאן מאין למה מדוע איך כמה איזה איזו אילו האם",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "an apostrophe belongs to the letter before it" },
  stem: stemHebrew,
  months: { long: "ינואר פברואר מרץ|מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר" },
  weekdays: { missing: "it counts its days with letters and words that are also others" },
  times: {
    phrases: [
      ["day", -2, "שלשום"],
      ["day", -1, "אתמול"],
      ["day", 0, "היום"],
      ["week", -1, "ב?שבוע שעבר"],
      ["week", 0, "השבוע"],
      ["month", -1, "ב?חודש שעבר"],
      ["month", 0, "החודש"],
      ["year", -1, "ב?שנה שעברה"],
      ["year", 0, "השנה"],
    ],
    month: { before: "חודש|בחודש|בשנת|ב-?" },
    year: { before: "ב-?|בשנת" },
    joint: "שנת|[במל]",
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: {
    titles: "מר גברת גב פרופ פרופסור דוקטור הרב ר",
    introductions: "שמי קוראים_לי קוראים_לו קוראים_לה ושמו ושמה",
    institutions: "אוניברסיטת בנק עיריית",
    firstNames: `יעל נועה מיכל יונתן דניאל איתי רחל רבקה מרים אברהם שלמה אסף עידו גלעד רועי אביגיל ליאור דוד משה יוסף
      יעקב שרה לאה תמר אורי נועם`,
    familyNames: "כהן לוי מזרחי פרץ ביטון דהן פרידמן שפירא גולן ברק אזולאי גבאי חדד כץ",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
