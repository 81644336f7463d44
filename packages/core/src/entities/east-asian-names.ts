import type { Candidate } from "./candidate.ts";
import { chineseFamilyNames, japaneseFamilyNames, koreanFamilyNames } from "./gazetteer-east-asian.ts";
import { lexicon } from "./lexicon.ts";
import type { Passage, Word } from "./passage.ts";

const han = "\\p{sc=Han}々〆";
const kana = "\\p{sc=Kana}ー";

/** "田中さん", "マリアさん": the characters before the courtesy, at most six. */
const japaneseCourtesy = new RegExp(
  `([${han}]{1,6}|[${kana}]{2,12})(?:さん|さま|様|くん|君|ちゃん|氏|先生|先輩|部長|課長|社長|教授)`,
  "gu",
);
const noName =
  /(?:皆|客|母|父|兄|姉|妹|弟|奥|娘|息子|子|神|王|殿|叔父|叔母|祖父|祖母|医者|患者|店員|学生|隣|何|誰|彼|諸)$/u;
const chineseTitle = new RegExp(
  `([${han}]{1,3})(先生|女士|老师|老師|小姐|太太|教授|博士|经理|經理|医生|醫生|同学)`,
  "gu",
);
const chineseIntroduction = new RegExp(
  `(?:我叫|名字叫|名字是|他叫|她叫|名叫)([${han}]{2,4}?)(?=$|[今来來住在是的，])`,
  "gu",
);
const japaneseIntroduction = new RegExp(
  `名前は([${han}${kana}]{2,8})(?:です|と)|(?:^|私は|は)([${han}${kana}]{2,8})と(?:申します|いいます|言います)`,
  "gu",
);
const japaneseCompany = new RegExp(
  `(?:株式会社|有限会社|合同会社)[${han}${kana}]{2,15}|(?:[${kana}]{2,12}|[${han}]{2,8})(?:株式会社|有限会社|合同会社)`,
  "gu",
);
const japaneseUniversity = new RegExp(
  `(?<![${han}${kana}])(?!有名|国立|私立|女子|地方|同じ|各|本|当|某)[${han}]{2,5}大学(?![${han}])`,
  "gu",
);
const chineseCompany = new RegExp(
  `(?<=^|[在于是为給给和与的了到从去入])(?!一家|这家|那家|我们|他们|她们|你们|某|该|本|科技|互联网|保险|外贸|软件|广告|物流|外资|跨国|上市|大型|小型|新|旧|大|小|分|子|母|总)([${han}]{2,8}?)(?:股份有限公司|有限公司|公司|集团|银行)`,
  "gu",
);
const chineseTown = new RegExp(
  `(?<=^|[在去到从住])(?![在去到从住])([${han}]{2,3})(?<![城都超门門股上夜集菜节反])[市省县縣]`,
  "gu",
);
const japaneseTown = new RegExp(
  `(?<![${han}${kana}])([${han}]{1,3})(?<![城都地学校全各本])[市県町村区](?=[にでのへはを、]|から|在住|出身|$)`,
  "gu",
);
/** What makes of a place the name of an organisation, or a longer name of a place. */
const institution = /^(?:大学|大學|银行|銀行|医院|病院|公司|集团|集團|대학교|은행|병원|시청)/u;
const placeSuffix = /^(?:市|省|県|縣|府|区|區|駅|站|机场|空港|車站|车站|역|공항|시(?!청)|구|도)/u;
const hiragana = /[\u3041-\u309f]/;

let readFamilies:
  | { chinese: ReadonlySet<string>; japanese: ReadonlySet<string>; korean: ReadonlySet<string> }
  | undefined;

function families(): {
  chinese: ReadonlySet<string>;
  japanese: ReadonlySet<string>;
  korean: ReadonlySet<string>;
} {
  readFamilies ??= {
    chinese: new Set(chineseFamilyNames),
    japanese: new Set(japaneseFamilyNames.split(/\s+/)),
    korean: new Set(koreanFamilyNames),
  };
  return readFamilies;
}

/** Where the name of a Japanese begins in the Han characters before a courtesy. */
function japaneseNameStart(characters: string): number | undefined {
  const { japanese } = families();
  for (let start = 0; start < characters.length; start++)
    for (const length of [3, 2, 1]) {
      const family = characters.slice(start, start + length);
      if (family.length < length || !japanese.has(family)) continue;
      // One character alone, such as 林, must be all there is of it.
      if (length > 1 || start === 0) return start;
    }
  return characters.length >= 2 && characters.length <= 4 && !noName.test(characters) ? 0 : undefined;
}

