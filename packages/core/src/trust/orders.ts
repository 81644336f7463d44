import { fold } from "../text/fold.ts";
import { hiddenIn, turned } from "./hidden-text.ts";
import { type Said, saidIn } from "./order-words.ts";

/** What a text has to come to, to be taken for an order to a model. */
const enough = 1.5;
/** Sentences that are one order. */
const together = 3;
const deepest = 2;

/** What one sentence, or a sign beside the words, says: how sure it is that a model is told what to do, by kind. */
type Signs = Record<string, number>;

/** Of who speaks as a model's own protocol has it. */
const protocol =
  /<\|[a-z_]{2,24}\|>|\[\/?inst\]|<<\/?sys>>|\[(?:tool_calls|available_tools|tool_results|system_prompt)\]|<\/?(?:tool_calls?|function_calls?|function_results?|tool_use|tool_response|start_of_turn|end_of_turn|souvenir-memories)\b[^>]{0,80}>|\[(?:begin|end) (?:of )?(?:system|prompt|instructions?)[^\]]{0,100}\]/i;
/** Marks of a speaker that texts have for other reasons, too. */
const marker =
  /<\/?(?:system|system[-_ ](?:prompt|message)|instructions?|admin|assistant|important)>|\[(?:system|système|sistema|система|系统|システム|النظام|admin|instructions?|assistant)\]/i;
