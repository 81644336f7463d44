import type { Language } from "../language.ts";
import { orders } from "./orders.ts";
import { stemArabic } from "./stem.ts";

export const arabic: Language = {
  code: "ar",
  name: "arabic",
  script: "arabic",
  letters: { missing: "its script gives it away" },
  functionWords: `في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم هن أنا انا نحن أنت انت أنتم ما ماذا لماذا
    متى أين اين كيف كم أي اي هل لا لم لن ليس كان كانت يكون تكون قد كل بعض أن ان إن أو او ثم حتى بين عند بعد
    قبل لكن كما لأن إذا اذا و ف ب ل ك يا له لها لي لك منه فيه فيها به بها عليه عليها هناك هنا`,
  negation: { words: "لا ليس ليست لم لن غير بدون دون أبدا بلا" },
  questionWords: "ما ماذا من متى أين كيف لماذا كم أي هل",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemArabic,
  months: { long: "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر" },
  weekdays: "الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت",
  times: {
    phrases: [
      ["day", -2, "اول امس"],
      ["day", -1, "امس|البارحة"],
      ["day", 0, "اليوم"],
      ["week", -1, "الاسبوع الماضي"],
      ["week", 0, "هذا الاسبوع"],
      ["month", -1, "الشهر الماضي"],
      ["month", 0, "هذا الشهر"],
      ["year", -1, "العام الماضي|السنة الماضية"],
      ["year", 0, "هذا العام"],
    ],
    month: { before: "في|منذ|خلال|شهر|عام|سنة" },
    year: { before: "في|عام|سنة|في عام" },
    joint: "عام|سنة",
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: "al el bin ben ibn",
  names: {
    titles: "السيد السيدة الدكتور الدكتورة الأستاذ الأستاذة المهندس المهندسة الشيخ الآنسة",
    introductions: "اسمي اسمه اسمها يدعى تدعى",
    institutions: "جامعة بنك مستشفى",
    firstNames: `محمد أحمد يوسف إبراهيم مصطفى محمود حسين خالد طارق ياسر عبدالله عبدالرحمن فاطمة مريم خديجة زينب ياسمين
      ليلى رانيا سارة عائشة أمينة سلمى نادية سميرة عثمان بلال أنس إسماعيل`,
    familyNames: "صلاح حسن علي عمر كريم العلوي المصري الشامي بنعلي منصور حداد خوري",
  },
  orders,
};
