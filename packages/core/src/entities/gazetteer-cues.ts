/**
 * Words that tell what the capitalised word after them names. All are folded; phrases of one to three words are
 * separated by commas or new lines.
 */

/** Titles, with or without a dot. */
export const titles = `
mr,mrs,dr,prof,professor,president,senator,captain,doctor,uncle,aunt,auntie,grandma,grandpa,
monsieur,madame,mademoiselle,mme,mlle,docteur,professeur,maitre,oncle,tante,tata,tonton,mamie,papi,
herr,frau,herrn,doktor,onkel,oma,opa,senor,senora,senorita,sr,sra,srta,dra,profesor,profesora,tio,tia,abuela,abuelo,
signor,signora,signorina,sig,dott,dottor,dottoressa,zio,zia,nonno,nonna,senhor,senhora,
dhr,mevr,mevrouw,meneer,oom,pani,panem,panią,sayin,
господин,госпожа,господину,доктор,доктора,профессор,профессора,дядя,тетя,бабушка,дедушка,пан,пані,
κυριος,κυρια,κυριο,δρ,καθηγητης,καθηγητρια,θειος,θεια
`;
/** Titles that are ordinary words without their capital. */
export const capitalTitles = `ms,miss,sir,lady,lord`;

/** People, and pets, close enough to be called by name. */
export const relations = `
wife,husband,spouse,brother,sister,mother,father,mom,mum,dad,son,daughter,friend,bestie,boyfriend,girlfriend,fiance,fiancee,
boss,colleague,coworker,co worker,roommate,flatmate,housemate,neighbor,neighbour,cousin,nephew,niece,grandmother,
grandfather,stepfather,stepmother,teacher,therapist,mentor,babysitter,dog,cat,puppy,kitten,horse,guy,woman,girl,boy,teammate,
ex wife,ex husband,brother in law,sister in law,mother in law,father in law,
femme,mari,frere,soeur,mere,pere,fils,fille,ami,amie,copain,copine,compagnon,compagne,fiancee,collegue,patron,patronne,voisin,
voisine,cousine,neveu,niece,grand mere,grand pere,belle soeur,beau frere,chien,chienne,chat,chatte,
mann,bruder,schwester,mutter,vater,sohn,tochter,freund,freundin,kollege,kollegin,chefin,nachbar,nachbarin,enkel,enkelin,hund,katze,
kater,esposa,esposo,marido,mujer,hermano,hermana,madre,padre,hijo,hija,amigo,amiga,novio,novia,companero,companera,jefe,jefa,vecino,
vecina,primo,prima,sobrino,sobrina,perro,perra,gato,gata,moglie,marito,fratello,sorella,figlio,figlia,amico,amica,fidanzato,
fidanzata,collega,capo,cugino,cugina,cane,gatto,gatta,irmao,irma,mae,pai,filho,filha,namorado,namorada,colega,chefe,cachorro,
vrouw,broer,zus,moeder,vader,zoon,dochter,vriend,vriendin,baas,buurman,buurvrouw,hond,kat,
zona,maz,brat,siostra,przyjaciel,przyjaciolka,kolega,kolezanka,szef,szefowa,syn,corka,pies,
esim,karim,kocam,kardesim,ablam,abim,annem,babam,oglum,kizim,arkadasim,mudurum,patronum,kuzenim,kedim,kopegim,
жена,жену,жены,муж,мужа,мужу,брат,брата,сестра,сестру,сестры,мама,папа,сын,сына,дочь,дочери,друг,друга,подруга,подругу,
коллега,коллегу,начальник,сосед,соседка,собака,кот,кошка,дружина,дружину,чоловік,чоловіка,донька,син,подругу,
γυναικα,αντρας,αντρα,αδερφος,αδερφη,φιλος,φιλο,φιλη,γιος,γιο,κορη,συναδελφος,σκυλος,γατα
`;

/** What comes before a name that somebody says of a person. */
export const introductions = `
my name is,his name is,her name is,call me,i met,we met,just met,he met,she met,
m appelle,mon nom est,mon prenom est,appelle moi,ai rencontre,
ich heisse,heisse,mein name ist,me llamo,mi nombre es,llamame,mi chiamo,il mio nome e,me chamo,meu nome e,ik heet,mijn naam is,
benim adim,adim,nazywam sie,mam na imie,меня зовут,его зовут,ее зовут,зовут,мене звати,його звати,її звати,με λενε,τον λενε,τη λενε,την λενε,
ονομα μου ειναι
`;

/** Words between a cue and the name: "a friend named …". */
export const naming = `called,named,nomme,nommee,appele,appelee,prenomme,prenommee,namens,llamado,llamada,chamado,chamada,chiamato,
chiamata,genaamd,genannt,imieniem,adinda,adli,имени,по имени`;