function readRun(run: string, offset: number, japanese: boolean, found: Candidate[]): void {
  const add = (start: number, end: number, type: string): void => {
    found.push({ start: offset + start, end: offset + end, type });
  };
  const { chinese } = families();
  if (japanese) {
    for (const { index, 1: name } of run.matchAll(japaneseCourtesy)) {
      const start = /^\p{sc=Kana}/u.test(name!) ? 0 : japaneseNameStart(name!);
      if (start !== undefined) add(index + start, index + name!.length, "person");
    }
    for (const { index, 0: match, 1: named, 2: called } of run.matchAll(japaneseIntroduction)) {
      const name = (named ?? called)!;
      const start = index + match.indexOf(name);
      add(start, start + name.length, "person");
    }
    for (const { index, 0: match } of run.matchAll(japaneseUniversity))
      add(index, index + match.length, "organization");
    for (const { index, 0: match } of run.matchAll(japaneseTown)) add(index, index + match.length, "place");
  } else {
    for (const { index, 1: name, 2: title } of run.matchAll(chineseTitle)) {
      const start = Array.from(name!).findIndex((character) => chinese.has(character));
      if (start < 0) continue;
      // 王先生: the family name alone says too little without the title.
      const given = name!.length - start > 1;
      add(index + start, index + name!.length + (given ? 0 : title!.length), "person");
    }
    for (const { index, 0: match, 1: name } of run.matchAll(chineseIntroduction))
      add(index + match.length - name!.length, index + match.length, "person");
    for (const { index, 0: match } of run.matchAll(chineseCompany))
      add(index, index + match.length, "organization");
    for (const { index, 0: match } of run.matchAll(chineseTown)) add(index, index + match.length, "place");
  }
  for (const { index, 0: match } of run.matchAll(japaneseCompany))
    add(index, index + match.length, "organization");
}

/** The known name at a position of a run or a Hangul word, with a suffix that belongs to it. */
function knownAt(text: string, at: number): { end: number; type: string } | undefined {
  const known = lexicon()
    .runNames.get(text[at]!)
    ?.find(({ name }) => text.startsWith(name, at));
  if (known === undefined) return undefined;
  const end = at + known.name.length;
  if (known.type !== "place") return { end, type: known.type };
  const tail = text.slice(end, end + 4);
  const kind = institution.exec(tail);
  if (kind !== null) return { end: end + kind[0].length, type: "organization" };
  return { end: end + (placeSuffix.exec(tail)?.[0].length ?? 0), type: "place" };
}

const koreanParticle =
  /^(?:에서는|에서도|에서|에는|에게|에도|에|으로|로|은|는|이|가|을|를|의|와|과|도|만|까지|부터|입니다|이에요|예요|이다|한테|께서|님|씨|라는|이라는|행|발|산)?$/u;
const koreanTitle = /^(?:씨|님|선생님|교수님?|대표님?|부장님?|과장님?|팀장님?|사장님?|박사님?|군|양)/u;
const koreanIntroduced = /^(.{2,4}?)(?:입니다|이에요|예요|이라고|라고|이야|야)$/u;

function readHangul(words: readonly Word[], index: number, text: string, found: Candidate[]): void {
  const word = words[index]!;
  const raw = text.slice(word.start, word.end);
  const known = knownAt(raw, 0);
  if (known !== undefined && koreanParticle.test(raw.slice(known.end))) {
    found.push({ start: word.start, end: word.start + known.end, type: known.type });
    return;
  }
  const { korean } = families();
  if (!korean.has(raw[0]!)) return;
  const next = words[index + 1];
  if (
    raw.length <= 4 &&
    raw.length >= 2 &&
    next?.gap === "space" &&
    koreanTitle.test(text.slice(next.start, next.end))
  ) {
    found.push({ start: word.start, end: word.end, type: "person" });
    return;
  }
  const attached = /^(.{2,4}?)(?:씨|님)(?:은|는|이|가|을|를|의|와|과|도|께서|에게)?$/u.exec(raw)?.[1];
  // A family name and two syllables; of two, too many are words: 손님, 하느님.
  if (attached?.length === 3) {
    found.push({ start: word.start, end: word.start + attached.length, type: "person" });
    return;
  }
  const before = words[index - 1];
  const introduced = koreanIntroduced.exec(raw)?.[1];
  if (
    introduced?.length === 3 &&
    before !== undefined &&
    /^(?:이름은|저는|나는|제가)$/.test(text.slice(before.start, before.end))
  )
    found.push({ start: word.start, end: word.start + introduced.length, type: "person" });
}

/** Names in Chinese, Japanese, Korean and Thai: known ones, and those that a title, a courtesy or a suffix shows. */
export function findEastAsianNames({ words, text }: Passage, found: Candidate[]): void {
  let japanese: boolean | undefined;
  for (let index = 0; index < words.length; index++) {
    const { shape, start, end } = words[index]!;
    if (shape === "hangul") readHangul(words, index, text, found);
    if (shape !== "run") continue;
    const run = text.slice(start, end);
    for (let at = 0; at < run.length; at++) {
      const known = knownAt(run, at);
      if (known === undefined) continue;
      found.push({ start: start + at, end: start + known.end, type: known.type });
      at = known.end - 1;
    }
    japanese ??= hiragana.test(text);
    readRun(run, start, japanese, found);
  }
}
