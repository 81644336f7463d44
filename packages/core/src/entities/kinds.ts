import { fold } from "../text/fold.ts";
import { canonicalName } from "./canonical.ts";

/**
 * What well-known products are, so that "Which database do we use?" finds "we run on PostgreSQL" without a model that
 * knows both words. Asked: how people ask for the kind (in any language, separated by commas). Named: what is of it.
 */
const table: readonly { kind: string; asked: string; named: string }[] = [
  {
    kind: "database",
    asked: `database,databases,db,dbms,data store,datastore,base de données,bases de données,bdd,sgbd,datenbank,
datenbanken,base de datos,bases de datos,banca dati,base di dati,banco de dados,base de dados,databank,databas,baza danych,
bazy danych,veritabanı,veri tabanı,база данных,базу данных,базе данных,базы данных,бд,база даних,βάση δεδομένων,
قاعدة بيانات,قاعدة البيانات,מסד נתונים,בסיס נתונים,डेटाबेस,ฐานข้อมูล,数据库,資料庫,データベース,데이터베이스`,
    named: `PostgreSQL,Postgres,pgvector,PostGIS,TimescaleDB,MySQL,MariaDB,SQLite,MongoDB,Redis,Valkey,ScyllaDB,Cassandra,
CockroachDB,YugabyteDB,DynamoDB,Neo4j,Elasticsearch,OpenSearch,Qdrant,Weaviate,Milvus,Pinecone,ChromaDB,LanceDB,ClickHouse,
DuckDB,BigQuery,Redshift,Snowflake,InfluxDB,Supabase,PlanetScale,Firestore,PocketBase,SQL Server,Oracle,Orama`,
  },
  {
    kind: "programming language",
    asked: `programming language,programming languages,coding language,langage de programmation,langage,
programmiersprache,lenguaje de programación,linguaggio di programmazione,linguagem de programação,programmeertaal,
język programowania,programlama dili,язык программирования,языке программирования,мова програмування,
γλώσσα προγραμματισμού,لغة البرمجة,لغة برمجة,שפת תכנות,प्रोग्रामिंग भाषा,ภาษาโปรแกรม,编程语言,プログラミング言語,프로그래밍 언어`,
    named: `Rust,Rustlang,Python,JavaScript,TypeScript,Go,Golang,Java,Kotlin,Swift,Ruby,PHP,C++,C#,Scala,Elixir,Erlang,
Haskell,OCaml,Clojure,Perl,Fortran,COBOL,MATLAB,Julia,Zig,Dart,Lua,R,Objective-C`,
  },
  {
    kind: "framework",
    asked: `framework,frameworks,web framework,cadriciel,rahmenwerk,фреймворк,фреймворке,çatı,إطار العمل,תשתית,
फ्रेमवर्क,เฟรมเวิร์ก,框架,フレームワーク,프레임워크`,
    named: `Axum,Actix,Actix Web,Rocket.rs,Express,Express.js,Fastify,NestJS,Nest.js,Koa.js,Hono,Hono.js,FastAPI,Django,
Flask,Starlette,Ruby on Rails,Rails,Spring,Spring Boot,Quarkus,Micronaut,Laravel,Symfony,Phoenix,Next.js,NextJS,Nuxt,Nuxt.js,
SvelteKit,React,React.js,ReactJS,React Native,Vue,Vue.js,VueJS,Angular,AngularJS,Svelte,SolidJS,Qwik,Preact,HTMX,Ember.js,
Tauri,Flutter,Blazor,Remix,Astro`,
  },
  {
    kind: "operating system",
    asked: `operating system,os,système d'exploitation,betriebssystem,sistema operativo,sistema operacional,
besturingssysteem,system operacyjny,işletim sistemi,операционная система,операционной системе,операційна система,
λειτουργικό σύστημα,نظام التشغيل,מערכת הפעלה,ऑपरेटिंग सिस्टम,ระบบปฏิบัติการ,操作系统,オペレーティングシステム,운영체제,운영 체제`,
    named: `Linux,Ubuntu,Debian,Fedora,Fedora Linux,Arch Linux,Alpine Linux,Red Hat,CentOS,NixOS,FreeBSD,OpenBSD,macOS,Windows,
iOS,iPadOS,Android`,
  },
  {
    kind: "cloud",
    asked: `cloud,cloud provider,hosting,hosting provider,hosted,host,hébergeur,hébergement,hébergé,hébergée,hoster,gehostet,
alojamiento,alojado,hospedaje,ospitato,hospedagem,barındırma,хостинг,облако,облаке,استضافة,אחסון,क्लाउड,โฮสต์,云服务,クラウド,호스팅,클라우드`,
    named: `Amazon Web Services,AWS,EC2,Google Cloud,GCP,Google Cloud Platform,Azure,Cloudflare,Cloudflare Workers,Fastly,
Vercel,Netlify,Heroku,Fly.io,Railway.app,DigitalOcean,Linode,Hetzner,Scaleway,OVH,OVHcloud,Clever Cloud,AWS Lambda`,
  },
  {
    kind: "editor",
    asked: `editor,code editor,ide,text editor,éditeur,éditeur de code,entwicklungsumgebung,editor de código,
editor di codice,edytor,düzenleyici,редактор,редактором,محرر,עורך,एडिटर,编辑器,エディタ,에디터`,
    named: `Visual Studio Code,VS Code,VSCode,Visual Studio,IntelliJ,IntelliJ IDEA,PyCharm,WebStorm,Eclipse IDE,NetBeans,Neovim,
Vim,Emacs,Sublime Text,Xcode,Android Studio,Zed,Cursor`,
  },
  {
    kind: "language model",
    asked: `language model,llm,ai model,modèle de langage,modèle d'ia,sprachmodell,ki-modell,modelo de lenguaje,
modello linguistico,modelo de linguagem,taalmodel,model językowy,dil modeli,языковая модель,модель ии,نموذج لغوي,מודל שפה,
भाषा मॉडल,โมเดลภาษา,语言模型,言語モデル,언어 모델`,
    named: `Mistral Large,Mistral Medium,Mistral Small,Mistral Nemo,Mistral 7B,Mixtral,Codestral,Ministral,Pixtral,Magistral,
Devstral,ChatGPT,GPT,GPT-4o,GPT-5,Claude,Claude Sonnet,Claude Opus,Claude Haiku,Google Gemini,Gemini,DeepSeek,Qwen,Llama`,
  },
  {
    kind: "message queue",
    asked: `message queue,message broker,queue,file de messages,file d'attente,nachrichtenwarteschlange,message-broker,
cola de mensajes,coda di messaggi,fila de mensagens,kolejka,mesaj kuyruğu,очередь сообщений,очередь,消息队列,メッセージキュー,메시지 큐`,
    named: "Kafka,Apache Kafka,RabbitMQ,NATS,NATS JetStream,ActiveMQ,BullMQ,Celery,Sidekiq,Amazon SQS,SQS",
  },
  {
    kind: "payment",
    asked: `payment provider,payments,payment,paiement,paiements,zahlungsanbieter,zahlungen,bezahlung,pago,pagos,pagamenti,
pagamento,pagamentos,betaling,płatności,ödeme,платежи,платёж,оплата,πληρωμές,الدفع,תשלומים,भुगतान,ชำระเงิน,支付,決済,결제`,
    named: "Stripe,Stripe API,PayPal,Braintree,Klarna,Adyen,Mollie,Square,Revolut,Apple Pay,Google Pay",
  },
];

