import type { LatinLanguage } from "./language.ts";

/**
 * Function words (articles, pronouns, prepositions, auxiliaries, question words) of languages in Latin script. They
 * tell the languages apart, and questions are searched without them. Words that also carry content are left out.
 */
export const latinFunctionWords: Readonly<Record<LatinLanguage, string>> = {
  en: `i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves what which who whom whose this that these those am is are
    was were be been being have has had having do does did doing done a an the and but if or because as since until
    while upon within without although though of at by for with about against between into through during before after above below to from up down in out on off
    over under again further then once here there when where why how all any both each few more most other some such no
    nor not only own same so than too very can cannot will just don should now ain aren couldn didn doesn hadn hasn
    haven isn mightn mustn needn shan shouldn wasn weren won wouldn could would may might must shall also ever im ive
    id dont doesnt didnt isnt wasnt cant wont whats wheres whos`,
  fr: `au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me mes
    mien moi mon ne nos notre nous on ou où par pas pour qu que quel quelle quelles quels qui quoi dont quand comment
    pourquoi combien lequel laquelle lesquels sa se ses si son sur ta te tes toi ton tu un une vos votre vous c d j l à
    m n s t y été étant suis es est sommes êtes sont serai sera serons serez seront étais était étions étaient fut soit
    ai as a avons avez ont aurai aura aurons aurez auront avais avait avions avaient eu eut ça cela ceci celui celle
    ceux celles comme donc alors puis car ni plus très aussi chez vers sans sous entre depuis pendant lors dès tout
    toute tous toutes même est-ce quelque quelques chaque aucun aucune autre autres fait déjà encore`,
  de: `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim
    bin bis bist da damit dann das dass daß dasselbe dazu dein deine deinem deinen deiner dem den denn der des dich die
    dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer eines er es etwas euch euer
    eure für gegen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in
    indem ins ist jede jedem jeden jeder jedes jene jetzt kann kein keine keinem keinen keiner können könnte mein meine
    meinem meinen meiner mich mir mit muss nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen
    seiner sich sie sind so solche soll sollte sondern sonst über um und uns unser unsere unserem unseren unter vom von
    vor wann war waren warst warum was weil welche welchem welchen welcher welches wem wen wenn wer werde werden wessen
    wie wieder wieviel will wir wird wirst wo woher wohin wofür womit wurde wurden zu zum zur zwischen gern gibt`,
  es: `a al algo algunas algunos ante antes aunque como con contra cual cuál cuáles cuales cuando cuándo cuanto cuánto
    cuánta cuántos cuántas de del desde donde dónde durante e el él ella ellas ellos en entre era eran eras eres es esa
    esas ese eso esos esta está estaba estado están estar estas estás este esto estos estoy fue fueron fui ha había han
    has hasta hay he hemos la las le les lo los más me mi mí mis mucho muy nada ni no nos nosotros nosotras nuestra
    nuestro nuestras nuestros o os otra otras otro otros para pero poco por porque porqué que qué quien quién quienes
    quiénes se sea ser si sí sido sin sobre sois somos son soy su sus también tanto te tengo tiene tienen ti tu tú tus
    tuvo un una uno unos unas vosotros y ya yo`,
  it: `a abbiamo ad agli ai al alla alle allo anche avere aveva avevano avete c che chi ci coi col come con contro cosa cui
    da dagli dai dal dalla dalle dallo degli dei del della delle dello di dov dove e è ed egli era erano essere fra fu
    gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mi mia mie miei mio ne negli nei nel nella nelle nello
    no noi non nostra nostre nostri nostro o per perché perchè più qual quale quali quando quanta quante quanti quanto
    quella quelle quelli quello questa queste questi questo se sei si sia siamo siete sono sta stato stata su sua sue
    sui sul sulla sulle sullo suo suoi ti tra tu tua tue tuo tuoi un una uno vi voi vostra vostro`,
  pt: `a à ao aos aquela aquelas aquele aqueles aquilo as às até com como da das de dela delas dele deles depois do dos e é
    ela elas ele eles em entre era eram essa essas esse esses esta está estão estava estas este estes estou eu foi foram
    há isso isto já lhe lhes mais mas me mesmo meu meus minha minhas muito na não nas nem no nos nós nossa nossas nosso
    nossos num numa o onde os ou para pela pelas pelo pelos por porque porquê qual quais quando quanto quanta quantos
    quem que quê são se sem ser seu seus só sou sua suas também te tem têm tenho ter teu teus tinha tu tua um uma umas
    uns você vocês vos`,
  nl: `aan af al alles als altijd andere ben bij bent bij daar dan dat de der deze die dit doch doen door dus een en er ge
    geen geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je jij jou jouw kan
    kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat ons onze ook op over reeds te
    tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we wel welk welke werd wezen wie
    wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou`,
  sv: `alla allt än är att av bara bli blev blir de dem den denna deras dess det detta dig din dina ditt du där efter ej
    eller en er ert ett från för ha hade han hans har hon henne hennes honom hur här i icke ingen inom inte jag ju kan
    kunde man med mellan men mig min mina mitt mot mycket ni nu när någon något några och om oss på sedan sig sin sina
    sitt skulle som så till under upp ut utan vad var varför vara varit vart vem vems vi vid vilka vilken vilket vår åt
    över`,
  da: `ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller en
    end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvem hvilken hvilke hvis hvor hvordan
    hvorfor hvornår i ikke ind jeg jer jo kunne man mange med meget men mig min mine mit mod ned noget nogle nu når og
    også om op os over på sig selv sin sine sit skal skulle som sådan thi til ud under var vi vil ville vor være været`,
  no: `alle at av både ble blei bli blir da de deg dei dem den denne der dere deres det dette di din disse ditt du dykk dykkar
    då eg ei ein eit eller elles en enn er et ett etter for fra før ha hadde han hans har hennar henne hennes her hos hun
    hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke ikkje inn ja jeg kan kom korleis kva kven kvifor man
    mange med meg meget mellom men mi min mine mitt mot mykje noe noen nå når og også om opp oss over på samme seg selv
    si sia siden sin sine sitt sjøl skal skulle slik som så til um under upp ut uten var vart ved vere vi vil ville vår
    være vært`,
  fi: `ei eivät emme en et ette että he heidän heidät heille heissä heistä häneen hänen hänessä hänestä hänet häntä hän ja
    johon joiden joita jos joka jokin jolla jolle jonka jossa josta jota jotka kanssa keiden keitä keneen kenelle kenen
    kenessä kenestä kenet kuka koska kuin kuinka kun me meidän meidät meille meissä mihin mikä mikä miksi milloin minkä
    minua minulla minulle minun minussa minut minä missä mistä mitkä mitä mukaan mutta ne niiden niin niissä niistä niitä
    noin nuo nyt näiden nämä näitä ole olen olet olemme olette oli olimme olin olisi olit olivat olla on ovat se sekä
    sen siihen siinä siitä sille sinua sinulla sinun sinut sinä sitä tai te teidän tuo tuon tuossa tähän tällä tämä
    tämän tässä tästä tätä vaan vai vaikka voi`,
  hu: `a abban ahhoz ahogy ahol aki akik akkor alatt által általában amely amelyek ami amikor amit az azok azon azt azután
    azért be bár csak cikk de e egy egyéb egyik el ellen elő elég én és éppen ez ezek ezen ezt ezért fel felé ha hanem
    hány hát hogy hogyan hol hova ide így ill ilyen is itt jól kell ki kik kit kivel le lehet lenne lesz lett maga már
    meg melyik mely mert mi miatt mikor milyen mint mit miért most nagyon ne nekem neki nem nélkül nincs ő ők óta össze
    pedig rá s saját sem számára szerint szinte talán te tehát ti több úgy új után vagy vagyok valaki valami van vannak
    vele vissza viszont volna volt voltak voltam`,
  ro: `a acea aceasta această aceea acel acela acele acelea acest acesta aceste acestea acestui ai al ale am ar are as aș au
    avea aveam avem ca că câ când cât câte câți cât ce cei cel cele cine cineva cu cui cum da dacă dar de deci deja
    deoarece despre din după e ea ei el ele era erau este eu există fi fie fost îi îl îmi în încât iar își la le li lor
    lui mă mai mea mei mele meu mi mie ne nici niște noastră noi nostru nu o or ori pe pentru peste prin sa să sale sau
    se și şi sînt sunt sub sus ta te tot toată toate toți tu un una unde unei unui unul unor vă voi vor voastră`,
  tr: `acaba ama ancak artık bana bazı belki ben benden beni benim beri bile bir biraz biri birkaç biz bizden bize bizi bizim
    bu buna bundan bunlar bunu bunun burada çok çünkü da daha de defa değil diye en eğer gibi hem hep hepsi her hiç hangi
    hangisi ile ise için kadar kendi kendine ki kim kime kimi kimin mi mı mu mü nasıl ne neden nerede nereden nereye niye
    niçin o olan olarak oldu olduğu olup ona ondan onlar onları onların onu onun orada önce sana sen senden seni senin
    siz sizden size sizi sizin sonra şey şu şunu tüm ve veya ya yani yine yok var mıdır nedir kimdir`,
  id: `ada adalah agar akan aku anda antara apa apakah atas atau bagaimana bagi bahwa banyak beberapa belum berapa bisa boleh
    bukan dalam dan dapat dari daripada dengan di dia di mana dimana dulu hanya harus hingga ia ini itu jika juga kah
    kalau kami kamu kapan karena ke kepada kita lagi lain lalu lebih maka mana masih mengapa mereka milik namun nya oleh
    pada para pernah saat saja sampai sangat saya sebagai sebuah sedang sejak seperti serta siapa sudah supaya telah
    tentang tersebut tetapi tidak untuk yaitu yang`,
  pl: `a aby albo ale ani bardzo bez bo być był była było były będą będzie ci co coś czego czy czyj czyli dla dlaczego do gdy
    gdzie go i ich ile im in inne inny ja jak jaka jaki jakie jako je jeden jednak jego jej jest jestem jeszcze jeśli już
    kiedy kim kogo komu która które którego który których którzy kto lub ma mam mi mnie może mój moja moje my na nad nam
    nas nasz nasza nic nie niej nich nim niż o od ona one oni ono oraz pan po pod ponieważ przed przez przy sam się są
    skąd swoje ta tak także tam te tego tej ten też to tobie tu twój twoja tych tylko tym u w we więc wszystko z za ze
    że`,
  cs: `a aby ale ani ano až bez bude budou by byl byla byli bylo být co či do ho i já jak jaká jaké jaký je jeho její jejich
    jen jenž ještě ji jí jich jim již jsem jsi jsme jsou jste k kam kde kdo kdy když která které který kterou ke kolik ku
    má mám máš mě mezi mi mít mně mnou moje můj my na nad nám náš ne nebo nebyl není než nic o od on ona oni pak po pod
    podle pokud pouze pro proč proto protože před při s se si své svůj ta tak také tam tato te tebe tedy ten tento ti to
    tohle toho tom tomto tu tuto tvůj ty u už v vám váš ve však vy z za že`,
  ca: `a al als amb aquell aquella aquest aquesta aquestes aquests així com d de del dels des després doncs el ell ella elles
    ells els em en ens era eren es és està esta estan et ets fa fins ha han hem hi ho i jo l la les li llur m mai mateix
    me més meu meva meves meus molt n ni no nosaltres o on per perquè però pel pels pot què quan quant quants quina quin
    quines quins qui que s sa se sense ser seu seva seves seus si sobre són soc sóc sota també te té tenen tens teva teu
    tinc tot tots tu un una unes uns va van vas vaig vosaltres vostè`,
  ga: `a ach ag agus an aon ar arna as ba bhfuil bhí cá cad cathain cé cén chun cois conas dá dar de den do dom duit é fá faoi
    faoin gach gan go gur i iad idir in is í le leis lena mar más mo mise ná nach ní níl nuair ó ón os roimh sa san sé
    seo sí sibh sin sinn tá tar thar tú um`,
  lt: `apie ar arba aš be bei bet būti buvo čia dar dėl į iki ir iš ja jau jei ji jie jis jo jog jos jų kada kad kai kaip
    kam kas kiek kodėl kol koks kokia kur kurie kuris kuri man mano mes mūsų ne nei nes net nors nuo o pat per po prie
    prieš savo su šis ši tai taip tarp tas tau tavo ten tik to tu tuo už yra`,
  vi: `ai anh bạn bao bị bởi các cái có còn cho chúng chưa của cùng cũng cô đã đang đâu đây đến để đi điều đó được gì hãy
    hay hơn không khi là lại lên mà mình một này nào nên nếu ngay người nhiều như những nhưng ở ông ra rằng rất sao sẽ
    sau tại tất thì tôi trên trong trước từ và vào vẫn vậy về vì với`,
};

