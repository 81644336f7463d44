import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const chinese: Language = {
  code: "zh",
  name: "chinese",
  script: "han",
  letters: { missing: "its script gives it away" },
  functionWords: `的 了 是 在 我 你 您 他 她 它 们 我们 你们 他们 她们 吗 呢 吧 啊 什么 怎么 怎样 哪 哪里 哪儿 哪个 谁 为什么 何时 多少 几 和 与 跟 及 也 都 就 这 那 这个 那个 个 有 没有
    不 没 很 把 被 给 对 从 到 要 会 能 而 或 但 但是 因为 所以 如果 着 过 地 得 之 以 于 上 下 里 中 去 来 做 做了 說 嗎 甚麼 什麼 誰 的話 哪裡 為什麼 個 們 我們 你們
    他們 這 這個 沒有 會 對 從`,
  negation: {
    within: "不(?![错錯但过過仅僅同])|没|沒|无(?![锡论聊])|無(?![錫論聊])|[别別](?![人墅的])|未(?![来來])",
  },
  questionWords: "什么 什麼 谁 誰 哪里 哪裡 哪儿 哪个 怎么 怎样 为什么 為什麼 何时 多少 几 幾 吗 嗎",
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: { missing: "its words have no endings" },
  months: { missing: "it counts its months: they are in the dates of its times" },
  weekdays: { missing: "it counts its days: 周二 may be any of them that is two" },
  times: {
    phrases: [
      ["day", -2, "前天"],
      ["day", -1, "昨天"],
      ["day", 0, "今天"],
      ["week", -1, "上周|上个?星期"],
      ["week", 0, "这周|本周"],
      ["month", -1, "上个?月"],
      ["month", 0, "这个?月|本月"],
      ["year", -1, "去年"],
      ["year", 0, "今年"],
    ],
    dates: [
      "(?:(?<year>\\d{4})年)?(?<month>\\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:(?<date>\\d{1,2})[日号號])?",
      "(?<year>(?:19|20)\\d\\d)年",
    ],
  },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: {
    institutionEndings: "大学 大學 银行 银行 医院 公司 集团 集團",
    streetEndings: "市 省 县 縣 区 區 站 机场 車站 车站",
    familyNames: `王 李 张 張 刘 劉 陈 陳 杨 楊 黄 黃 赵 趙 吴 吳 周 徐 孙 孫 马 馬 朱 胡 郭 何 林 罗 羅 郑 鄭 梁 谢 謝 宋 唐 许 許 韩 韓 冯 馮 邓 鄧 曹 彭 曾 萧 蕭 田 董 潘
      袁 蔡 蒋 蔣 余 于 杜 叶 葉 程 魏 苏 蘇 吕 呂 丁 任 沈 姚 卢 盧 姜 崔 钟 鍾 谭 譚 陆 陸 汪 范 石 廖 贾 賈 夏 韦 韋 付 方 白 邹 鄒 孟 熊 秦 邱 江 尹 薛 闫 段
      雷 侯 龙 龍 史 陶 贺 賀 顾 顧 毛 郝 龚 龔 邵 万 萬 钱 錢 严 嚴 覃 武 戴 莫 孔 向 汤 湯`,
    patterns: [
      [
        "person",
        "(?<name>{family}{han}{1,2})(?=(?:先生|女士|老师|老師|小姐|太太|教授|博士|经理|經理|医生|醫生|同学))",
      ],
      [
        "person",
        "(?<name>(?<!{family}){family}(?:先生|女士|老师|老師|小姐|太太|教授|博士|经理|經理|医生|醫生|同学))",
      ],
      [
        "person",
        "(?:我叫|名字叫|名字是|他叫|她叫|名叫)(?<name>{han}{2,4}?)(?![^\\s今来來住在是的，。,.!！?？])",
      ],
      [
        "organization",
        "(?<=(?<!{han})|[在于是为給给和与的了到从去入])(?!一家|这家|那家|我们|他们|她们|你们|某|该|本|科技|互联网|保险|外贸|软件|广告|物流|外资|跨国|上市|大型|小型|新|旧|大|小|分|子|母|总)(?<name>{han}{2,8}?(?:股份有限公司|有限公司|公司|集团|银行))",
      ],
      [
        "place",
        "(?<=(?<!{han})|[在去到从住])(?![在去到从住])(?<name>{han}{2,3}(?<![城都超门門股上夜集菜节反])[市省县縣])",
      ],
    ],
  },
  orders,
};