const list = (text: string): string[] => text.split(",").map((item) => item.trim());
/** Phrases of this many words at most are compared. */
const longestPhrase = 4;
const spaceless = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]/u;

interface Kinds {
  byName: ReadonlyMap<string, readonly string[]>;
  byPhrase: ReadonlyMap<string, string>;
  byRun: readonly (readonly [run: string, kind: string])[];
}

let kinds: Kinds | undefined;

function openKinds(): Kinds {
  const byName = new Map<string, string[]>();
  const byPhrase = new Map<string, string>();
  const byRun: [string, string][] = [];
  for (const { kind, asked, named } of table) {
    for (const name of list(named)) {
      const canonical = canonicalName(name);
      byName.set(canonical, [...(byName.get(canonical) ?? []), kind]);
    }
    for (const phrase of list(asked)) {
      const folded = fold(phrase);
      if (spaceless.test(folded)) byRun.push([folded, kind]);
      else byPhrase.set(folded, kind);
    }
  }
  kinds = { byName, byPhrase, byRun };
  return kinds;
}

/** What a thing is, by its canonical name: none or more of a dozen kinds of products. */
export function kindsOf(canonical: string): readonly string[] {
  return (kinds ?? openKinds()).byName.get(canonical) ?? [];
}

export interface AskedKind {
  kind: string;
  /** Telling words that the question needs to name it: "base de données" is two. */
  words: number;
}

/** The kinds of products that a question asks for. */
export function kindsAskedBy(question: string): AskedKind[] {
  const { byPhrase, byRun } = kinds ?? openKinds();
  const folded = fold(question.slice(0, 2_000));
  const words = folded.match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? [];
  const asked = new Map<string, number>();
  for (let start = 0; start < words.length; start += 1) {
    for (let length = 1; length <= longestPhrase && start + length <= words.length; length += 1) {
      const phrase = words
        .slice(start, start + length)
        .join(" ")
        .replaceAll("’", "'");
      // "la base", "l'os": an article may be glued to the first word.
      const kind = byPhrase.get(phrase) ?? byPhrase.get(phrase.replace(/^(?:l|d|un)'/, ""));
      const telling = words.slice(start, start + length).filter((word) => word.length > 3).length;
      if (kind !== undefined) asked.set(kind, Math.max(asked.get(kind) ?? 1, telling));
    }
  }
  for (const [run, kind] of byRun) if (folded.includes(run)) asked.set(kind, asked.get(kind) ?? 1);
  return Array.from(asked, ([kind, telling]) => ({ kind, words: telling }));
}
