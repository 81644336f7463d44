/** Words by which addresses and names in code are told: regular expressions joined by `|`. */
export const extensions =
  "rs|py|pyi|js|ts|tsx|jsx|mjs|cjs|mts|vue|svelte|json|jsonl|yaml|yml|toml|md|mdx|txt|rtf|csv|tsv|pdf|docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|webp|mp3|mp4|mov|wav|mkv|zip|tar|gz|tgz|7z|html?|css|scss|sql|sh|bash|ps1|rb|go|java|kt|swift|cpp|hpp|cs|php|lua|ipynb|lock|log|xml|ini|cfg|conf|db|sqlite|parquet|wasm|proto|graphql|tf|dart|ex|exs|hs|scala|env|pem|key|crt|exe|dll|apk|dmg|iso";
export const folders =
  "\\.github|src|lib|libs|packages|node_modules|docs|tests?|bin|apps?|dist|build|public|static|assets|configs?|scripts|crates|cmd|internal|pkg|components|pages|migrations|examples|server|client|api";
/** Top-level domains that are not also the ends of file names or sentences. */
export const topLevelDomains =
  "com|org|net|edu|gov|int|io|ai|dev|app|cloud|info|biz|xyz|online|tech|eu|fr|de|es|it|pt|nl|be|ch|at|uk|ie|us|ca|mx|br|ar|cl|co|se|no|dk|fi|pl|cz|ro|gr|tr|ru|ua|il|in|jp|cn|kr|tw|hk|sg|au|nz|za|ma|tn|sn|ci";
/** Annotations and rules of programming languages, which are no handles. */
export const annotations =
  "media|keyframes|import|mixin|include|extend|supports|charset|font|page|layer|apply|param|returns?|throws|type|typedef|property|see|since|deprecated|override|staticmethod|classmethod|context|test|before|after|autowired|component|service";
/** What dotted names begin with in programs, and what names of classes end with. */
export const codeRoots =
  "console|process|os|sys|np|pd|plt|self|this|window|document|navigator|Math|Object|JSON|Array|Promise|req|res|app|module|exports|router|db|fmt|std|torch|tf|import|json|logging|datetime|java|javax|org|System";
export const classEndings =
  "Error|Exception|Service|Controller|Repository|Manager|Handler|Factory|Provider|Adapter|Component|Module|Model|View|Context|Config|Options|Props|State|Store|Builder|Client|Request|Response|Listener|Interface|Impl|Test|Schema|Router|Middleware|Helper|Utils|Iterator|Stream|Buffer|Array|Map|Set|Type|Id|Dto";
