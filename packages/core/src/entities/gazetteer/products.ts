/** Products and technologies, separated by commas. Recognised in any case: no language has a word that looks like them. */
export const products = `
PostgreSQL,Postgres,pgvector,PostGIS,TimescaleDB,MySQL,MariaDB,SQLite,MongoDB,Redis,Valkey,Memcached,ScyllaDB,
CockroachDB,YugabyteDB,DynamoDB,Neo4j,Elasticsearch,OpenSearch,Meilisearch,Typesense,Algolia,Solr,Lucene,Orama,Qdrant,
Weaviate,Milvus,Pinecone,ChromaDB,LanceDB,Faiss,ClickHouse,DuckDB,BigQuery,Redshift,Databricks,
InfluxDB,Prometheus,Grafana,Kibana,Logstash,Fluentd,OpenTelemetry,Datadog,Splunk,PagerDuty,New Relic,
Supabase,PlanetScale,Firebase,Firestore,Appwrite,PocketBase,Hasura,PostgREST,Prisma ORM,Drizzle ORM,TypeORM,Sequelize,
Knex.js,SQLAlchemy,Alembic,SQL Server,Amazon S3,Amazon Web Services,AWS,EC2,Google Cloud,GCP,
Google Cloud Platform,Cloudflare,Cloudflare Workers,Fastly,Vercel,Netlify,Heroku,Fly.io,Railway.app,DigitalOcean,
Linode,Hetzner,Scaleway,OVHcloud,AWS Lambda,Kubernetes,k8s,k3s,Docker,Docker Compose,Podman,containerd,Terraform,
OpenTofu,Pulumi,Ansible,Jenkins,CircleCI,Travis CI,GitHub Actions,GitHub Copilot,GitHub,GitLab,GitLab CI,Bitbucket,
Gitea,Git,Argo CD,Istio,Linkerd,Nginx,HAProxy,Traefik,Kafka,Apache Kafka,RabbitMQ,NATS JetStream,ActiveMQ,
Celery Beat,Sidekiq,BullMQ,Apache Airflow,Dagster,dbt,Apache Spark,PySpark,Hadoop,Apache Flink,Apache Beam,
Python,JavaScript,TypeScript,Rustlang,Golang,Kotlin,Erlang,Haskell,OCaml,Clojure,Perl,Fortran,COBOL,PHP,MATLAB,
CoffeeScript,PureScript,WebAssembly,WASM,Node.js,NodeJS,Deno,React.js,ReactJS,React Native,Next.js,NextJS,Nuxt,Nuxt.js,
Vue.js,VueJS,AngularJS,Svelte,SvelteKit,SolidJS,Solid.js,Qwik,Preact,Alpine.js,HTMX,jQuery,Backbone.js,Ember.js,
Three.js,D3.js,Chart.js,Express.js,ExpressJS,Fastify,NestJS,Nest.js,Koa.js,Hono.js,Hapi.js,Axum,Actix,Actix Web,Tokio,
Serde,Diesel ORM,SQLx,Rocket.rs,Tauri,Electron.js,FastAPI,Django,Django REST Framework,Flask-SQLAlchemy,Pydantic,
Uvicorn,Gunicorn,aiohttp,Starlette,Streamlit,Gradio,Plotly,Matplotlib,NumPy,SciPy,pandas DataFrame,scikit-learn,sklearn,
PyTorch,TensorFlow,Keras,XGBoost,LightGBM,spaCy,NLTK,OpenCV,Jupyter,Jupyter Notebook,Google Colab,Anaconda Navigator,
Ruby on Rails,RubyGems,Spring Boot,Spring Framework,Spring Security,Hibernate ORM,Maven Central,Gradle,JUnit,Quarkus,
Micronaut,Laravel,Symfony,WordPress,WooCommerce,Drupal,Joomla,Magento,Shopify,Wix.com,Squarespace,Webflow,Blazor,Entity Framework,Xamarin,SwiftUI,UIKit,Xcode,Objective-C,Jetpack Compose,Android Studio,Flutter,
GraphQL,gRPC,OpenAPI,Swagger UI,tRPC,WebSocket,WebSockets,WebRTC,OAuth,OAuth2,OAuth 2.0,OpenID Connect,Keycloak,Auth0,
Okta,JWT,Socket.IO,Axios,Zod,Redux,Redux Toolkit,MobX,Zustand,RxJS,React Query,TanStack Query,Tailwind,Tailwind CSS,
TailwindCSS,Bootstrap CSS,Sass,styled-components,shadcn/ui,Material UI,Chakra UI,Storybook.js,Webpack,esbuild,Rollup.js,
Vitejs,Vitest,Parcel.js,Turborepo,Turbopack,Babel.js,ESLint,Prettier.js,npm,pnpm,Yarn Berry,Mocha.js,Chai.js,Cypress.io,
Selenium,pytest,Selenium WebDriver,Postman API,Sentry.io,LaunchDarkly,Amplitude Analytics,
Mixpanel,Google Analytics,Segment.io,HubSpot,Salesforce,Zendesk,Intercom.io,Freshdesk,Mailchimp,SendGrid,Twilio,PayPal,
Braintree,Stripe API,Plaid API,Klarna,Revolut,Venmo,Jira,Trello,Notion.so,Airtable,Evernote,OneNote,
Obsidian.md,Todoist,ClickUp,Monday.com,Figma,Sketch App,Adobe XD,InDesign,Photoshop,Illustrator CC,Lightroom,
After Effects,Premiere Pro,DaVinci Resolve,Final Cut Pro,Ableton,Ableton Live,Logic Pro,GarageBand,Blender 3D,Unity3D,
Unreal Engine,Godot,AutoCAD,SolidWorks,SketchUp,Fusion 360,Visual Studio Code,VS Code,VSCode,Visual Studio,IntelliJ,
IntelliJ IDEA,PyCharm,WebStorm,Eclipse IDE,NetBeans,Neovim,Vim,Emacs,Sublime Text,Microsoft Teams,
Microsoft Word,Microsoft Excel,Microsoft Office,Microsoft 365,Office 365,PowerPoint,Power BI,SharePoint,OneDrive,Outlook.com,
Google Docs,Google Sheets,Google Drive,Google Maps,Google Meet,Google Calendar,Gmail,Dropbox,LibreOffice,OpenOffice,
Nextcloud,WhatsApp,Facebook,Instagram,TikTok,YouTube,Twitter,LinkedIn,Snapchat,Pinterest,Reddit,WeChat,Weibo,
Facebook Messenger,Skype,FaceTime,iMessage,Mastodon,Bluesky,Quora,Stack Overflow,StackOverflow,Hacker News,Product Hunt,
Spotify,Deezer,Apple Music,SoundCloud,Netflix,HBO Max,Prime Video,Hulu,Goodreads,Duolingo,
Coursera,Udemy,Strava,Fitbit,MyFitnessPal,Airbnb,BlaBlaCar,Booking.com,TripAdvisor,Uber Eats,Deliveroo,
DoorDash,Doctolib,Leboncoin,Vinted,eBay,Etsy,Tinder,OkCupid,Wikipedia,Google Chrome,Firefox,Brave Browser,Safari Browser,
Microsoft Edge,Thunderbird,macOS,iOS,iPadOS,watchOS,Linux,Ubuntu,Debian,Fedora Linux,Arch Linux,Alpine Linux,Red Hat,
CentOS,NixOS,FreeBSD,OpenBSD,Raspberry Pi,Arduino,ESP32,Home Assistant,iPhone,iPad,MacBook,MacBook Pro,MacBook Air,iMac,
Mac mini,AirPods,Apple Watch,Apple TV,Vision Pro,Chromebook,ThinkPad,Surface Pro,Galaxy Watch,Google Pixel,Kindle,
Kobo Reader,PlayStation,Xbox,Nintendo Switch,Steam Deck,GoPro,Garmin,Roomba,Thermomix,Oculus Quest,Meta Quest,
Tesla Model 3,Tesla Model S,Tesla Model X,Tesla Model Y,ChatGPT,GPT,Claude Code,Claude Sonnet,Claude Opus,Claude Haiku,
DALL-E,Midjourney,Stable Diffusion,Google Gemini,DeepSeek,Qwen,llama.cpp,Ollama,vLLM,LangChain,LangGraph,LlamaIndex,
Mastra,Haystack AI,AutoGPT,CrewAI,Vercel AI SDK,AI SDK,Hugging Face Transformers,ONNX,CUDA,TensorRT,Mistral Large,
Mistral Medium,Mistral Small,Mistral Nemo,Mistral 7B,Mixtral,Codestral,Ministral,Pixtral,Magistral,Devstral,Voxtral,
Mathstral,Le Chat,Raycast,1Password,Bitwarden,LastPass,KeePass,NordVPN,WireGuard,OpenVPN,Tailscale,OpenSSL,Let's Encrypt,
HashiCorp Vault,Minecraft,Fortnite,Roblox,League of Legends,World of Warcraft,Counter-Strike,Overwatch,Valorant,
Dungeons & Dragons,Magic: The Gathering,Settlers of Catan,Pokémon,Pokémon GO,Zelda,Super Mario,Mario Kart,Skyrim,
Elden Ring,Baldur's Gate,Stardew Valley,Animal Crossing,Candy Crush,Tetris,Rubik's Cube,Nespresso,Coca-Cola,Pepsi,
Nutella,Red Bull,Heineken,Kleenex,Lego,Playmobil,Monopoly Deluxe,Advil,Tylenol,Paracetamol,Ibuprofen,Ozempic,Wegovy,
Viagra,Xanax,Zoloft,Prozac,Ritalin,Adderall,Doliprane,Spasfon,n8n,Zapier,Retool,Metabase,Looker Studio,Matomo,Plausible Analytics,Umami Analytics,Strapi,Contentful,Sanity.io,Ghost CMS,Hugo CMS,Gatsby,Jekyll,
Eleventy,Docusaurus,MkDocs,Astro.build,Remix.run,Bun.sh,Biome.js,Homebrew,Chocolatey,Conda,Miniconda,
Python,Bazel,CMake,LLVM,GCC,Valgrind,GDB,Wireshark,Nmap,Metasploit,Burp Suite,Kali Linux,VirtualBox,VMware,
Proxmox,Hyper-V,ESXi,MinIO,Ceph,etcd,Zookeeper,HashiCorp Consul,Temporal.io,Camunda,Odoo,SAP HANA,QuickBooks,Xero,DocuSign,Calendly,Loom Video,Miro Board,Canva,Grammarly,DeepL,Google Translate,ChatGPT Plus,
Perplexity AI,GitHub Pages,Amazon Prime,Amazon Echo,Echo Dot,Fire TV,Chromecast,Roku,Sonos,Bluetooth,Thunderbolt 4,HDMI
`;

