/** What the agent was told before, over several days, and at the end by the user who is about to lose the process. */
export interface Said {
  /** Days before today. */
  daysAgo: number;
  user: string;
  assistant: string;
}

const noted = "Noted, I will keep that in mind.";

export const earlierDays: readonly Said[] = [
  {
    daysAgo: 6,
    user: "Hi! I'm Camille, I run a small bakery in Lyon called Le Fournil.",
    assistant: "Nice to meet you, Camille!",
  },
  { daysAgo: 6, user: "My assistant at the bakery is Théo, he started in March.", assistant: noted },
  {
    daysAgo: 6,
    user: "La boulangerie ouvre à 6 h 30, tous les jours sauf le lundi.",
    assistant: "C'est noté.",
  },
  {
    daysAgo: 6,
    user: "I'm allergic to hazelnuts, so never suggest praline recipes to me.",
    assistant: "Understood: no hazelnuts.",
  },
  { daysAgo: 5, user: "The oven was serviced yesterday, it cost 340 euros.", assistant: noted },
  {
    daysAgo: 5,
    user: "My sister Inès is getting married in Marseille on 12 June.",
    assistant: "Congratulations to her!",
  },
  {
    daysAgo: 5,
    user: "I'd like to order flour from Moulin Dupuy again, they deliver on Thursdays.",
    assistant: noted,
  },
  {
    daysAgo: 5,
    user: "Can you remind me that the croissant recipe needs 27 folds?",
    assistant: "27 folds, noted.",
  },
  {
    daysAgo: 4,
    user: "I started to learn programming in the evenings.",
    assistant: "That is great, what would you like to build?",
  },
  {
    daysAgo: 4,
    user: "I want to build a web shop where regulars order their bread ahead.",
    assistant: "A good first project.",
  },
  { daysAgo: 4, user: "My laptop runs Fedora with an NVIDIA card.", assistant: noted },
  {
    daysAgo: 4,
    user: "I tried Python first, but I kept breaking things.",
    assistant: "That happens to everybody.",
  },
  { daysAgo: 3, user: "A friend, Marc Olivier, showed me how compilers catch mistakes.", assistant: noted },
  {
    daysAgo: 3,
    user: "The shop should send customers a text message when the bread is ready.",
    assistant: noted,
  },
  { daysAgo: 3, user: "Orders must be in before 8 pm for the next morning.", assistant: noted },
  { daysAgo: 3, user: "I prefer short answers with an example.", assistant: "Short, with an example." },
  { daysAgo: 2, user: "The health inspection is on 3 December at 9 am.", assistant: noted },
  { daysAgo: 2, user: "Théo wants to sell our sourdough at the Croix-Rousse market.", assistant: noted },
  { daysAgo: 2, user: "Our best seller is the walnut loaf, about 40 a day.", assistant: noted },
  {
    daysAgo: 2,
    user: "My accountant is Mme Bertrand, her office closes at noon on Fridays.",
    assistant: noted,
  },
];

export const today: readonly string[] = [
  "I decided on the stack for the web shop: Rust with Axum on the server, PostgreSQL as the database, and HTMX in the browser.",
  "It will run on a small server at Scaleway in Paris.",
  "Payments go through Stripe, and my budget is 20 euros a month.",
];

export const questions: readonly string[] = [
  "What database am I using?",
  "Which web framework did I choose for the server?",
  "À quelle heure ouvre la boulangerie ?",
  "What should you never put in a recipe for me?",
];
