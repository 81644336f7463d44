import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemory, type Memory } from "../src/index.ts";

type Topic = "allergy" | "cat" | "work" | "train" | "database" | "rent" | "cooking" | "birthday";

interface Sample {
  /** Eight memories of one person. */
  memories: Record<Topic, string>;
  /** A question as somebody asks it, mostly in other word forms, and what has to come first. */
  questions: [question: string, topic: Topic][];
}

const samples: Record<string, Sample> = {
  English: {
    memories: {
      allergy: "I have been allergic to penicillin since childhood.",
      cat: "Our cat is called Whiskers and is three years old.",
      work: "Emily works as an engineer at a bank in Leeds.",
      train: "We booked two train tickets to Brighton for July.",
      database: "The database of the project is PostgreSQL.",
      rent: "The rent of the flat is paid on the fifth of every month.",
      cooking: "My grandmother baked an apple pie every Sunday.",
      birthday: "The birthday of my sister Zoë is on 14 March.",
    },
    questions: [
      ["What allergies do I have?", "allergy"],
      ["What are our cats called?", "cat"],
      ["Where was Emily working?", "work"],
      ["When did we book the trains?", "train"],
      ["Which databases am I using?", "database"],
      ["When do I pay my rent?", "rent"],
      ["What did grandmother bake on Sundays?", "cooking"],
      ["When is Zoe's birthday?", "birthday"],
    ],
  },
  French: {
    memories: {
      allergy: "Je suis allergique à la pénicilline depuis l'enfance.",
      cat: "Notre chat s'appelle Moustache et il a trois ans.",
      work: "Camille travaille comme ingénieure chez Airbus à Toulouse.",
      train: "Nous avons réservé deux billets de train pour Marseille en juillet.",
      database: "La base de données du projet est PostgreSQL, hébergée à Paris.",
      rent: "Le loyer de l'appartement est payé le cinq de chaque mois.",
      cooking: "Ma grand-mère préparait une tarte aux poireaux tous les dimanches.",
      birthday: "L'anniversaire de ma sœur Élodie tombe le 14 mars.",
    },
    questions: [
      ["Quelles allergies ai-je ?", "allergy"],
      ["Comment s'appellent nos chats ?", "cat"],
      ["Où Camille travaillait-elle ?", "work"],
      ["Avons-nous des réservations de trains ?", "train"],
      ["Quelles bases de données utilisons-nous ?", "database"],
      ["Quand faut-il payer les loyers ?", "rent"],
      ["Qu’est-ce que ma grand‑mère préparait le dimanche ?", "cooking"],
      ["Quand fête-t-on les anniversaires de mes sœurs ?", "birthday"],
      ["allergie a la penicilline", "allergy"],
      ["la soeur elodie", "birthday"],
    ],
  },
  German: {
    memories: {
      allergy: "Ich bin seit meiner Kindheit gegen Penicillin allergisch.",
      cat: "Unsere Katze heißt Mietze und ist drei Jahre alt.",
      work: "Jonas arbeitet als Ingenieur bei Siemens in München.",
      train: "Wir haben für Juli zwei Fahrkarten nach Hamburg gebucht.",
      database: "Die Datenbank des Projekts ist PostgreSQL.",
      rent: "Die Miete der Wohnung wird am Fünften jedes Monats bezahlt.",
      cooking: "Meine Großmutter backte jeden Sonntag einen Apfelkuchen.",
      birthday: "Der Geburtstag meiner Schwester Käthe ist am 14. März.",
    },
    questions: [
      ["Gegen welche Medikamente bin ich allergisch?", "allergy"],
      ["Wie heißen unsere Katzen?", "cat"],
      ["Wo hat Jonas gearbeitet?", "work"],
      ["Wann war die Fahrkarte nach Hamburg gebucht?", "train"],
      ["Welche Datenbanken haben die Projekte?", "database"],
      ["Wann müssen wir die Mieten bezahlen?", "rent"],
      ["Was hat die Grossmutter sonntags gebacken?", "cooking"],
      ["Wann haben meine Schwestern Geburtstag?", "birthday"],
      ["Wer ist in Munchen?", "work"],
      ["Geburtstag von Kathe", "birthday"],
    ],
  },
  Spanish: {
    memories: {
      allergy: "Soy alérgico a la penicilina desde niño.",
      cat: "Nuestro gato se llama Bigotes y tiene tres años.",
      work: "Lucía trabaja de ingeniera en un banco de Sevilla.",
      train: "Reservamos dos billetes de tren a Valencia para julio.",
      database: "La base de datos del proyecto es PostgreSQL.",
      rent: "El alquiler del piso se paga el cinco de cada mes.",
      cooking: "Mi abuela preparaba croquetas todos los domingos.",
      birthday: "El cumpleaños de mi hermana Inés es el 14 de marzo.",
    },
    questions: [
      ["¿A qué soy alérgica?", "allergy"],
      ["¿Cómo se llaman nuestros gatos?", "cat"],
      ["¿Dónde trabajaba Lucía?", "work"],
      ["¿Para cuándo reservaste los trenes?", "train"],
      ["¿Qué bases de datos usan los proyectos?", "database"],
      ["¿Cuándo pagamos los alquileres?", "rent"],
      ["¿Qué preparaban las abuelas el domingo?", "cooking"],
      ["cumpleanos de mi hermana ines", "birthday"],
    ],
  },
  Italian: {
    memories: {
      allergy: "Sono allergico alla penicillina fin da bambino.",
      cat: "Il nostro gatto si chiama Baffo e ha tre anni.",
      work: "Giulia lavora come ingegnera in una banca di Torino.",
      train: "Abbiamo prenotato due biglietti del treno per Napoli a luglio.",
      database: "Il database del progetto è PostgreSQL.",
      rent: "L'affitto dell'appartamento si paga il cinque di ogni mese.",
      cooking: "La nonna preparava le lasagne ogni domenica.",
      birthday: "Il compleanno di mia sorella Noemì è il 14 marzo.",
    },
    questions: [
      ["A che cosa sono allergica?", "allergy"],
      ["Come si chiamano i gatti?", "cat"],
      ["Dove lavorava Giulia?", "work"],
      ["Quali treni sono stati prenotati?", "train"],
      ["Quali database usano i progetti?", "database"],
      ["Quando si pagano gli affitti?", "rent"],
      ["Quale lasagna preparano le nonne?", "cooking"],
      ["quando e il compleanno di noemi", "birthday"],
    ],
  },
  Polish: {
    memories: {
      allergy: "Od dzieciństwa mam alergię na penicylinę.",
      cat: "Nasz kot nazywa się Mruczek i ma trzy lata.",
      work: "Agnieszka pracuje jako inżynierka w banku w Gdańsku.",
      train: "Kupiliśmy dwa bilety na pociąg do Krakowa na lipiec.",
      database: "Baza danych projektu to PostgreSQL.",
      rent: "Czynsz za mieszkanie płacimy piątego dnia każdego miesiąca.",
      cooking: "Babcia piekła szarlotkę w każdą niedzielę.",
      birthday: "Urodziny mojej siostry Łucji są 14 marca.",
    },
    questions: [
      ["Jakie mam alergie?", "allergy"],
      ["Jak nazywają się nasze koty?", "cat"],
      ["Gdzie pracowała Agnieszka?", "work"],
      ["Kiedy mamy pociągi do Krakowa?", "train"],
      ["Jakiej bazy danych używamy w projekcie?", "database"],
      ["Kiedy trzeba płacić czynsze?", "rent"],
      ["Jakie szarlotki piekły babcie?", "cooking"],
      ["urodziny siostry lucji", "birthday"],
      ["bank w gdansku", "work"],
    ],
  },
  Turkish: {
    memories: {
      allergy: "Çocukluğumdan beri penisiline alerjim var.",
      cat: "Kedimizin adı Pamuk ve üç yaşında.",
      work: "Ayşe İstanbul'da bir bankada mühendis olarak çalışıyor.",
      train: "Temmuz ayında Ankara'ya iki tren bileti aldık.",
      database: "Projede veritabanı olarak PostgreSQL kullanıyoruz.",
      rent: "Evin kirası her ayın beşinde ödeniyor.",
      cooking: "Babaannem her pazar mercimek çorbası pişirirdi.",
      birthday: "Kız kardeşim Elif'in doğum günü 14 Mart.",
    },
    questions: [
      ["Hangi alerjilerim var?", "allergy"],
      ["Kedilerimizin adları ne?", "cat"],
      ["İstanbul'daki mühendisler kim?", "work"],
      ["Ankara trenine biletleri ne zaman aldık?", "train"],
      ["Hangi veritabanını kullanıyorduk?", "database"],
      ["Kirayı ne zaman ödüyoruz?", "rent"],
      ["Babaannemin çorbaları nasıldı?", "cooking"],
      ["Kardeşimin doğum günü ne zaman?", "birthday"],
      ["ayse nerede calisiyor", "work"],
      ["ISTANBUL", "work"],
    ],
  },
  Greek: {
    memories: {
      allergy: "Είμαι αλλεργικός στην πενικιλίνη από παιδί.",
      cat: "Η γάτα μας λέγεται Ψιψίνα και είναι τριών ετών.",
      work: "Η Μαρία εργάζεται ως μηχανικός σε μια τράπεζα στην Αθήνα.",
      train: "Κλείσαμε δύο εισιτήρια τρένου για τη Θεσσαλονίκη τον Ιούλιο.",
      database: "Η βάση δεδομένων του έργου είναι η PostgreSQL.",
      rent: "Το ενοίκιο του διαμερίσματος πληρώνεται στις πέντε κάθε μήνα.",
      cooking: "Η γιαγιά μου έφτιαχνε σπανακόπιτα κάθε Κυριακή.",
      birthday: "Τα γενέθλια της αδελφής μου Ελένης είναι στις 14 Μαρτίου.",
    },
    questions: [
      ["Σε τι είμαι αλλεργική;", "allergy"],
      ["Πώς λέγονται οι γάτες μας;", "cat"],
      ["Πού εργαζόταν η Μαρία;", "work"],
      ["Πότε είναι το τρένο για Θεσσαλονίκη;", "train"],
      ["Ποιες βάσεις δεδομένων χρησιμοποιούμε;", "database"],
      ["Πότε πληρώνουμε τα ενοίκια;", "rent"],
      ["Τι έφτιαχνε η γιαγιά τις Κυριακές;", "cooking"],
      ["ποτε ειναι τα γενεθλια της ελενης", "birthday"],
      ["ΓΕΝΕΘΛΙΑ ΤΗΣ ΑΔΕΛΦΗΣ ΜΟΥ", "birthday"],
    ],
  },
  Russian: {
    memories: {
      allergy: "С детства у меня аллергия на пенициллин.",
      cat: "Нашу кошку зовут Мурка, ей три года.",
      work: "Марина работает инженером в банке в Казани.",
      train: "Мы купили два билета на поезд до Сочи на июль.",
      database: "База данных проекта — PostgreSQL.",
      rent: "Аренда квартиры оплачивается пятого числа каждого месяца.",
      cooking: "Бабушка пекла пирог с капустой каждое воскресенье.",
      birthday: "День рождения моей сестры Алёны 14 марта.",
    },
    questions: [
      ["Какие у меня аллергии?", "allergy"],
      ["Как зовут нашу кошку?", "cat"],
      ["Где работала Марина?", "work"],
      ["На какие поезда у нас билеты?", "train"],
      ["Какую базу данных мы используем в проекте?", "database"],
      ["Когда платить за аренду квартир?", "rent"],
      ["Какие пироги пекла бабушка?", "cooking"],
      ["Когда день рождения у сестры Алены?", "birthday"],
    ],
  },
  Ukrainian: {
    memories: {
      allergy: "З дитинства в мене алергія на пеніцилін.",
      cat: "Нашу кішку звати Мурка, їй три роки.",
      work: "Оксана працює інженеркою в банку у Львові.",
      train: "Ми купили два квитки на потяг до Одеси на липень.",
      database: "База даних проєкту — PostgreSQL.",
      rent: "Оренда квартири сплачується п'ятого числа щомісяця.",
      cooking: "Бабуся пекла пиріг із капустою щонеділі.",
      birthday: "День народження моєї сестри Софії — 14 березня.",
    },
    questions: [
      ["Які в мене алергії?", "allergy"],
      ["Як звати нашу кішку?", "cat"],
      ["Де працювала Оксана?", "work"],
      ["На які потяги в нас є квитки?", "train"],
      ["Яку базу даних ми використовуємо?", "database"],
      ["Коли сплачувати оренду?", "rent"],
      ["Що пекла бабуся?", "cooking"],
      ["Коли народилася Софія?", "birthday"],
      ["Що ми сплачуємо п’ятого числа?", "rent"],
    ],
  },
  Arabic: {
    memories: {
      allergy: "لدي حساسية من البنسلين منذ الطفولة.",
      cat: "قطتنا اسمها لولو وعمرها ثلاث سنوات.",
      work: "تعمل سارة مهندسة في بنك في القاهرة.",
      train: "حجزنا تذكرتين للقطار إلى الإسكندرية في شهر يوليو.",
      database: "قاعدة البيانات في المشروع هي PostgreSQL.",
      rent: "يُدفع إيجار الشقة في اليوم الخامس من كل شهر.",
      cooking: "كانت جدتي تطبخ الملوخية كل يوم جمعة.",
      birthday: "عيد ميلاد أختي ليلى في الرابع عشر من مارس.",
    },
    questions: [
      ["ما هي الحساسية التي أعاني منها؟", "allergy"],
      ["ما اسم القطة؟", "cat"],
      ["أين تعمل المهندسة سارة؟", "work"],
      ["متى موعد القطار؟", "train"],
      ["ما هي قاعدة بيانات المشروع؟", "database"],
      ["متى ندفع الإيجار؟", "rent"],
      ["ماذا كانت جدتنا تطبخ؟", "cooking"],
      ["متى عيد ميلاد اختي ليلي؟", "birthday"],
      ["ايجار الشقه", "rent"],
    ],
  },
  Hebrew: {
    memories: {
      allergy: "אני אלרגי לפניצילין מאז הילדות.",
      cat: "לחתול שלנו קוראים שוקו והוא בן שלוש.",
      work: "נועה עובדת כמהנדסת בבנק בחיפה.",
      train: "הזמנו שני כרטיסים לרכבת לבאר שבע ביולי.",
      database: "מסד הנתונים של הפרויקט הוא PostgreSQL.",
      rent: "שכר הדירה משולם בחמישה בכל חודש.",
      cooking: "סבתא שלי בישלה מרק עדשים בכל יום שישי.",
      birthday: "יום ההולדת של אחותי תמר הוא ב-14 במרץ.",
    },
    questions: [
      ["האם אני אלרגי לפניצילין?", "allergy"],
      ["איך קוראים לחתולים שלנו?", "cat"],
      ["איפה עובדת המהנדסת נועה?", "work"],
      ["מתי הרכבת?", "train"],
      ["באיזה מסד נתונים משתמשים בפרויקט?", "database"],
      ["מתי משלמים שכר דירה?", "rent"],
      ["איזה מרקים סבתא בישלה?", "cooking"],
      ["מתי יום הולדת לתמר?", "birthday"],
      ["נוֹעָה", "work"],
    ],
  },
  Hindi: {
    memories: {
      allergy: "मुझे बचपन से पेनिसिलिन से एलर्जी है।",
      cat: "हमारी बिल्ली का नाम मोती है और वह तीन साल की है।",
      work: "प्रिया मुंबई के एक बैंक में इंजीनियर के रूप में काम करती है।",
      train: "हमने जुलाई में जयपुर के लिए ट्रेन के दो टिकट बुक किए हैं।",
      database: "परियोजना का डेटाबेस PostgreSQL है।",
      rent: "मकान का किराया हर महीने की पाँच तारीख को दिया जाता है।",
      cooking: "मेरी दादी हर रविवार को आलू के पराठे बनाती थीं।",
      birthday: "मेरी बहन अनीता का जन्मदिन 14 मार्च को है।",
    },
    questions: [
      ["मुझे किस चीज़ से एलर्जी है?", "allergy"],
      ["हमारी बिल्लियों के नाम क्या हैं?", "cat"],
      ["प्रिया कहाँ काम करती थी?", "work"],
      ["जयपुर की ट्रेनें कब हैं?", "train"],
      ["परियोजनाओं में कौन सा डेटाबेस है?", "database"],
      ["किराये की तारीख क्या है?", "rent"],
      ["दादी कौन सा पराठा बनाती थीं?", "cooking"],
      ["अनिता का जन्मदिन कब है?", "birthday"],
    ],
  },
  Thai: {
    memories: {
      allergy: "ฉันแพ้ยาเพนิซิลลินตั้งแต่เด็ก",
      cat: "แมวของเราชื่อโมจิ อายุสามปี",
      work: "สมชายทำงานเป็นวิศวกรที่ธนาคารในเชียงใหม่",
      train: "เราจองตั๋วรถไฟสองใบไปหัวหินในเดือนกรกฎาคม",
      database: "ฐานข้อมูลของโครงการคือ PostgreSQL",
      rent: "ค่าเช่าบ้านต้องจ่ายวันที่ห้าของทุกเดือน",
      cooking: "คุณยายทำแกงเขียวหวานทุกวันอาทิตย์",
      birthday: "วันเกิดของน้องสาวชื่อมะลิคือวันที่ 14 มีนาคม",
    },
    questions: [
      ["ฉันแพ้ยาอะไร", "allergy"],
      ["แมวชื่ออะไร", "cat"],
      ["สมชายทำงานที่ไหน", "work"],
      ["จองรถไฟไปที่ไหน", "train"],
      ["โครงการใช้ฐานข้อมูลอะไร", "database"],
      ["ต้องจ่ายค่าเช่าเมื่อไหร่", "rent"],
      ["คุณยายทำแกงอะไร", "cooking"],
      ["น้องสาวเกิดวันไหน", "birthday"],
    ],
  },
  Chinese: {
    memories: {
      allergy: "我从小就对青霉素过敏。",
      cat: "我们家的猫叫团子，今年三岁。",
      work: "李娜在上海的一家银行当工程师。",
      train: "我们订了两张七月去杭州的火车票。",
      database: "这个项目的数据库是PostgreSQL。",
      rent: "房租每个月五号交。",
      cooking: "奶奶每个星期天都包韭菜饺子。",
      birthday: "我妹妹小雨的生日是三月十四号。",
    },
    questions: [
      ["我对什么药过敏？", "allergy"],
      ["猫叫什么名字？", "cat"],
      ["李娜在哪里工作？", "work"],
      ["去杭州的车票订了吗？", "train"],
      ["项目用的是哪个数据库？", "database"],
      ["什么时候交房租？", "rent"],
      ["奶奶包的饺子是什么馅的？", "cooking"],
      ["妹妹什么时候过生日？", "birthday"],
      ["ｐｏｓｔｇｒｅｓｑｌ", "database"],
    ],
  },
  Japanese: {
    memories: {
      allergy: "子どもの頃からペニシリンのアレルギーがあります。",
      cat: "うちの猫の名前はもち、三歳です。",
      work: "田中さんは大阪の銀行でエンジニアとして働いています。",
      train: "七月に京都へ行く新幹線の切符を二枚予約しました。",
      database: "このプロジェクトのデータベースはPostgreSQLです。",
      rent: "家賃は毎月五日に払います。",
      cooking: "祖母は毎週日曜日に味噌汁を作ってくれました。",
      birthday: "妹の花子の誕生日は三月十四日です。",
    },
    questions: [
      ["何のアレルギーがありますか？", "allergy"],
      ["猫の名前は何ですか？", "cat"],
      ["田中さんはどこで働いていましたか？", "work"],
      ["新幹線の予約はいつですか？", "train"],
      ["どのデータベースを使っていますか？", "database"],
      ["家賃はいつ払うの？", "rent"],
      ["祖母が作った味噌汁はいつ？", "cooking"],
      ["誕生日が三月なのは誰？", "birthday"],
      ["ﾍﾟﾆｼﾘﾝ", "allergy"],
    ],
  },
  Korean: {
    memories: {
      allergy: "어릴 때부터 페니실린 알레르기가 있어요.",
      cat: "우리 고양이 이름은 모찌이고 세 살이에요.",
      work: "민수는 부산에 있는 은행에서 엔지니어로 일해요.",
      train: "칠월에 강릉으로 가는 기차표를 두 장 예약했어요.",
      database: "이 프로젝트의 데이터베이스는 PostgreSQL이에요.",
      rent: "월세는 매달 오일에 냅니다.",
      cooking: "할머니는 일요일마다 김치찌개를 끓이셨어요.",
      birthday: "여동생 수진이의 생일은 삼월 십사일이에요.",
    },
    questions: [
      ["알레르기는 무엇이 있나요?", "allergy"],
      ["고양이의 이름이 뭐예요?", "cat"],
      ["민수가 어디에서 일했나요?", "work"],
      ["기차표는 언제 예약했나요?", "train"],
      ["프로젝트에서 어떤 데이터베이스를 쓰나요?", "database"],
      ["월세를 언제 내야 해요?", "rent"],
      ["할머니가 끓이신 찌개는 뭐예요?", "cooking"],
      ["여동생의 생일이 언제예요?", "birthday"],
      ["postgresql", "database"],
    ],
  },
};

