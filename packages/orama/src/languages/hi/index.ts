import { stemmer } from "@orama/stemmers/indian";
import type { Language } from "../language.ts";

export const hindi: Language = {
  code: "hi",
  name: "indian",
  script: "devanagari",
  letters: { missing: "Nepali shares its script and has no letters of its own" },
  functionWords: `का के की को में से है हैं था थी थे हो होता होती होते हुआ हुई हुए और या एक यह वह ये वे इस उस इन उन पर तक ने
    भी ही तो कि जो जब तब कब कहां कहाँ क्या कौन क्यों कैसे कैसा कैसी किस किसका किसकी किसके किसको कितना कितने
    कितनी मैं मैंने मुझे मेरा मेरी मेरे हम हमें हमारा हमारी तुम तुम्हारा तुम्हारी आप आपका आपकी आपके उसका उसकी
    उसके इसका इसकी इसके उनका उनकी उनके अपना अपनी अपने नहीं मत साथ लिए कर करता करती करते रहा रही रहे गया गई गए
    कुछ सब बहुत अब फिर द्वारा वाला वाली वाले`,
  negation: { words: "नहीं नही न मत बिना" },
  questionWords: "क्या कौन किस किसका किसकी किसके कब कहां कहाँ क्यों कैसे कैसा कैसी कितना कितने कितनी",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: {
    long: `जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर
      दिसंबर|दिसम्बर`,
  },
  weekdays: "रविवार|इतवार सोमवार मंगलवार बुधवार गुरुवार|गुरूवार शुक्रवार शनिवार",
  times: {
    phrases: [
      ["day", -2, "परसों"],
      ["day", 0, "आज"],
      ["week", -1, "पिछले हफ्ते|पिछले सप्ताह"],
      ["week", 0, "इस हफ्ते"],
      ["month", -1, "पिछले महीने"],
      ["month", 0, "इस महीने"],
      ["year", -1, "पिछले साल"],
      ["year", 0, "इस साल"],
    ],
    month: { after: "में|के महीने|से|तक" },
    year: { after: "में" },
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: {
    titles: "श्री श्रीमती सुश्री कुमारी डॉ डॉक्टर प्रोफेसर पंडित",
    introductions: "मेरा_नाम उसका_नाम उनका_नाम इसका_नाम",
    institutionEndings: "विश्वविद्यालय बैंक",
    firstNames: `राहुल प्रिया अमित अंजलि रोहन सुनीता नेहा राजेश सुरेश संजय अर्जुन मोहन रोहित विराट सचिन अनिता रमेश महेश
      मनोज दिनेश मुकेश प्रियंका ऐश्वर्या करण निखिल`,
    familyNames: "शर्मा वर्मा सिंह गुप्ता कुमार पटेल मिश्रा यादव खान जोशी अग्रवाल रेड्डी नायर मेहता चौधरी देवी",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
