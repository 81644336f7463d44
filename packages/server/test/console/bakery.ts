import type { Memory, SetInput } from "@souvenir/core";

/** The invented bakery that the console is tested and shown with. */
export const shop = "fournil@example.com";

/** When the first of its memories was made. */
export const firstDay: number = Date.UTC(2026, 8, 1, 5, 30);

const hour = 3_600_000;

interface Said {
  value: string;
  tags?: string[];
  metadata?: Record<string, unknown>;
}

const facts: readonly Said[] = [
  { value: "Camille takes her croissants without butter on Fridays.", tags: ["customer"] },
  {
    value: "La farine de sarrasin vient du moulin de Rungis, livrée le mardi avant six heures.",
    tags: ["supplier"],
    metadata: { price: 1.4 },
  },
  {
    value: "The shop runs on Rust, Axum and PostgreSQL; invoices go to compta@fournil.example.",
    tags: ["decision", "shop"],
    metadata: { project: "shop", budget: 20 },
  },
  {
    value: "Madame Lefèvre est allergique aux noisettes : lui proposer la tarte aux pommes.",
    tags: ["customer", "allergy"],
  },
  {
    value: "Jonas Weber bestellt jeden Samstag zwölf Laugenbrezeln und ein Bauernbrot.",
    tags: ["customer", "order"],
  },
  { value: "La señora Ortega prefiere el pan de masa madre bien tostado, sin sal.", tags: ["customer"] },
  { value: "Il signor Bianchi paga sempre in contanti e vuole la ricevuta per posta.", tags: ["customer"] },
  { value: "佐藤さんは毎週水曜日にメロンパンを六つ予約しています。", tags: ["customer", "order"] },
  { value: "王女士喜欢红豆面包，每天早上七点来取。", tags: ["customer", "order"] },
  { value: "السيدة ليلى تطلب خبز الزعتر كل يوم خميس قبل الظهر.", tags: ["customer", "order"] },
  { value: "גברת כהן מזמינה חלה כפולה לכל יום שישי.", tags: ["customer", "order"] },
  {
    value: "Le four à sole numéro 2 chauffe trop : baisser de 15 °C en attendant le technicien.",
    tags: ["oven"],
  },
  {
    value: "Sourdough starter is fed at 21:00 with 200 g of rye and 200 g of water at 27 °C.",
    tags: ["recipe"],
  },
  {
    value: "We agreed on a budget of 1,200 € for the Christmas window, to be spent before 1 December.",
    tags: ["decision"],
    metadata: { project: "window", budget: 1200 },
  },
  {
    value: "Le lycée Voltaire commande 80 pains au chocolat pour la rentrée, à livrer à 7 h 15.",
    tags: ["order", "school"],
    metadata: { pieces: 80 },
  },
  { value: "Hugo ferme la boutique le lundi ; Inès ouvre le mardi.", tags: ["team"] },
  { value: "The delivery van's insurance is with MAIF and ends on 30 November 2026.", tags: ["supplier"] },
  {
    value: "Pour la galette des rois : feuilletage inversé, crème d'amande, repos de douze heures.",
    tags: ["recipe"],
  },
];

const talks: readonly { thread: string; turns: readonly [role: string, text: string][] }[] = [
  {
    thread: "wedding-cake",
    turns: [
      ["user", "Bonjour, je me marie le 12 septembre et je cherche un gâteau pour soixante personnes."],
      ["assistant", "Félicitations ! Préférez-vous une pièce montée ou un gâteau à étages ?"],
      [
        "user",
        "Une pièce montée, avec des choux à la fleur d'oranger. Ma belle-mère ne mange pas de gluten.",
      ],
      ["assistant", "Nous pouvons préparer douze choux sans gluten dans une boîte à part."],
      ["user", "Parfait. Quel serait le prix ?"],
      ["assistant", "Comptez 4,50 € par personne, soit 270 €, avec un acompte de 80 €."],
      [
        "user",
        "D'accord, je passe samedi avec l'acompte. La livraison est à Vincennes, au Pavillon des Lilas.",
      ],
      [
        "assistant",
        "C'est noté : livraison au Pavillon des Lilas, à Vincennes, le 12 septembre à 15 heures.",
      ],
    ],
  },
  {
    thread: "night-shift",
    turns: [
      ["Hugo", "The second oven stopped twice last night, both times around four."],
      ["assistant", "Shall I call the technician? Atelier Morel answered within a day last time."],
      ["Hugo", "Yes, and move the brioche to the first oven until then."],
      ["assistant", "Done: Atelier Morel comes on Thursday at eight, and the brioche plan is changed."],
    ],
  },
];