const questions = Object.entries(samples).flatMap(([language, sample]) =>
  sample.questions.map(([question, topic]): [string, string, Topic] => [language, question, topic]),
);

describe("a question in its own language, without an embedder", () => {
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({ path: ":memory:", embedder: false });
    for (const [language, { memories }] of Object.entries(samples))
      await memory.setMany(
        Object.entries(memories).map(([key, value]) => ({ namespace: language, key, value })),
      );
  });
  afterAll(() => memory.close());

  test.each(questions)("%s: %s", async (language, query, topic) => {
    const { results, degraded } = await memory.search({ namespace: language, query });
    expect(results[0]?.value ?? "nothing").toBe(samples[language]?.memories[topic]);
    expect(degraded).toEqual([]);
  });

  test.each(Object.keys(samples))("each memory in %s is found by its own text, first", async (language) => {
    for (const [key, query] of Object.entries(samples[language]?.memories ?? {})) {
      const { results } = await memory.search({ namespace: language, query });
      expect(results[0]?.key).toBe(key);
    }
  });

  test.each(Object.keys(samples))("a question in %s is answered by recall", async (language) => {
    const sample = samples[language] as Sample;
    const [question, topic] = sample.questions[1] as [string, Topic];
    const { memories, text } = await memory.recall({ namespace: language, query: question });
    expect(memories[0]?.value).toBe(sample.memories[topic]);
    expect(text).toContain(sample.memories[topic].replaceAll(/\s+/gu, " "));
  });
});

