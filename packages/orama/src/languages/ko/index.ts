import type { Language } from "../language.ts";
import { stemKorean } from "./stem.ts";

export const korean: Language = {
  code: "ko",
  name: "korean",
  script: "hangul",
  letters: { missing: "its script gives it away" },
  functionWords: `나 너 저 그 이 것 수 등 및 또는 그리고 하지만 그러나 무엇 무엇을 뭐 뭘 누구 누가 어디 어디에 어디서 언제 왜 어떻게 어떤 어느 몇 얼마 얼마나 나는 나의 내 내가 너는 너의 네 저는
    저의 제 제가 그는 그녀 그녀는 우리 우리는 있다 있는 있나요 있어요 있습니다 있습니까 없다 하다 하는 합니다 합니까 하나요 해요 했다 이다 입니다 입니까 인가요 이에요 예요 은 는 가 을
    를 의 에 에서 에게 로 으로 와 과 도 만 무슨`,
  negation: { within: "않|없|아니|못|(?<!\\p{L})안 " },
  questionWords: "무엇 무엇을 뭐 뭘 누구 누가 어디 어디에 어디서 언제 왜 어떻게 어떤 어느 몇 얼마 얼마나",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemKorean,
  months: { missing: "it counts its months: they are in the dates of its times" },
  weekdays: "일요일 월요일 화요일 수요일 목요일 금요일 토요일",
  times: {
    phrases: [
      ["day", -2, "그저께"],
      ["day", -1, "어제"],
      ["day", 0, "오늘"],
      ["week", -1, "지난 ?주"],
      ["week", 0, "이번 ?주"],
      ["month", -1, "지난 ?달"],
      ["month", 0, "이번 ?달"],
      ["year", -1, "작년"],
      ["year", 0, "올해"],
    ],
    dates: [
      "(?:(?<year>\\d{4})년 ?)?(?<month>\\d{1,2})월(?: ?(?<date>\\d{1,2})일)?",
      "(?<year>(?:19|20)\\d\\d)년",
    ],
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: {
    institutionEndings: "대학교 은행 병원 시청",
    streetEndings: "시 구 도 역 공항",
    familyNames:
      "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 전 홍 고 문 양 손 배 백 허 유 남 심 노 하 곽 성 차 주 우 구 민 나 진 지 엄 채 원 천 방 공 현",
    patterns: [
      [
        "person",
        "(?<!{hangul})(?<name>{family}{hangul}{1,3})(?= (?:씨|님|선생님|교수님?|대표님?|부장님?|과장님?|팀장님?|사장님?|박사님?|군|양))",
      ],
      [
        "person",
        "(?<!{hangul})(?<name>{family}{hangul}{2})(?=(?:씨|님)(?:은|는|이|가|을|를|의|와|과|도|께서|에게)?(?!{hangul}))",
      ],
      [
        "person",
        "(?<!{hangul})(?:이름은|저는|나는|제가) (?<name>{family}{hangul}{2})(?=(?:입니다|이에요|예요|이라고|라고|이야|야)(?!{hangul}))",
      ],
    ],
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
