/** First names that are no ordinary word, folded, separated by spaces. */
export const firstNames = `
aaron abel abigail adam adele adrian adrien agathe agnes agnieszka ahmed ahmet aidan aisha alan alana alba albert alberto
aldo alec alejandra alejandro aleksander aleksandra alena alessandra alessandro alessia alexander alexandra alexandre
alexandros alexei alexis alfonso alfred alfredo ali alice alicia alina aline alison allan allison alma alvaro alvin alyssa
amanda amandine amelia amelie amina amir amit amy ana anais anastasia anders andre andrea andreas andrei andres andrew
andrey andrzej andy ange angela angele angelica angelina angelo angelos angus anika anil anita anja anke ann anna anne
annabelle annalisa anneke annette annika anouk anthony antoine antoinette anton antonella antonia antonin antonio antonis
anya apolline ariana ariane arianna ariel arjun armand arnaud arne arthur artem arturo arvind asha ashley astrid athena
aubrey audrey augustin aurelie aurelien axel ayesha ayse aziz barbara barnabe barry bartosz basile bastien beata beatrice
beatriz belinda ben benedicte benedikt benjamin benoit bernadette bernard bernd bernhard bertrand beth bettina betty
bianca birgit bjorn blake blanche blanca bob bogdan boris brad bradley brandon brenda brendan brent brian brigitte bruce bruno
bryan burak caitlin calvin cameron camila camilla camille carina carl carla carlo carlos carlotta carmen carol carole
carolina caroline carolyn carsten casey caspar cassandra catalina caterina catherine cathy cecile cecilia cedric celia celina celine
cem cesar chantal charlene charles charlie charlotte chiara chloe chris christa christelle christiane christina
christine christoph christophe christopher christos cindy claire clara clarisse claude claudia claudine claudio claus
clemence clement cleo clothilde colette colin colleen connor conrad constance constantin corentin corinne cornelia cristian
cristiano cristina cristobal curtis cynthia cyril dagmar daisuke damian damien dan dana daniel daniela daniele danielle
danilo danny daphne dario darren daryl dave david davide deborah debbie deepak deirdre delphine denis denise dennis derek derya
devon diana diane didier diego dieter dilip dimitri dimitris dirk dmitri dmitry dolores dominic dominik dominique
don donald donna dora doreen doris dorothea dorothy doug douglas duncan dustin dylan eduardo edgar edith edouard eduard edward edwin
eileen ekaterina elaine elena eleni eleonora eleonore elias eliane elif elina eliot elisa elisabeth elise eliza elizabeth
ella ellen elliot eloise elodie elsa elvira emanuele emil emile emilia emilie emilio emily emine emma emmanuel emmanuelle
enrico enrique enzo eric erica erich erik erika erin ernesto erwan esteban estelle esteban esther etienne eugene eugenie
eva evan eve evelyn evgeny ewa fabian fabien fabienne fabio fabrice fabrizio fadi fanny fares fatima fatma federica federico felicia
felipe felix ferdinand fernanda fernando filip filippo fiona flavia flavien floriane francesca francesco francine francis
francisco franck francois francoise fred freddy frederic frederick frederik frederique frida friedrich gabin gabriel gabriela
gabriele gabriella gabrielle gaetan gareth gary gaspard gavin gemma genevieve geoffrey geoffroy george georges georgia georgios
gerald gerard gerda gerhard germain ghislaine giacomo gianluca gianni gilbert gilles gina giorgio giorgos giovanni gisela
gisele giulia giulio giuseppe gladys glenn gloria gonzalo gordon grazia greg gregoire gregor gregory greta grzegorz guido
guilherme guillaume guillermo gunther gustav gustavo guy gwen gwenaelle hakan hamza hana hannah hannes hans harald haruki
harold harriet harry harvey hasan hassan hector heidi heike heinrich heinz helen helena helene helga helmut hendrik henri
henrietta henrik henrique henry herbert hermann hermine herve hiroshi holger holly hortense howard huda hubert hugh hugo
hussein ian ibrahim ida ignacio igor ilaria ilona ilse imane imran ines inga ingeborg ingrid inigo irena irene irina iris isaac
isabel isabella isabelle isadora ismael ismail ivan ivana ivanka jackie jaclyn jacob jacqueline jacques jaime jakob jakub
james jamie jan jana jane janet janice janina jared jarek jasmin jasmine jason javier jay jean jeanne jeannette jeff jeffrey jenna
jennifer jenny jens jeremie jeremy jerome jerry jesper jesse jessica jesus jill jim jimmy jo joachim joan joana joanna joao
jocelyn joel joelle joey johan johann johanna johannes john johnny jolene jon jonas jonathan jordi jorg jorge jose josef joseph
josephine josh joshua josiane joyce juan juana judith judy jules julian juliana julien julienne juliet juliette julio
julius jurgen justin justine kamal kamala karen karim karin karina karl karla karolina kasia katarzyna kate katerina katharina
katherine kathleen kathrin kathryn kathy katia katie katja katrin katya kayla keith kelly kemal ken kenji kenneth kenza kerstin
kevin khadija khaled kieran kim kimberly kirsten kirsty klara klaus konrad konstantin konstantinos kris kristen kristin
kristina kristof krystyna krzysztof kurt kyle laetitia laila lakshmi lara larissa larry lars latifa laura laure laurence laurent
laurie lauren layla lea leah leandro leila lena lennart leo leon leona leonard leonardo leonie leonor leopold leslie leticia
leyla liam lidia lilian liliana lily lilou lina linda lindsay lionel lisa lise liz lloyd loic lola lorena lorenzo
lori lothar lou louis louisa louise luc luca lucas lucia luciana luciano lucie lucien lucille lucy ludovic luigi luis luisa luise
lukas lukasz luke lydia lydie lynn maarten madeleine madison maeva magali magda magdalena magnus mahmoud maike maja malek malgorzata
malika malte manfred manon manuel manuela marc marcel marcela marcelo marcin marco marcus marek margaret margarita margaux
margherita margot marguerite maria mariam mariana marianne marie mariella mariette marija marika marilyn marina mario marion
marisa marius marjorie markus marlene marta marten martha martin martina martine martyn mary maryam maryse massimo mateo mateusz
mathias mathieu mathilde matilda matilde matt matteo matthew matthias matthieu maud maureen maurice mauro max maxence maxim maxime maximilian
maya megan mehdi mehmet mei melanie melina melissa melody mercedes meredith merve michael michaela michal michel michele micheline
michelle miguel mika mike mikhail milan milena milo miranda mireille miriam mitchell mohamed mohammad mohammed moira mona monica
monika monique monir morgane moritz moshe mostafa muhammad muriel murat murray mustafa myriam nadege nadia nadine nadir nael nanette naomi
natacha natalia natalie natasha nathalie nathan nathaniel neha neil nelson nestor nicholas nick nico nicola nicolas nicole nicoletta
niels nigel nikita niklas nikolai nikolas nikos nils nina nino noah noam noel noemie noor nora norbert norma norman nour
octave odile olaf oleg oleksandr olena olga oliver olivia olivier omar oscar oskar otto owen pablo paco paloma pamela paola paolo
pascal pascale patricia patrice patrick patrizia paul paula paulette pauline paulo pavel pawel pedro peggy penelope percy perrine
pete peter petr petra phil philip philipp philippe phyllis pierre pierrick pietro pilar piotr pooja priya quentin rachel rachid rafael
rafaela raffaele rahul raimund rainer raj rajesh ralf ralph ramon ramona rania raoul raphael raphaelle rashid raul ravi raymond
rebecca regina reginald reinhard remi remy renata renate renato rene renee renaud ricardo riccardo richard rita rob robert roberta roberto
robin rodolphe rodrigo roger rohan roland rolf romain romane romeo romy ron ronald ronan ronja rory rosa rosalie rosario roseline rosemary
roxane roy ruben rudolf rupert russell ruth ryan sabine sabrina sacha said sally salma salome salvador salvatore sam samantha samia samir
sammy samuel samy sandra sandrine sandro sanjay santiago sara sarah sascha sasha scarlett scott sean sebastian sebastiao sebastien selena selim
selma serge sergei sergey sergio serena severine shannon sharon sheila shelley shirin shirley sibylle sidonie siegfried sienna silke
silvia silvio silvana simon simona simone sina sinead siobhan sofia sofie solange solene sonia sonja sophia sophie soren stacey stan stanislas
stanislaw stefan stefania stefano stefanie steffen stella stephan stephane stephanie stephen steve steven stuart sue sunita surya susan
susana susanna susanne suzanne sven svenja svetlana sybille sylvain sylvaine sylvester sylvia sylvie tadeusz taha tamara tamas tanguy tania tanja
tariq tatiana tatjana ted teodora teresa terence teresa tess tessa thea theodor theodore theo theodora theresa therese thibault thibaut thierry
thomas tiago tibor tiffany tilda tim timo timothee timothy tina tobias todd tomas tomasz tommaso tommy toni tony torsten tracy
tristan trudy tyler ulla ulrich ulrike umberto ursula uwe vadim valentina valentine valeria valerie valerio vanessa vasily vassilis vera
veronica veronika veronique vicente vicky vijay vikram viktor viktoria vincent vincente vincenzo violaine violette virginie vitor vittoria
vivek vivian viviane vladimir volker waldemar walid walter wanda wendy werner wesley wilfried wilhelm willem william
winston wojciech wolfgang xavier yael yann yannick yannis yara yasmin yasmine yasser yiannis yohann yolande youssef yuki yuri yusuf yvan yves
yvette yvonne zachary zahra zainab zara zeynep zlatan zoe zofia zsofia
`;