export const organizationCues = `
work at,works at,working at,worked at,work for,works for,working for,worked for,job at,position at,role at,intern at,internship at,
interview at,interview with,hired by,employed by,employed at,ceo of,cto of,cfo of,founder of,cofounder of,co founder of,acquired by,
offer from,company,startup,employer,nonprofit,
travaille chez,travaillais chez,travailler chez,travaille pour,bosse chez,employe chez,employee chez,embauche chez,embauchee chez,
stage chez,poste chez,recrute par,entreprise,societe,fondateur de,fondatrice de,directeur de,directrice de,
arbeite bei,arbeitet bei,arbeiten bei,job bei,firma,trabajo en,trabaja en,trabajo para,trabaja para,empresa,lavoro per,lavora per,lavoro alla,
azienda,ditta,trabalho na,trabalha na,trabalho no,trabalha no,werk bij,werkt bij,bedrijf,pracuje w,pracujemy w,firmie,
работаю в,работает в,работал в,работала в,компания,компании,компанию,фирма,фирме,фирму,стартап,працюю в,працює в,компанія,компанії,
δουλευω στην,δουλευω στη,δουλευει στην,εργαζομαι στην,εταιρεια,εταιρια
`;

export const placeCues = `
live in,lives in,living in,lived in,moved to,move to,moving to,moved from,born in,based in,grew up in,raised in,travel to,traveled to,travelled to,
traveling to,travelling to,trip to,flew to,flying to,fly to,flight to,drive to,drove to,road trip to,vacation in,vacation to,holiday in,
located in,apartment in,house in,office in,city of,town of,village of,
habite a,habite en,habitait a,habitons a,habitez a,habitent a,vis a,vit a,vivons a,vivre a,vivait a,ne a,nee a,nes a,demenage a,demenager a,demenagee a,
originaire de,vacances a,vacances en,voyage a,voyage en,parti a,partie a,partir a,installe a,installee a,ville de,village de,situe a,situee a,
appartement a,maison a,bureau a,
wohne in,wohnt in,wohnen in,lebe in,lebt in,leben in,geboren in,aufgewachsen in,reise nach,fahre nach,fahren nach,fliege nach,
fliegen nach,ziehe nach,ziehen nach,umzug nach,komme aus,kommt aus,stamme aus,stadt,
vivo en,vive en,viven en,vivimos en,viviendo en,naci en,nacido en,nacida en,nacio en,mude a,mudo a,viaje a,viajar a,ciudad de,pueblo de,
vivo a,vive a,viviamo a,abito a,abita a,abitiamo a,nato a,nata a,trasferito a,trasferita a,viaggio a,citta di,
moro em,mora em,moramos em,vivo em,nasci em,nasceu em,mudei para,mudou para,viagem a,viagem para,cidade de,
woon in,woont in,wonen in,verhuisd naar,verhuizen naar,reis naar,
mieszkam w,mieszka w,mieszkamy w,urodzilem sie w,urodzilam sie w,przeprowadzilem sie do,
живу в,живет в,живем в,жил в,жила в,родился в,родилась в,переехал в,переехала в,переехали в,еду в,летим в,город,города,городе,село,
живе в,живемо в,народився в,народилася в,переїхав до,переїхала до,місто,місті,
μενω στην,μενω στη,μενω στο,μενει στην,μενει στη,μενει στο,ζω στην,ζω στη,ζω στο,γεννηθηκα στην,γεννηθηκα στη,γεννηθηκα στο,πολη
`;

/** Before names that are also something else: "in Nice", "à Tours". */
export const placePrepositions = `in,to,from,near,at,around,visit,visited,visiting,a,en,au,aux,vers,depuis,de,pres de,nach,aus,bei,em,da,no,na,do,di,naar,uit,w,z,do,в,из,у,до,з,
στην,στη,στο,από`;

export const productCues = `
using,switched to,switching to,migrated to,migrating to,migrate to,built with,built on,written in,powered by,library,framework,
orm,app,database,tool,plugin,sdk,software,
utilise,utilisons,utiliser,utilisent,logiciel,outil,appli,application,bibliotheque,uso,usamos,utilizo,utilizamos,herramienta,
strumento,ferramenta,gebruik,gebruiken,uzywam,używamy,использую,используем,используют,библиотека,фреймворк,
використовую,використовуємо,χρησιμοποιω,χρησιμοποιουμε
`;

/** Small words inside names of persons: "Vincent van Gogh", "Leonardo da Vinci". */
export const personParticles = `van von der den de la di da del della dos das du le el al bin ben ibn ter ten af av zu y e`;
/** Turkish courtesy titles come after the name. */
export const trailingTitles = `bey hanim abi abla hoca efendi`;

/**
 * Capitalised words that begin a sentence or a title, or are written with a capital for another reason, and never are
 * a name or a part of one: function words, greetings, relatives, feasts.
 */
