import { stemmer } from "@orama/stemmers/french";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const french: Language = {
  code: "fr",
  name: "french",
  script: "latin",
  letters: "éèêëçœôûàùâî",
  functionWords: `au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma
    mais me mes mien moi mon ne nos notre nous on ou où par pas pour qu que quel quelle quelles quels qui quoi
    dont quand comment pourquoi combien lequel laquelle lesquels sa se ses si son sur ta te tes toi ton tu un
    une vos votre vous c d j l à m n s t y été étant suis es est sommes êtes sont serai sera serons serez
    seront étais était étions étaient fut soit ai as a avons avez ont aurai aura aurons aurez auront avais
    avait avions avaient eu eut ça cela ceci celui celle ceux celles comme donc alors puis car ni plus très
    aussi chez vers sans sous entre depuis pendant lors dès tout toute tous toutes même est-ce quelque
    quelques chaque aucun aucune autre autres fait déjà encore`,
  negation: {
    words: "ne pas jamais sans aucun aucune rien ni nullement",
    within: "(?<!\\p{L})n['’](?=\\p{L})",
  },
  questionWords: `que quoi qui quand où comment pourquoi combien quel quelle quels quelles lequel laquelle lesquels
    lesquelles est-ce est a ai as es`,
  telling: `combien quelle quelles quels quand comment est ai une avec pour mon nous vous etais etait avons avez suis
    qu j`,
  elisions: { before: "l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu presqu" },
  stem: stemmer,
  months: {
    long: "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    short: "janv|jan fevr|fev mars avr mai juin juil aout sept oct nov dec",
  },
  weekdays: "dimanche lundi mardi mercredi jeudi vendredi samedi",
  times: {
    phrases: [
      ["day", -2, "avant-? ?hier"],
      ["day", -1, "hier(?: soir| matin)?|la veille"],
      ["day", 0, "aujourd ?['’] ?hui|ce (?:matin|soir)|cet apres-midi"],
      ["day", 1, "demain"],
      ["year", -1, "l['’]an (?:dernier|passe)"],
    ],
    month: {
      before:
        "en|au mois de?|au mois d['’]|depuis|durant|pendant|de|debut|fin|mi|annee|l['’]annee|avant|apres|vers",
    },
    year: {
      before: "en|au mois de?|depuis|durant|pendant|de|debut|fin|mi|annee|l['’]annee|avant|apres|vers",
    },
    joint: "le|du|de|d['’]",
    units: {
      day: "jours?|journees?",
      week: "semaines?",
      weekend: "week-?ends?|fins? de semaine",
      month: "mois",
      year: "ans?|annees?",
    },
    numbers: ["une?|1er", "deux", "trois|quelques", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
    last: { after: "derniere?s?|passee?s?|precedente?s?" },
    present: { before: "ce|cet|cette" },
    ago: { before: "il y a|voici|voila" },
    span: { before: "(?:ces|les|des|depuis|au cours des|durant les|pendant les)", after: "derni(?:er|ere)s" },
    earliest: "(?:la )?premiere fois|en premier|quand [^?.!]{1,40} pour la premiere fois",
    latest: `(?:la )?derniere fois|le plus recent|la plus recente|actuel(?:le)?(?:ment)?|en ce
      moment|dernierement|recemment`,
  },
  kinship: `femme mari frere soeur mere pere fils fille ami amie copain copine compagnon compagne fiancee collegue
    patron patronne voisin voisine cousine neveu niece grand_mere grand_pere belle_soeur beau_frere chien
    chienne chat chatte`,
  particles: "de du des la le l d",
  names: {
    titles:
      "monsieur madame mademoiselle mme mlle docteur professeur maitre oncle tante tata tonton mamie papi",
    introductions: "m_appelle mon_nom_est mon_prenom_est appelle_moi ai_rencontre",
    naming: "nomme nommee appele appelee prenomme prenommee",
    employers: `travaille_chez travaillais_chez travailler_chez travaille_pour bosse_chez employe_chez employee_chez
      embauche_chez embauchee_chez stage_chez poste_chez recrute_par entreprise societe eurl fondateur_de
      fondatrice_de directeur_de directrice_de`,
    homes: `habite_a habite_en habitait_a habitons_a habitez_a habitent_a vis_a vit_a vivons_a vivre_a vivait_a ne_a
      nee_a nes_a demenage_a demenager_a demenagee_a originaire_de vacances_a vacances_en voyage_a voyage_en
      parti_a partie_a partir_a installe_a installee_a ville_de village_de situe_a situee_a appartement_a
      maison_a bureau_a`,
    tools: "utilise utilisons utiliser utilisent logiciel outil appli application bibliotheque",
    prepositions: "a en au aux vers depuis de pres_de",
    institutions: `universite faculte ecole college lycee hopital clinique banque credit ministere mairie prefecture musee
      institut fondation association societe groupe caisse`,
    plainInstitutions: "universite ecole lycee hopital clinique ministere mairie prefecture musee faculte",
    joints: "de du des la le d l et",
    legalForms: "sa sarl sas sasu snc scop cie",
    streets: "mont lac rue avenue boulevard place quai",
    plainStreets: "rue avenue boulevard quai",
    capitals: `le la les l un une des du de d ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos
      leur leurs je j tu il elle on nous vous ils elles et ou mais donc or ni car que qui quoi dont quand
      comment pourquoi combien si ne pas plus oui non est sont etait avec sans pour par dans sur sous chez
      vers a au aux en merci bonjour bonsoir salut cher chere dieu maman aujourd hui hier demain voici voila
      alors puis ensuite c s n m t qu y lors depuis noel paques toussaint`,
    software: `base-de-donnees donnees librairie bibliotheque serveur serveurs coder codons programmeur programmation
      langage langages developpeur developpeurs deployer deploiement logiciel logiciels paquet`,
  },
  orders,
};
