import type { Language } from "../language.ts";

export const thai: Language = {
  code: "th",
  name: "thai",
  script: "thai",
  letters: { missing: "its script gives it away" },
  functionWords: `ที่ และ ของ ใน เป็น มี ได้ ให้ กับ จาก ไม่ จะ ก็ ว่า นี้ นั้น อะไร ใคร เมื่อไร เมื่อไหร่ ทำไม อย่างไร
    ยังไง หรือ คือ ไหม ครับ ค่ะ คะ ฉัน ผม คุณ เขา เธอ เรา ที่ไหน ไหน กี่ เท่าไร เท่าไหร่ แต่ ซึ่ง โดย เพราะ
    ถ้า แล้ว อยู่ ไป มา ด้วย ต้อง อยาก การ ความ`,
  negation: { within: "ไม่|อย่า(?!ง)|ไร้" },
  questionWords: "อะไร ใคร เมื่อไร เมื่อไหร่ ที่ไหน ไหน ทำไม อย่างไร ยังไง กี่ เท่าไร เท่าไหร่ ไหม",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: { missing: "its words have no endings" },
  months: { long: "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม" },
  weekdays: "วันอาทิตย์ วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์",
  times: {
    phrases: [
      ["day", -2, "เมื่อวานซืน"],
      ["day", -1, "เมื่อวาน"],
      ["day", 0, "วันนี้"],
      ["week", -1, "สัปดาห์ที่แล้ว|อาทิตย์ที่แล้ว"],
      ["month", -1, "เดือนที่แล้ว"],
      ["year", -1, "ปีที่แล้ว"],
      ["year", 0, "ปีนี้"],
    ],
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: { missing: "a name begins and ends with no sign: places that are known are found" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