/** Also ordinary words or names: only with a capital, and not as the first word of a sentence. */
export const capitalisedProducts = `
Rust,Java,Ruby,Llama,Audible,Airflow,Twitch,Headspace,Basecamp,Confluence,Puppeteer,Playwright,Vagrant,Asana,Scala,Azure,
Siri,Alexa,Cortana,Rails,Dart,Elixir,Phoenix,Lua,Zig,Groovy,Bash,PowerShell,React,Angular,Vue,Flask,Electron,Remix,
Astro,Vite,Bun,Yarn,Babel,Jest,Mocha,Cypress,Postman,Sentry,Bootstrap,Prisma,Drizzle,Mongoose,Hibernate,Maven,Eclipse,
Node,Neon,Turso,Nomad,Consul,Helm,Caddy,Apache,Vault,Slack,Discord,Telegram,Notion,Obsidian,Linear,Zoom,Loom,Miro,
Intercom,Stripe,Amplitude,Tableau,Looker,Excel,Outlook,Photoshop Elements,Illustrator,Chrome,Safari,
Windows,Android,Swift,Solidity,Snowflake,Mistral,Gemini,Copilot,Perplexity,Cursor,Whisper,Bard,Grok,
Blender,Sketch,Canva Pro,Unity,Steam,Wordle,Monopoly,Scrabble,Uno,Tinder Gold,Peloton,Velcro,Swagger,Celery,Spark,
Flink,Jaeger,Conda Forge,Anaconda,Pandas,Plotly Dash,Poetry,Ruff,Alembic,Uber,Lyft,Tesla,Vespa,Prius,Corolla,Civic,
Kangoo,Clio,Twingo,Polo,Golf,Passat,Octavia,Mini Cooper,Harley,Instagram Reels,Coke,Sprite,Fanta,Aspirin
`;

