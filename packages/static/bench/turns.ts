/** Turns of conversations, 20 to 25 words each, made up for this benchmark. */
const sentences = [
  "I finally moved the database to PostgreSQL last weekend, and the nightly backups now take about four minutes instead of half an hour.",
  "My sister is coming from Marseille on Thursday, so could you remind me to book a table for five somewhere near the harbour?",
  "The dentist said that the children should come twice a year, and Dr. Moreau only has appointments free on Wednesday afternoons in March.",
  "We decided against Kubernetes for now because nobody on the team wants to be on call for it during the Christmas holidays again.",
  "Yesterday's run was 12.4 kilometres in just over an hour, which is my best since I hurt my knee in September two years ago.",
  "Je voudrais que tu te souviennes que je suis allergique aux noisettes, et que ma fille ne mange plus de viande depuis cet été.",
  "On a repeint la cuisine en vert pâle hier soir, mais l'électricien n'a toujours pas rappelé pour les prises au-dessus du plan de travail.",
  "Ich fahre seit drei Jahren einen alten Golf, aber wenn das zweite Kind kommt, brauchen wir wahrscheinlich doch ein größeres Auto mit Kofferraum.",
  "Können wir die Besprechung auf nächsten Dienstag verschieben, weil ich am Montag den ganzen Tag beim Steuerberater in der Innenstadt sitze?",
  "El perro de mi vecina se llama Canelo y ladra todas las noches a las tres, así que últimamente duermo bastante mal y poco.",
  "Ho cambiato lavoro a gennaio: adesso sono responsabile del magazzino di una piccola azienda di biciclette elettriche vicino a Bologna, e mi piace molto.",
  "我上个月刚从北京搬到上海，现在每天坐地铁二号线去公司，大概要四十分钟，周末喜欢去公园散步。",
];

/** This many turns, no two alike: each sentence begins at another of its words. */
export function turns(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const words = sentences[index % sentences.length]!.split(" ");
    const start = Math.floor(index / sentences.length) % words.length;
    return [...words.slice(start), ...words.slice(0, start), `#${index}`].join(" ");
  });
}