describe("somebody who writes in two languages", () => {
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({ path: ":memory:", embedder: false });
    for (const language of ["French", "English"])
      await memory.setMany(
        Object.entries(samples[language]?.memories ?? {}).map(([key, value]) => ({
          namespace: "n",
          key: `${language} ${key}`,
          value,
        })),
      );
  });
  afterAll(() => memory.close());

  test.each(questions.filter(([language]) => language === "French" || language === "English"))(
    "%s: %s",
    async (language, query, topic) => {
      // The same fact is there in both languages, and stems may meet across them: "allergies", "allergique".
      const { results } = await memory.search({ namespace: "n", query, limit: 2 });
      expect(results.map(({ value }) => value)).toContain(samples[language]?.memories[topic]);
    },
  );
});

describe("exact identifiers", () => {
  const memories: Record<string, string> = {
    order: "Order CMD-2024-00917 left the warehouse on Tuesday.",
    otherOrder: "Order CMD-2024-00918 was cancelled by the customer.",
    mail: "Invoices go to marie.dupont@example.fr, never by post.",
    otherMail: "Contracts go to paul.dupont@example.org for a signature.",
    version: "The memory leak is fixed since v2.1.3 of the importer.",
    otherVersion: "The importer crashes with v2.1.30 on Windows.",
    function: "parseUserInput throws when the form was sent empty.",
    otherFunction: "handleRequestTimeout retries three times before it gives up.",
    constant: "MAX_RETRY_COUNT is set in the environment of the staging server.",
    file: "The redirects are in src/routes/legacy_redirects.ts since the move.",
    phone: "The plumber answers at +33 6 12 34 56 78 until noon.",
    address: "The printer has the address 192.168.1.24 on the second floor.",
    uuid: "The failing job is 3f2b8c1e-9d47-4a5e-b0aa-6c1d2e3f4a5b of last night.",
    languageC: "The firmware is written in C++ and flashed over USB.",
    node: "The build needs Node.js 24 or later.",
    plate: "The rented van has the number plate AB-123-CD.",
  };
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({ path: ":memory:", embedder: false });
    await memory.setMany(Object.entries(memories).map(([key, value]) => ({ namespace: "n", key, value })));
  });
  afterAll(() => memory.close());

  test.each([
    ["CMD-2024-00917", "order"],
    ["What happened to order CMD-2024-00918?", "otherOrder"],
    ["order 00917", "order"],
    ["cmd-2024-00917", "order"],
    ["marie.dupont@example.fr", "mail"],
    ["What is sent to paul.dupont@example.org?", "otherMail"],
    ["MARIE.DUPONT@EXAMPLE.FR", "mail"],
    ["What goes to marie dupont?", "mail"],
    ["v2.1.3", "version"],
    ["v2.1.30", "otherVersion"],
    ["What was fixed in v2.1.3?", "version"],
    ["2.1.30", "otherVersion"],
    ["parseUserInput", "function"],
    ["When does parsing the user input fail?", "function"],
    ["user input", "function"],
    ["request timeout", "otherFunction"],
    ["handlerequesttimeout", "otherFunction"],
    ["MAX_RETRY_COUNT", "constant"],
    ["max retry count", "constant"],
    ["legacy_redirects.ts", "file"],
    ["Where are the legacy redirects?", "file"],
    ["src/routes/legacy_redirects.ts", "file"],
    ["+33 6 12 34 56 78", "phone"],
    ["192.168.1.24", "address"],
    ["3f2b8c1e-9d47-4a5e-b0aa-6c1d2e3f4a5b", "uuid"],
    ["3f2b8c1e", "uuid"],
    ["What is written in C++?", "languageC"],
    ["node.js", "node"],
    ["AB-123-CD", "plate"],
  ])("%s", async (query, key) => {
    const { results } = await memory.search({ namespace: "n", query });
    expect(results[0]?.value ?? "nothing").toBe(memories[key]);
  });
});
