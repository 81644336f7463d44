import { describe, expect, test } from "vitest";
import { TextIndex } from "../src/index.ts";

/** Memories of a person in their language, and questions in other word forms, each with the memory that answers it. */
const languages: Record<string, { memories: string[]; questions: [question: string, memory: number][] }> = {
  English: {
    memories: [
      "My sister works as a pharmacist in Boston",
      "I am allergic to peanuts",
      "We adopted two kittens last summer",
      "Her piano lessons are on Tuesdays",
    ],
    questions: [
      ["What allergies do I have?", 1],
      ["When did we adopt a kitten?", 2],
      ["Which day is the piano lesson?", 3],
      ["where are my sister's working hours spent", 0],
    ],
  },
  French: {
    memories: [
      "Marie travaille comme pharmacienne à Nantes depuis 2019",
      "Je suis allergique aux arachides",
      "Nous avons adopté deux chats l'été dernier",
      "Ses leçons de piano ont lieu le mardi",
    ],
    questions: [
      ["Quelles sont mes allergies ?", 1],
      ["Où est-ce que Marie a travaillé ?", 0],
      ["Quand avons-nous adopté le chat ?", 2],
      ["À quand la leçon de piano ?", 3],
      ["ete dernier", 2],
      ["Depuis quand Marie est-elle pharmacien ?", 0],
    ],
  },
  German: {
    memories: [
      "Meine Schwester arbeitet als Apothekerin in Köln",
      "Ich vertrage keine Erdnüsse",
      "Letzten Sommer haben wir zwei Kätzchen adoptiert",
      "Die Krankenversicherung zahlt die neue Brille nicht",
    ],
    questions: [
      ["Welche Nuss vertrage ich nicht? Erdnuss?", 1],
      ["Wo arbeiten meine Schwestern?", 0],
      ["Wann wurde das Katzchen adoptiert?", 2],
      ["Was sagt die Versicherung zu Brillen?", 3],
      ["KOELN Apotheke", 0],
    ],
  },
  Spanish: {
    memories: [
      "Mi hermana vive en Madrid con sus dos perros",
      "Soy alérgico a los cacahuetes",
      "El verano pasado adoptamos un gatito",
      "Las clases de piano son los martes",
    ],
    questions: [
      ["¿Dónde viven mis hermanas?", 0],
      ["¿A qué cacahuete tengo alergia?", 1],
      ["¿Cuándo adoptaron los gatitos?", 2],
      ["¿Qué día es la clase de piano?", 3],
      ["cuantos perro tiene", 0],
    ],
  },
  Italian: {
    memories: [
      "Mia sorella lavora in una farmacia di Milano",
      "Sono allergico alle arachidi",
      "L'estate scorsa abbiamo adottato due gatti",
      "Le lezioni di pianoforte sono di martedì",
    ],
    questions: [
      ["Dove lavorava mia sorella?", 0],
      ["Quali allergie ho?", 1],
      ["Quando abbiamo adottato il gatto?", 2],
      ["Che giorno è la lezione di pianoforte?", 3],
      ["dell'estate", 2],
      ["martedi", 3],
    ],
  },
  Turkish: {
    memories: [
      "Kız kardeşim İzmir'de eczacı olarak çalışıyor",
      "Fıstığa alerjim var",
      "Geçen yaz iki kedi sahiplendik",
      "Piyano dersleri salı günleri",
    ],
    questions: [
      ["Kardeşin nerede çalışıyor?", 0],
      ["IZMIR", 0],
      ["Kedileri ne zaman aldık?", 2],
      ["Piyano dersi hangi gün?", 3],
      ["alerjin var mı", 1],
    ],
  },
  Greek: {
    memories: [
      "Η αδελφή μου μένει στη Θεσσαλονίκη",
      "Διαβάζω πολλά βιβλία το καλοκαίρι",
      "Έχουμε δύο μαύρους σκύλους",
    ],
    questions: [
      ["Πού μένουν οι αδελφές σου;", 0],
      ["Πόσα βιβλία διάβασες;", 1],
      ["Τι χρώμα έχει ο σκύλος;", 2],
      ["ΘΕΣΣΑΛΟΝΙΚΗ", 0],
      ["καλοκαιρι", 1],
    ],
  },
  Russian: {
    memories: [
      "Моя сестра живёт в Казани и работает врачом",
      "Я не ем орехи",
      "Прошлым летом мы взяли собаку из приюта",
    ],
    questions: [
      ["Где живет сестра?", 0],
      ["Кем работала сестра?", 0],
      ["Можно ли мне орех?", 1],
      ["Откуда у нас собаки?", 2],
    ],
  },
  Ukrainian: {
    memories: ["Моя сестра живе у Львові", "Я люблю читати книги ввечері"],
    questions: [
      ["Де живе сестра?", 0],
      ["Яку книгу ти читаєш?", 1],
    ],
  },
  Arabic: {
    memories: [
      "أختي تعمل في المستشفى في بيروت",
      "أحب قراءة الكتب في المساء",
      "عندي حساسية من الفول السوداني",
    ],
    questions: [
      ["أين تعمل الأخت في بيروت؟", 0],
      ["ما هو كتابك المفضل في المساء؟", 1],
      ["هل لديك حساسية؟", 2],
      ["اسم مستشفى", 0],
    ],
  },
  Hebrew: {
    memories: ["אחותי גרה בירושלים עם שני כלבים", "אני אוהבת לקרוא ספרים", "יש לי אלרגיה לבוטנים"],
    questions: [
      ["מי גר בעיר ירושלים?", 0],
      ["איזה ספר את קוראת?", 1],
      ["כמה כלב יש לה?", 0],
      ["בוטנים", 2],
    ],
  },
  Hindi: {
    memories: ["मेरी बहन दिल्ली में रहती है", "मुझे किताबें पढ़ना पसंद है", "मुझे मूंगफली से एलर्जी है"],
    questions: [
      ["बहनें कहाँ रहती हैं? दिल्ली?", 0],
      ["कौन सी किताब पढ़ी?", 1],
      ["किस चीज़ से एलर्जी है?", 2],
    ],
  },
  Thai: {
    memories: ["น้องสาวของฉันทำงานที่โรงพยาบาลในเชียงใหม่", "ฉันแพ้ถั่วลิสง", "เราเลี้ยงแมวสองตัว"],
    questions: [
      ["น้องสาวทำงานที่ไหน", 0],
      ["แพ้ถั่วอะไร", 1],
      ["แมวมีกี่ตัว", 2],
      ["โรงพยาบาล", 0],
    ],
  },
  Chinese: {
    memories: ["我姐姐在上海的一家医院工作", "我对花生过敏", "去年夏天我们收养了两只小猫", "鋼琴課在星期二"],
    questions: [
      ["姐姐在哪家医院上班？", 0],
      ["过敏的食物是什么？", 1],
      ["猫是什么时候收养的？", 2],
      ["鋼琴", 3],
      ["上海", 0],
    ],
  },
  Japanese: {
    memories: [
      "姉は東京の病院で働いています",
      "私はピーナッツアレルギーです",
      "去年の夏、子猫を二匹引き取りました",
      "ピアノのレッスンは火曜日です",
    ],
    questions: [
      ["姉はどこで働きますか？", 0],
      ["アレルギーはありますか？", 1],
      ["猫はいつ引き取った？", 2],
      ["ピアノは何曜日？", 3],
      ["病院", 0],
    ],
  },
  Korean: {
    memories: [
      "언니는 서울에 있는 병원에서 일합니다",
      "저는 땅콩 알레르기가 있어요",
      "작년 여름에 고양이를 두 마리 입양했습니다",
      "피아노 수업은 화요일입니다",
    ],
    questions: [
      ["병원은 어디에 있나요?", 0],
      ["알레르기는 무엇입니까?", 1],
      ["고양이가 몇 마리예요?", 2],
      ["화요일에 무슨 수업?", 3],
      ["서울", 0],
      ["언니가 일하는 곳", 0],
    ],
  },
  Dutch: {
    memories: [
      "Mijn zus werkt als apotheker in Utrecht",
      "Ik ben allergisch voor pinda's",
      "We hebben twee katten uit het asiel",
    ],
    questions: [
      ["Waar werken mijn zussen?", 0],
      ["Mag ik een pinda?", 1],
      ["Hoe heet de kat?", 2],
    ],
  },
  Portuguese: {
    memories: [
      "A minha irmã mora em Lisboa com dois cães",
      "Sou alérgico a amendoins",
      "As aulas de piano são à terça-feira",
    ],
    questions: [
      ["Onde moram as minhas irmãs?", 0],
      ["Posso comer um amendoim?", 1],
      ["Quando é a aula de piano?", 2],
      ["terca feira", 2],
    ],
  },
  Polish: {
    memories: ["Moja siostra mieszka w Krakowie", "Mam uczulenie na orzeszki ziemne"],
    questions: [
      ["Gdzie mieszka moja siostra?", 0],
      ["orzeszki", 1],
      ["Krakow", 0],
    ],
  },
  Swedish: {
    memories: [
      "Min syster bor i Göteborg och arbetar som läkare",
      "Jag är allergisk mot jordnötter",
      "Vi har två katter",
    ],
    questions: [
      ["Var arbetade min syster?", 0],
      ["Får jag äta jordnöt?", 1],
      ["Vad heter katten?", 2],
    ],
  },
};