/** First names that are also words, places or products: only inside a sentence, and with a last name or a cue. */
export const ambiguousFirstNames = `
amber april art aurora bill brook brooke carter chase cherry christian clay cliff cole crystal daisy dale dallas dawn dean
drew earl ernst faith fay flora florence florent florian frank ginger grace guy heather hunter ivy jack jade jasper
jordan joy june june kai kay lance laurel lorraine mae marine mark may mia miles morgan nancy neal noor norma olive paige pearl peg
ray reed rob robin rod rose ruby rusty savannah skye sydney terra terry tiffany troy valentin van victor victoria
violet virginia wade warren wayne will willow wolfram julia alexa claude
`;

/** First names in other scripts with capitals, folded, in their basic form. */
export const otherFirstNames = `
александр алексей алина алиса анастасия андрей анна антон артем борис вадим валентина валерий варвара василий вера
виктор виктория виталий владимир вячеслав галина георгий григорий дарья денис дмитрий евгений евгения екатерина елена
елизавета иван игорь илья ирина карина кирилл константин ксения лариса леонид лидия людмила максим маргарита марина мария
михаил наталья наташа никита николай олег ольга павел петр полина роман светлана семен сергеи сергей софья станислав степан тамара татьяна
тимур федор юлия юрий яна ярослав олександр олексій андрій богдан василь володимир ганна дмитро євген ірина катерина
марічка микола михайло наталія оксана олена павло петро сергій тарас тетяна юрій ярослава саша маша катя дима миша
αλεξανδρος αλεξανδρα αναστασια ανδρεας αννα αντωνης αθανασιος βασιλης βασιλικη γιαννης γιωργος δημητρης δημητρα ειρηνη
ελενη ευαγγελια θανασης θοδωρης ιωαννα ιωαννης κατερινα κωστας κωνσταντινος μαρια μιχαλης νικος νικολαος παναγιωτης πετρος
σοφια σπυρος στελιος χρηστος χριστινα
`;
