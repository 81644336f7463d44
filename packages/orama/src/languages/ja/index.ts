import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const japanese: Language = {
  code: "ja",
  name: "japanese",
  script: "kana",
  letters: { missing: "its script gives it away" },
  functionWords: `は が を に で と も の へ や か ね よ わ ぞ から まで より だけ など って た だ て し い る れ さ な ます ました まし しま ませ ん です でし でした だっ だった である
    ある いる する した して います ない なかっ この その あの どの これ それ あれ どれ ここ そこ あそこ どこ 何 なに なん 誰 だれ いつ なぜ どう どんな いくつ 私 わたし 僕 ぼく 俺
    あなた 彼 彼女 こと もの ため よう そう`,
  negation: { within: "ない|なかっ|なく|ません|無[いくし]|ずに" },
  questionWords: "何 なに なん 誰 だれ いつ どこ なぜ どう どんな どの どれ いくつ か",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: { missing: "its endings are words of their own, which are function words" },
  months: { missing: "it counts its months, as Chinese does" },
  weekdays: "日曜日|日曜 月曜日|月曜 火曜日|火曜 水曜日|水曜 木曜日|木曜 金曜日|金曜 土曜日|土曜",
  times: {
    phrases: [
      ["day", -2, "一昨日|おととい"],
      ["day", -1, "昨日|きのう"],
      ["day", 0, "今日|きょう"],
      ["week", -1, "先週"],
      ["week", 0, "今週"],
      ["month", -1, "先月"],
      ["month", 0, "今月"],
      ["year", -1, "昨年"],
      ["year", 0, "今年"],
    ],
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: {
    legalForms: "kk",
    institutionEndings: "大学 銀行 病院",
    streetEndings: "市 県 府 区 駅 空港",
    familyNames: `佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 斉藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川
      藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 中野 三浦 原田 中川 松田 竹内 小野 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本
      大野 今井 工藤 谷口 丸山 増田 高田 村田 武田 上野 杉山 千葉 菅原 野口 久保 松井 桜井 木下 野村 佐野 菊地 新井`,
    patterns: [
      ["person", "(?<name>{kana}{2,12})(?=(?:さん|さま|様|くん|君|ちゃん|氏|先生|先輩|部長|課長|社長|教授))"],
      [
        "person",
        "(?<name>(?=..){family}{han}{0,4})(?=(?:さん|さま|様|くん|君|ちゃん|氏|先生|先輩|部長|課長|社長|教授))",
      ],
      [
        "person",
        "(?<!{han})(?!{han}{0,3}(?=..){family}{han}{0,3}(?:さん|さま|様|くん|君|ちゃん|氏|先生|先輩|部長|課長|社長|教授))(?<name>{family}|{han}{2,4}(?<!皆|客|母|父|兄|姉|妹|弟|奥|娘|息子|子|神|王|殿|医者|患者|店員|学生|隣|何|誰|彼|諸))(?=(?:さん|さま|様|くん|君|ちゃん|氏|先生|先輩|部長|課長|社長|教授))",
      ],
      ["person", "名前は(?<name>(?:{han}|{kana}){2,8})(?=です|と)"],
      ["person", "(?:(?<!\\p{L})|私は|は)(?<name>(?:{han}|{kana}){2,8})(?=と(?:申します|いいます|言います))"],
      ["organization", "(?<name>(?:株式会社|有限会社|合同会社)(?:{han}|{kana}){2,15})"],
      ["organization", "(?<name>(?:{kana}{2,12}|{han}{2,8})(?:株式会社|有限会社|合同会社))"],
      [
        "organization",
        "(?<!{han}|{kana})(?!有名|国立|私立|女子|地方|同じ|各|本|当|某)(?<name>{han}{2,5}大学)(?!{han})",
      ],
      [
        "place",
        "(?<!{han}|{kana})(?<name>{han}{1,3}(?<![城都地学校全各本])[市県町村区])(?=[にでのへはを、]|から|在住|出身|(?!\\p{L}))",
      ],
    ],
  },
  orders,
};