describe("a memory is found by a natural question in other word forms", () => {
  for (const [language, { memories, questions }] of Object.entries(languages)) {
    test(language, () => {
      const index = new TextIndex();
      memories.forEach((memory, doc) => {
        index.add(doc, memory);
      });
      for (const [question, memory] of questions)
        expect(index.search(question).documents[0], question).toBe(memory);
    });
  }

  test("all languages in one index", () => {
    const index = new TextIndex();
    const all = Object.values(languages).flatMap(({ memories }) => memories);
    all.forEach((memory, doc) => {
      index.add(doc, memory);
    });
    for (const { memories, questions } of Object.values(languages)) {
      for (const [question, memory] of questions) {
        const found = [...index.search(question, { limit: 3 }).documents].map((doc) => all[doc]);
        expect(found, question).toContain(memories[memory]);
      }
    }
  });

  test("an index of one language, whatever language a question seems to be in", () => {
    const index = new TextIndex();
    languages.French!.memories.forEach((memory, doc) => {
      index.add(doc, memory, { language: "fr" });
    });
    for (const language of ["en", "de", "tr", "zh"]) {
      for (const [question, memory] of languages.French!.questions.slice(1, 4)) {
        expect(index.search(question, { language }).documents[0], `${question} ${language}`).toBe(memory);
      }
    }
  });
});
