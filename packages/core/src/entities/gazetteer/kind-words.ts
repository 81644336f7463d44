/**
 * What names say that something is: a line for each kind, its words in several languages, a colon, and names of that kind.
 * A name may be of several kinds. Numbers and variants behind a name ("iPhone 15 Pro") need not be there.
 */
export const kinds = `
database databases db datenbank base données datos dati dados databank база данных: PostgreSQL, Postgres, pgvector, TimescaleDB, MySQL, MariaDB, SQLite, MongoDB, Redis, Valkey, ScyllaDB, CockroachDB, YugabyteDB, DynamoDB, Neo4j, Cassandra, Oracle, SQL Server, Supabase, PlanetScale, Firestore, Snowflake, BigQuery, Redshift, ClickHouse, DuckDB, InfluxDB, SAP HANA, Turso, Neon, Qdrant, Weaviate, Milvus, Pinecone, ChromaDB, LanceDB
search engine suche recherche buscador motore: Elasticsearch, OpenSearch, Meilisearch, Typesense, Algolia, Solr, Lucene, Orama
queue broker streaming messages: Kafka, Apache Kafka, RabbitMQ, NATS, NATS JetStream, ActiveMQ, BullMQ, Sidekiq, Celery
cloud hosting provider host hoster hébergeur anbieter proveedor: AWS, Amazon Web Services, Google Cloud, GCP, Azure, Cloudflare, Vercel, Netlify, Heroku, Fly.io, Railway.app, DigitalOcean, Linode, Hetzner, Scaleway, OVHcloud, Render
container orchestration deployment: Docker, Docker Compose, Podman, containerd, Kubernetes, k8s, k3s, Helm, Nomad
infrastructure provisioning: Terraform, OpenTofu, Pulumi, Ansible, Vagrant
monitoring observability dashboards: Prometheus, Grafana, Kibana, Datadog, Splunk, Sentry, OpenTelemetry, Jaeger
server webserver proxy: Nginx, HAProxy, Traefik, Caddy, Apache
programming language programmiersprache langage programmation lenguaje programación linguaggio linguagem programmeertaal: Python, JavaScript, TypeScript, Rust, Go, Golang, Kotlin, Java, Ruby, Erlang, Elixir, Haskell, OCaml, Clojure, Scala, Perl, Fortran, COBOL, PHP, Swift, Dart, Lua, Zig, Julia, MATLAB
framework library bibliothek bibliothèque librería libreria: React, React Native, Next.js, Nuxt, Vue, Vue.js, Angular, Svelte, SvelteKit, SolidJS, Astro, Remix, jQuery, Express, Express.js, Fastify, NestJS, Hono, Axum, Actix, Actix Web, FastAPI, Django, Flask, Rails, Ruby on Rails, Spring, Spring Boot, Quarkus, Laravel, Symfony, Phoenix, Blazor, PyTorch, TensorFlow, Keras, LangChain, LangGraph, LlamaIndex, Mastra, Tailwind, Tailwind CSS, Flutter
editor ide: Visual Studio Code, VS Code, VSCode, Visual Studio, IntelliJ, IntelliJ IDEA, PyCharm, WebStorm, Eclipse, NetBeans, Neovim, Vim, Emacs, Sublime Text, Xcode, Android Studio, Cursor
version control repository code hosting: Git, GitHub, GitLab, Bitbucket, Gitea
build continuous integration pipeline: Jenkins, CircleCI, Travis CI, GitHub Actions, GitLab CI, Argo CD
operating system betriebssystem système exploitation sistema operativo operacional besturingssysteem: macOS, Windows, Linux, Ubuntu, Debian, Fedora Linux, Arch Linux, NixOS, FreeBSD, CentOS, Android, iOS
browser navigateur navegador: Google Chrome, Chrome, Firefox, Safari, Microsoft Edge, Brave Browser
ai model assistant chatbot ki-modell modèle ia modelo: ChatGPT, GPT, Claude, Gemini, Mistral Large, Mistral Medium, Mistral Small, Mistral, Llama, Qwen, DeepSeek, Mixtral, Codestral, Grok, Copilot, GitHub Copilot, Perplexity, Le Chat
phone smartphone mobile cell handy telefon téléphone portable móvil teléfono telefono cellulare telemóvel telefoon: iPhone, Pixel, Google Pixel, Galaxy, Samsung Galaxy, Fairphone, OnePlus, Xiaomi, Nokia
laptop computer notebook rechner ordinateur ordenador portátil portatile computador: MacBook, MacBook Pro, MacBook Air, iMac, Mac mini, ThinkPad, Surface Pro, Chromebook
tablet tablette tableta: iPad, Kindle, Kobo Reader
watch smartwatch uhr montre reloj orologio relógio horloge: Apple Watch, Galaxy Watch, Garmin, Fitbit
headphones earphones kopfhörer écouteurs auriculares cuffie: AirPods, Sonos
console konsole consola: PlayStation, Xbox, Nintendo Switch, Steam Deck
game videogame spiel jeu juego gioco jogo spel: Minecraft, Fortnite, Roblox, League of Legends, World of Warcraft, Counter-Strike, Overwatch, Valorant, Pokémon, Pokémon GO, Zelda, Super Mario, Mario Kart, Skyrim, Elden Ring, Stardew Valley, Animal Crossing, Candy Crush, Tetris, Scrabble, Monopoly, Uno, Settlers of Catan, Dungeons & Dragons, Wordle
car auto wagen voiture coche macchina carro vehicle: Tesla, Tesla Model 3, Tesla Model S, Tesla Model X, Tesla Model Y, Prius, Corolla, Civic, Kangoo, Clio, Twingo, Polo, Golf, Passat, Octavia, Mini Cooper, Toyota, Honda, Nissan, Mazda, Subaru, Ford, Chevrolet, BMW, Mercedes, Mercedes-Benz, Audi, Volkswagen, VW, Opel, Porsche, Skoda, Škoda, Renault, Peugeot, Citroën, Dacia, Fiat, Ferrari, Volvo, Hyundai, Kia
motorbike scooter motorrad moto: Vespa, Harley, Harley-Davidson, Yamaha, Ducati, Kawasaki
airline fluggesellschaft flight compagnie aérienne aerolínea: Lufthansa, Air France, KLM, Ryanair, easyJet, British Airways, Delta Air Lines, United Airlines, Qatar Airways, Eurowings
music streaming musik musique música musica: Spotify, Deezer, Apple Music, SoundCloud
series films movies streaming filme serien séries películas: Netflix, HBO Max, Prime Video, Amazon Prime, Hulu, YouTube
social network réseau social soziales netzwerk red social: Facebook, Instagram, TikTok, Twitter, LinkedIn, Snapchat, Pinterest, Reddit, Mastodon, Bluesky, WeChat, Weibo
messenger chat messaging nachrichten messagerie mensajería: WhatsApp, Telegram, Signal, Discord, Slack, Skype, FaceTime, iMessage, Microsoft Teams, Facebook Messenger, Zoom, Google Meet
mail email e-mail correo courriel: Gmail, Outlook, Outlook.com, Thunderbird
notes note-taking notizen wiki: Notion, Notion.so, Obsidian, Obsidian.md, Evernote, OneNote, Confluence
tasks project tracker issues aufgaben projekte tâches: Jira, Trello, Asana, Linear, Todoist, ClickUp, Airtable, Basecamp, Monday.com
design drawing zeichnen dessin diseño: Figma, Sketch, Adobe XD, InDesign, Photoshop, Illustrator, Canva, Lightroom, Blender
payment zahlung bezahlen paiement pago pagamento: PayPal, Stripe, Klarna, Venmo, Braintree, Apple Pay, Google Pay
bank konto banque banco banca: Revolut, N26, Boursorama, Deutsche Bank, BNP Paribas, Société Générale, Santander, HSBC, ING, Commerzbank, Sparkasse, Crédit Agricole, Barclays
password manager passwort mot passe contraseña: 1Password, Bitwarden, LastPass, KeePass
vpn: NordVPN, WireGuard, OpenVPN, Tailscale
medicine medication drug pill medikament tabletten médicament medicamento medicina pillole medicijn: Advil, Tylenol, Paracetamol, Ibuprofen, Aspirin, Ozempic, Wegovy, Viagra, Xanax, Zoloft, Prozac, Ritalin, Adderall, Doliprane, Spasfon
drink soda getränk boisson bebida bevanda: Coca-Cola, Coke, Pepsi, Red Bull, Fanta, Sprite
beer bier bière cerveza birra cerveja: Heineken
toy spielzeug jouet juguete giocattolo: Lego, Playmobil
learning course kurs cours curso corso: Duolingo, Coursera, Udemy
delivery essen livraison entrega: Uber Eats, Deliveroo, DoorDash
accommodation unterkunft logement alojamiento: Airbnb, Booking.com
supermarket groceries supermarkt einkaufen supermarché courses supermercado supermercato: Aldi, Lidl, Carrefour, Rewe, Edeka, Tesco, Walmart, Auchan, Mercadona, Whole Foods, Trader Joe's, Albert Heijn
`;
