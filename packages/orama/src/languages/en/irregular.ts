const forms = `arise:arose,arisen awake:awoke,awoken beat:beaten become:became begin:began,begun bend:bent bite:bit,bitten
  bleed:bled blow:blew,blown break:broke,broken breed:bred bring:brought build:built burn:burnt buy:bought catch:caught
  choose:chose,chosen come:came creep:crept deal:dealt dig:dug draw:drew,drawn dream:dreamt drink:drank,drunk
  drive:drove,driven eat:ate,eaten fall:fell,fallen feed:fed feel:felt fight:fought flee:fled fly:flew,flown
  forbid:forbade,forbidden forget:forgot,forgotten forgive:forgave,forgiven freeze:froze,frozen get:got,gotten
  give:gave,given go:went,gone grow:grew,grown hang:hung hear:heard hide:hid,hidden hold:held keep:kept kneel:knelt
  know:knew,known lead:led lean:leant learn:learnt lend:lent light:lit lose:lost make:made
  mean:meant meet:met mistake:mistook,mistaken pay:paid ride:rode,ridden ring:rang,rung rise:risen run:ran
  say:said see:saw,seen seek:sought sell:sold send:sent shake:shook,shaken shine:shone shoot:shot show:shown
  shrink:shrank,shrunk sing:sang,sung sink:sank,sunk sit:sat sleep:slept slide:slid smell:smelt speak:spoke,spoken
  spell:spelt spend:spent spill:spilt spin:spun spoil:spoilt spring:sprang,sprung stand:stood
  steal:stole,stolen stick:stuck sting:stung strike:struck swear:swore,sworn sweep:swept swell:swollen swim:swam,swum
  swing:swung take:took,taken teach:taught tear:tore,torn tell:told think:thought throw:threw,thrown
  understand:understood undertake:undertook,undertaken wake:woke,woken wear:wore,worn weave:wove,woven weep:wept win:won
  withdraw:withdrew,withdrawn write:wrote,written child:children foot:feet goose:geese man:men mouse:mice
  ox:oxen tooth:teeth woman:women wife:wives life:lives knife:knives wolf:wolves half:halves shelf:shelves
  thief:thieves loaf:loaves calf:calves`;

/**
 * Irregular forms of English verbs and nouns, which no ending gives away, with the form that they stand for. Forms that
 * are words of their own as often (left, found, wound) are not among them.
 */
export const irregularEnglish: ReadonlyMap<string, string> = new Map(
  forms.split(/\s+/).flatMap((entry) => {
    const [base, others] = entry.split(":") as [string, string];
    return others.split(",").map((form) => [form, base] as const);
  }),
);