/** So common as words that the text must be about software in other ways too. */
export const contextProducts = `
Go,Claude,Julia,Cassandra,S3,Express,Spring,Nest,Koa,Hono,Hapi,Solid,Backbone,Ember,Rocket,Diesel,Lambda,Fly,Render,Railway,Oracle,
Teams,Word,Keynote,Edge,Brave,Signal,Messenger,Chroma,Prettier,Parcel,Rollup,Argo,Flux,
Temporal,Strapi Cloud,Ghost,Hugo,Puma,Unicorn,Sinatra,Storybook,
NATS,Loki,Mimir,Hive,Sublime,Confluence Cloud,Gin,Chi,
`;

/** Families whose model number or variant belongs to the name. */
export const productFamilies = `
gpt,claude,gemini,llama,mistral,mistral large,mistral medium,mistral small,mistral nemo,mixtral,codestral,ministral,
pixtral,magistral,devstral,voxtral,qwen,deepseek,phi,gemma,grok,whisper,dall-e,stable diffusion,iphone,ipad,galaxy,pixel,
google pixel,macbook pro,macbook air,apple watch,airpods,kindle,playstation,xbox,nintendo switch,windows,
raspberry pi,rtx,gtx,geforce rtx,radeon rx,ryzen,core i5,core i7,core i9,gopro,tesla model,airbus,boeing,peugeot,
usb,hdmi,wi-fi,esp32,surface pro,thinkpad,oculus quest,meta quest,unreal engine
`;

/** What may follow a family beside a number: "iPhone 15 Pro Max", "Claude 3.5 Sonnet", "GPT-4o mini". */
export const productVariants = `pro max plus mini ultra air se lite nano turbo sonnet opus haiku flash instruct vision
preview large medium small latest super ti fe fold flip series oled`;

export const eastAsianProducts = `微信,支付宝,抖音,淘宝,小红书,知乎,微博,哔哩哔哩,安卓,카카오톡,유튜브,인스타그램,넷플릭스,아이폰,갤럭시,ユーチューブ,インスタグラム,
ツイッター,ネットフリックス,アイフォン,ニンテンドースイッチ,パワーポイント,エクセル`;