export const neverNames = `
i a an the this that these those my your his her its our their we you he she it they me him us them who what when where
why how which whose if is are was were be been do does did has have had can could will would should may might must shall
and or but so not no yes ok okay also then there here now today tomorrow yesterday tonight in on at to for from with by of
about after before as since until all any some each every both more most other another such only just very too please
thanks thank hello hi hey dear sorry well oh wow yeah yep nope sure great good nice cool happy merry new old first last next
mom mum mommy mama dad daddy papa god lord internet web wifi mr mrs ms dr sr jr vs etc pm am tv ok
let lets get got go going make made take took see saw use used using add create update note notes step steps part example
question answer summary todo tip warning important error output input user assistant system human bot ai

le la les l un une des du de d ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je j tu il
elle on nous vous ils elles et ou mais donc or ni car que qui quoi dont quand comment pourquoi combien si ne pas plus oui non
est sont etait avec sans pour par dans sur sous chez vers a au aux en merci bonjour bonsoir salut cher chere dieu
maman aujourd hui hier demain voici voila alors puis ensuite c s n m t qu y lors depuis

der die das den dem des ein eine einen einem einer und oder aber ich du er sie es wir ihr mein meine meinen dein deine sein
seine unser unsere euer wer was wann wo wie warum welche welcher ist sind war hat haben nicht kein ja nein mit ohne fur von zu
im am beim zur zum auf aus bei nach seit heute gestern morgen hallo danke bitte liebe lieber gott mutti vati wenn weil dass

el los las un una unos unas mi mis tu tus su sus yo ella nosotros ellos y o pero no si que quien cuando donde como cual
por para con sin en del al hoy ayer manana hola gracias querido querida dios es son esta

il lo gli uno mio mia tuo sua noi voi loro e ma perche chi cosa dove quando sono ciao grazie caro cara dio oggi ieri domani

o os as um uma meu minha seu sua eu nos voces mas quem onde quando ola obrigado obrigada hoje ontem amanha deus

de het een mijn jouw zijn haar ons wij jij ik en maar wie waar wanneer hoe hallo dank vandaag gisteren morgen god

bir bu su ben sen o biz siz onlar ve ama icin ile merhaba bugun dun yarin allah
ja ty on ona my wy oni i a ale czy kto co gdzie kiedy jak dzis wczoraj jutro moj moja

я ты он она мы вы они мой моя мои наш ваш это этот эта и а но не да нет как что кто где когда почему если у в на с из по за
привет спасибо сегодня вчера завтра здравствуйте бог интернет ми ви вони мій моя це цей та але що хто де коли чому якщо
ο η το οι τα ενας μια ενα και αλλα δεν ναι οχι πως που ποτε γιατι ποιος τι εγω εσυ αυτος εμεις μου στο στη στην σημερα χθες αυριο

christmas easter halloween thanksgiving hanukkah ramadan diwali valentine valentines noel paques toussaint weihnachten ostern
silvester navidad pascua natale pasqua natal kerst pasen eid summer winter spring autumn fall birthday
`;

/** Nationalities, languages and religions: no names, but parts of the names of organisations. */
export const nationalities = `
american british canadian australian mexican brazilian argentinian chilean colombian peruvian european asian african indian
pakistani bangladeshi israeli palestinian lebanese syrian iraqi iranian saudi egyptian moroccan algerian tunisian nigerian
kenyan ethiopian belgian swiss austrian scottish welsh irish english french german italian spanish portuguese dutch swedish
norwegian danish finnish polish czech slovak hungarian romanian bulgarian serbian croatian greek turkish russian ukrainian
chinese japanese korean vietnamese thai filipino indonesian malaysian arabic hebrew hindi latin mandarin cantonese
christian jewish muslim islamic buddhist hindu catholic protestant orthodox victorian gothic bible quran torah
deutsch deutsche deutscher deutschen franzosisch franzosische englisch englische spanisch italienisch turkisch russisch
`;

/** Capitals that are no organisation when nothing else says so. */
export const plainAcronyms = `
ai api app asap atm aws bbq bio btw cbd ceo cfo cio cli cms cpu crm css csv cto cv cvs ddd diy dj dna dns dvd erp etc eta eu faq
fyi gdpr gif gpa gps gpu gui hiv hr html http https ide id imo ios ip iq irl it json jpg jwt kpi lan lgbt lgbtq llm lol mba ml mri
mvp mvc nda nft nlp ocr omg ok okr oop orm os pc pdf phd php pm png poc pov pr ps qa qr ram rest rh rip rna roi rsvp rss saas sas
sdk seo sftp sla sms sos spa sql ssd ssh ssl ssr sso svg tba tbd tcp tdd tgv tls todo tsv tv tva udp uefi ui uml uri url usa usb ux
vat vip vm vpc vpn vr vs wc xml xss yaml yolo zip am ad bc ii iii iv vi vii viii ix xi xii sncf dm rdv svp bts dut iut aka eod
`;
/** Words that tell German, where every noun has a capital, from other languages. */
export const germanWords = `ich und der nicht ist ein eine einen einem mit fur auf wir habe haben hat bei mein meine meinen wird auch
aus zur zum uber nach sich dass wo wohnt wer welche welcher wann wie warum sind unsere unser ihr das des vom werden wurde`;