const customers = [
  "Camille",
  "Jonas Weber",
  "Madame Lefèvre",
  "Inès",
  "Hugo",
  "Aïcha Benali",
  "Tom Okafor",
  "Léa Martin",
];
const breads = [
  "baguettes",
  "croissants",
  "pains de seigle",
  "brioches",
  "financiers",
  "chouquettes",
  "fougasses",
];
const places = ["Vincennes", "Montreuil", "Rungis", "Saint-Mandé", "Paris"];
const sentences: readonly ((who: string, what: string, where: string, many: number) => string)[] = [
  (who, what, where, many) => `${who} a commandé ${many} ${what} pour une fête à ${where}.`,
  (who, what, where, many) => `${who} asked for ${many} ${what}, to be delivered in ${where}.`,
  (who, what, where, many) => `${who} hat ${many} ${what} bestellt; Lieferung nach ${where}.`,
  (who, what, where, many) => `${who} quiere ${many} ${what} para el domingo en ${where}.`,
];

/** Memories of the shop, oldest first; after the written ones, as many more as are asked for. */
export function bakeryMemories(more = 0): SetInput[] {
  const written = facts.map(
    (fact, at): SetInput => ({
      namespace: shop,
      key: `fact-${at + 1}`,
      createdAt: firstDay + at * 11 * hour,
      ...fact,
    }),
  );
  const orders = Array.from({ length: more }, (_, at): SetInput => {
    const pick = <Item>(list: readonly Item[], step: number): Item =>
      list[(at * step + step) % list.length] as Item;
    const many = 4 + ((at * 7) % 60);
    return {
      namespace: shop,
      key: `order-${at + 1}`,
      value: pick(sentences, 3)(pick(customers, 5), pick(breads, 4), pick(places, 2), many),
      tags: ["order"],
      metadata: { pieces: many },
      createdAt: firstDay + (20 + at) * 5 * hour,
    };
  });
  return [...written, ...orders];
}

/** Fills a memory with the bakery: a shop with conversations and an edited memory, and other namespaces. */
export async function fillBakery(memory: Memory, { orders = 0 }: { orders?: number } = {}): Promise<void> {
  await memory.setMany(bakeryMemories(orders));
  for (const { thread, turns } of talks)
    for (const [at, [role, content]] of turns.entries()) {
      const createdAt = firstDay + (30 * 24 + at / 30) * hour;
      await memory.remember({
        namespace: shop,
        thread,
        turnId: `${thread}-${at}`,
        messages: [{ role, content, createdAt }],
      });
    }
  await memory.set({
    namespace: shop,
    key: "fact-3",
    value: "The shop runs on Rust, Axum and SQLite; invoices go to compta@fournil.example and to Inès.",
    tags: ["decision", "shop"],
    metadata: { project: "shop", budget: 25 },
  });
  for (const [namespace, value] of [
    ["team/night", "Hugo works the night shift until the end of October."],
    ["team/day", "Inès has the keys of the shop from Tuesday on."],
    ["suppliers", "The mill in Rungis delivers on Tuesdays before six."],
    ["école Jules-Ferry", "Quarante pains au lait chaque lundi, sans sésame."],
    ["عملاء", "السيدة ليلى تطلب خبز الزعتر كل يوم خميس."],
  ] as const)
    await memory.set({ namespace, value });
}
