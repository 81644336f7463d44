/** Capitals that are no organisation when nothing else says so. */
export const plainAcronyms = `
ai api app asap atm aws bbq bio btw cbd ceo cfo cio cli cms cpu crm css csv cto cv cvs ddd diy dj dna dns dvd erp etc eta eu faq
fyi gdpr gif gpa gps gpu gui hiv hr html http https ide id imo ios ip iq irl it json jpg jwt kpi lan lgbt lgbtq llm lol mba ml mri
mvp mvc nda nft nlp ocr omg ok okr oop orm os pc pdf phd php pm png poc pov pr ps qa qr ram rest rh rip rna roi rsvp rss saas sas
sdk seo sftp sla sms sos spa sql ssd ssh ssl ssr sso svg tba tbd tcp tdd tgv tls todo tsv tv tva udp uefi ui uml uri url usa usb ux
vat vip vm vpc vpn vr vs wc xml xss yaml yolo zip am ad bc ii iii iv vi vii viii ix xi xii sncf dm rdv svp bts dut iut aka eod
`;

/** Names of months that are ordinary words as well. */
export const ambiguousMonths = "may march mars mai maio mei mart august maj lut marzo";
/** Names of months, and their abbreviations, that are hardly ever a month where no language is known. */
export const unlikelyMonths = "set sett out ago mag lug gen marc лист лип бер";
/** Before an ambiguous first name and another name they say that something else is meant: "the Mark Complete button". */
export const determiners = "the a an this that these our your each no le la les un une der die das";
/** First words that make a kind of organisation and no name: "high school". */
export const plainKinds = `high middle primary elementary medical law business art music summer public local city national
  state central general student community private nursing driving data machine computer open free online digital world
  global`;
/** First words of names that are ordinary words where "of", "de" or the like does not follow. */
export const needJoint = `university bank department institute council museum school college academy church credit group
  place corso mont площадь`;
/** Last words of names that stand after a comma: "Acme, Inc.". */
export const formsAfterComma = "inc ltd llc corp gmbh plc";
/** Prepositions before the name of an employer or a place of study in capitals. */
export const beforeAcronyms = "at chez bei joined rejoint";
/** Prepositions that make a place of a name without its capital, in quick English. */
export const plainPrepositions = "in to from visited";
/** Before a year or a month that stands alone. */
export const beforeDates = `in en since depuis seit from until till by before after during around circa early mid late of
  last next im ab bis nel dal desde em sinds vanaf w od do v od в с до от у з από το τον année year jahr ano anno`;
/** A full stop after them ends no sentence. */
export const abbreviations = `mr mrs ms dr prof st ste sr sra srta jr vs mme mlle dott sig ing dhr mevr inc ltd co corp
  ул г д им пр просп κ δρ ul al gen col sgt capt rev hon`;