const systemLine =
  /(?:^|\n)[\s>*_#-]*[[(]?(?:system|systeme|système|sistema|система|系统|システム|النظام|developer)(?:[ -]?(prompt|message|override|instructions?|notice|update|note|alert|nachricht|anweisung|meldung|提示|消息|指令|通知|メッセージ))?[\])]?[*_]*\s*[:：]/i;
const call =
  /["'](?:name|tool|tool_name|function|action)["']\s*:\s*["'][\w.:-]+["']\s*,\s*["'](?:arguments|parameters|params|args|input|tool_input|action_input)["']\s*:|(?:^|\n)\s*action\s*:\s*[\w.-]+\s*\n\s*action input\s*:/i;
const address =
  /https?:\/\/|www\.|[\w.+-]@[\w-]+\.\w|\b[\w-]+\.(?:com|net|org|io|ru|xyz|example|test|dev)\b|\bwebhook\b/i;
const picture = /!\[[^\]]{0,80}\]\(https?:\/\/[^)\s?&]{0,120}[?&][\w-]{1,40}=[^)]{0,20}[{[<$%][^)]{0,200}\)/;
const identifier = /\b[a-z]+_[a-z_]+\b|[`"'«“][\w.-]+[`"'»”]|\w\(/i;
const sentences = /[^.!?…。！？\n;；]+(?:[.!?…]+(?!\s|$)[^.!?…。！？\n;；]*)*[.!?…。！？\n;；]*/gu;
/** Before a name that is called: "Note to the AI assistant:". */
const vocative = /^[^,:!：，—–]{0,90}[,:!：，—–]/u;

/**
 * Whether a text tells a model what to do: who is addressed, what is to be ignored, kept from the user, sent away or done
 * unasked, for how long, in whose protocol, and how it is hidden. No phrase decides that; several signs together do. In time
 * linear in its length, without a model.
 */
export function isOrder(text: string): boolean {
  return weight(text) >= enough;
}

/** How much speaks for it. */
function weight(text: string, depth = 0): number {
  const { plain, texts, isDisguised, isSmuggled } = hiddenIn(text);
  const whole: Signs = {};
  if (protocol.test(text)) whole.protocol = 2;
  else if (marker.test(text)) whole.protocol = 1;
  if (call.test(text)) whole.call = 2;
  if (picture.test(text)) whole.picture = 1;
  if (isSmuggled) whole.hidden = 2;
  else if (isDisguised) whole.hidden = 1;
  const { most, decodes } = heaviest(plain);
  // Words that are disguised say something, or they would not be.
  let best = most + sum(whole);
  if (depth === deepest) return best;
  for (const inner of texts) {
    const inside = weight(inner, depth + 1);
    best = Math.max(best, inside >= 1 ? inside + 1 : inside, decodes ? 1.5 + inside + sum(whole) : 0);
  }
  if (decodes) for (const inner of turned(plain)) best = Math.max(best, heaviest(inner).most);
  return best;
}

function sum(signs: Signs): number {
  return Object.values(signs).reduce((total, each) => total + each, 0);
}

/** The sentences of a text that say most, and whether it tells to decode something. */
function heaviest(text: string): { most: number; decodes: boolean } {
  const all: Signs[] = [];
  let most = 0;
  let decodes = false;
  for (const [sentence] of text.matchAll(sentences)) {
    if (!/[\p{L}]/u.test(sentence)) continue;
    const signs = signsOf(sentence);
    decodes ||= signs.decodes === 1;
    delete signs.decodes;
    all.push(signs);
    const window: Signs = {};
    for (const each of all.slice(-together))
      for (const [kind, value] of Object.entries(each))
        window[kind] =
          kind === "polite" ? Math.min(window[kind] ?? 0, value) : Math.max(window[kind] ?? 0, value);
    most = Math.max(most, sum(window));
  }
  return { most, decodes };
}

/** What a sentence says, in the language in which it says most. */
function signsOf(sentence: string): Signs {
  // "J'ai", "ai bambini": in small letters it is a word of many languages.
  const folded = fold(sentence.replace(/(?<!\p{L})ai(?!\p{L})/gu, ""));
  let best: Signs = {};
  let decodes = false;
  for (const said of saidIn(folded)) {
    decodes ||= said.decode !== undefined;
    const signs = signsIn(said, folded);
    if (sum(signs) > sum(best) || Object.keys(best).length === 0) best = signs;
  }
  const line = systemLine.exec(sentence);
  if (line !== null) best.marker = line[1] === undefined ? 0.75 : 1.25;
  return decodes ? { ...best, decodes: 1 } : best;
}

/** Whether the beginning of a sentence can be a name that is called: before a comma, nothing but that. */
function isCall(head: string): boolean {
  const words = head.split(/\s+/).length;
  return /[,，]$/.test(head) ? words <= 4 && (words > 1 || head.length <= 12) : head !== "" && words <= 14;
}

/** One language's words of a sentence. */
function signsIn(said: Said, sentence: string): Signs {
  const has = (...names: (keyof Said)[]) => names.some((name) => said[name] !== undefined);
  const all = (...names: (keyof Said)[]) => names.every((name) => said[name] !== undefined);
  const near = (one: keyof Said, other: keyof Said, most: number) =>
    (said[one] ?? []).some((place) => (said[other] ?? []).some((at) => Math.abs(at - place) <= most));
  const signs: Signs = {};
  const put = (kind: string, value: number) => {
    signs[kind] = Math.max(signs[kind] ?? 0, value);
  };
  const isDo = has("say", "send", "act", "reveal");
  const isOrdered = has("must", "always", "ignore", "become", "memory", "newly", "unasked");
  // What was said before counts no more.
  if (near("ignore", "instructions", 8)) put("override", near("earlier", "instructions", 5) ? 2.5 : 1);
  if (near("ignore", "prompt", 8)) put("override", 2.5);
  if (near("ignore", "everything", 4)) put("override", 1.25);
  if (near("ignore", "rules", 6)) put("override", near("earlier", "rules", 3) ? 1.5 : 0.5);
  // Who is spoken to.
  const head = vocative.exec(sentence)?.[0] ?? "";
  const called = isCall(head) ? saidIn(fold(head)) : [];
  const calls = (name: keyof Said) => called.some((words) => words[name] !== undefined);
  if (calls("models")) put("address", has("replies") ? 2 : isDo || isOrdered ? 1.5 : 1);
  else if (calls("helpers"))
    put("address", has("must") ? (has("users") ? 2 : 1.5) : isDo || isOrdered ? 1 : 0.5);
  if (has("reading") && (isDo || isOrdered))
    put("reading", address.test(sentence) || has("models") ? 2 : 1.25);
  if (all("models", "must")) put("address", isDo || has("ignore", "users") ? 1.75 : 1);
  if (all("models", "always") && isDo) put("address", 1);
  if (all("models") && has("newly", "become")) put("address", 1.25);
  else if (all("models", "ignore")) put("address", 0.4);
  if (all("helpers") && has("must", "always") && (has("users", "replies") || isDo))
    put("address", has("users") ? 1.5 : 1);
  // What the user must not know.
  if ((has("users") && near("hide", "not", 6)) || all("users", "unknown")) put("conceal", 2);
  else if (all("users", "reveal", "not")) put("conceal", 0.75);
  if (near("hide", "not", 6) && has("instructions", "newly", "prompt")) put("conceal", 1);
  if (has("secretly") && has("users", "send", "act"))
    put("conceal", has("users") && has("send", "act", "models") ? 1.75 : 1.25);
  // What goes out.
  if (has("send") && has("secrets", "talk")) {
    const value =
      (has("secrets") ? 1 : 0.25) + (address.test(sentence) ? 0.75 : 0) + (has("users") ? 0.35 : 0);
    if (value >= 1) put("send", value);
  }
  // What holds for all answers to come.
  if (has("replies") && has("say")) put("standing", has("always", "must") ? 2 : 1.25);
  else if (all("replies", "always")) put("standing", 1.25);
  if (all("users", "asks", "say")) put("whenAsked", 1.75);
  else if (all("users", "asks") && has("act", "send") && has("always", "must")) put("whenAsked", 1.25);
  // Who the model is to be.
  if (has("become"))
    put(
      "become",
      has("helpers", "models", "ignore", "unbound", "rules") ? 2 : has("reveal", "newly") ? 1.5 : 1,
    );
  if (has("unbound")) put("unbound", 1);
  if (near("reveal", "prompt", 6)) put("reveal", 2);
  // What is done, and who is not asked.
  if (has("unasked") && has("act", "send"))
    put("unasked", has("users", "models", "always", "helpers") ? 1.75 : 1.25);
  if (all("act", "tools") && identifier.test(sentence)) put("tool", 1.25);
  // What is to be kept.
  if (has("memory")) {
    if (all("always", "say") || has("unasked", "replies")) put("memory", 1.5);
    else if (has("users", "models")) put("memory", 1.25);
    else if (has("always", "must")) put("memory", 0.5);
  }
  if (has("newly")) put("newly", has("models", "helpers") ? 1.75 : /[:：]/.test(sentence) ? 0.75 : 0.5);
  // People ask people, and say please.
  if (has("please") && signs.address === undefined) signs.polite = -0.5;
  return signs;
}