/** Function words of languages that have their script to themselves, or share it as Russian and Ukrainian do. */
export const otherFunctionWords = `
  и в во не что он на я с со как а то все всё она так его но да ты к у же вы за бы по только ее её мне было вот от меня
  еще ещё нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас опять уж вам ведь там потом себя
  ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж
  кто этот того потому этого какой какая какое какие какого какую каком совсем ним здесь этом один почти мой моя моё мои
  моего моей мою моём тем чтобы нее неё сейчас были куда зачем почему сколько всех никогда можно при об другой хоть
  после над больше тот через эти нас про всего них много разве эту перед иногда чуть том такой им всегда это мой твой
  твоя твои свой своя свои наш наша ваш ваша чей чья чьи которая который которые откуда меня тебе
  і й та що як це цей ця ці він вона воно вони ми ви є був була було були бути із зі від до для але або чи де коли хто
  чому який яка яке які його її їх мене мені мій моя моє мої твій тобі свій у з за на по про не так також вже ще тільки
  ο η το οι τα του της των τον την τη τους τις και κι είναι ήταν να θα με σε για από στο στη στην στον στα στους στις μου
  σου μας σας που πως πού πώς τι ποιος ποια ποιο ποιον ποιοι ποιες γιατί πότε πόσο πόσα πόσοι όχι δεν μη μην αλλά ή αν ως
  ένας μια μία ένα αυτός αυτή αυτό αυτά αυτοί εγώ εσύ εμείς έχω έχει έχουν έχεις είμαι είσαι είμαστε κατά προς όταν όπως
  في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم هن أنا انا نحن أنت انت أنتم ما ماذا لماذا متى أين اين
  كيف كم أي اي هل لا لم لن ليس كان كانت يكون تكون قد كل بعض أن ان إن أو او ثم حتى بين عند بعد قبل لكن كما لأن إذا اذا
  و ف ب ل ك يا له لها لي لك منه فيه فيها به بها عليه عليها من هناك هنا
  של את על אל עם לא כן כי אם או גם רק זה זאת זו אלה אלו הוא היא הם הן אני אתה אתם אנחנו אנו היה היתה הייתה היו יהיה תהיה
  להיות יש אין מה מי איך איפה היכן מתי למה מדוע כמה איזה איזו אילו לאן מאין אשר כל כמו אבל אך עוד כבר אחרי לפני בין תחת
  לי לך לו לה לנו להם שלי שלך שלו שלה שלנו שלהם אותו אותה אותי אותך בו בה בי כאן שם מאוד עד מן האם
  का के की को में से है हैं था थी थे हो होता होती होते हुआ हुई हुए और या एक यह वह ये वे इस उस इन उन पर तक ने भी ही तो कि जो
  जब तब कब कहां कहाँ क्या कौन क्यों कैसे कैसा कैसी किस किसका किसकी किसके किसको कितना कितने कितनी मैं मैंने मुझे मेरा मेरी मेरे
  हम हमें हमारा हमारी तुम तुम्हारा तुम्हारी आप आपका आपकी आपके उसका उसकी उसके इसका इसकी इसके उनका उनकी उनके अपना अपनी अपने नहीं
  मत साथ लिए कर करता करती करते रहा रही रहे गया गई गए कुछ सब बहुत अब फिर द्वारा वाला वाली वाले
  的 了 是 在 我 你 您 他 她 它 们 我们 你们 他们 她们 吗 呢 吧 啊 什么 怎么 怎样 哪 哪里 哪儿 哪个 谁 为什么 何时 多少 几 和 与 跟 及 也 都 就 这
  那 这个 那个 个 有 没有 不 没 很 把 被 给 对 从 到 要 会 能 而 或 但 但是 因为 所以 如果 着 过 地 得 之 以 于 上 下 里 中 去 来 做 做了 說 嗎 甚麼 什麼 誰
  的話 哪裡 為什麼 個 們 我們 你們 他們 這 這個 沒有 會 對 從
  は が を に で と も の へ や か ね よ わ ぞ から まで より だけ など って た だ て し い る れ さ な ます ました まし しま ませ ん です でし でした だっ だった
  である ある いる する した して いる います ない なかっ この その あの どの これ それ あれ どれ ここ そこ あそこ どこ 何 なに なん 誰 だれ いつ なぜ どう どんな
  いくつ 私 わたし 僕 ぼく 俺 あなた 彼 彼女 こと もの ため よう そう
  나 너 저 그 이 것 수 등 및 또는 그리고 하지만 그러나 무엇 무엇을 뭐 뭘 누구 누가 어디 어디에 어디서 언제 왜 어떻게 어떤 어느 몇 얼마 얼마나 나는 나의 내
  내가 너는 너의 네 저는 저의 제 제가 그는 그녀 그녀는 우리 우리는 있다 있는 있나요 있어요 있습니다 있습니까 없다 하다 하는 합니다 합니까 하나요 해요 했다
  이다 입니다 입니까 인가요 이에요 예요 은 는 가 을 를 의 에 에서 에게 로 으로 와 과 도 만 무슨
  ที่ และ ของ ใน เป็น มี ได้ ให้ กับ จาก ไม่ จะ ก็ ว่า นี้ นั้น อะไร ใคร เมื่อไร เมื่อไหร่ ทำไม อย่างไร ยังไง หรือ คือ ไหม ครับ ค่ะ คะ ฉัน ผม
  คุณ เขา เธอ เรา ที่ไหน ไหน กี่ เท่าไร เท่าไหร่ แต่ ซึ่ง โดย เพราะ ถ้า แล้ว อยู่ ไป มา ด้วย ต้อง อยาก การ ความ`;
