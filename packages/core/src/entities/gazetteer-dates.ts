/** Names of the months in two dozen languages (Unicode CLDR), folded. Fixed here, so that no `Intl` version changes a result. */
export const months = `
january janvier januar enero gennaio janeiro januari tammikuu tammikuuta styczen stycznia leden ledna
ianuarie ocak ιανουαριου январь января січень січня يناير ינואר जनवरी มกราคม february fevrier februar
febrero febbraio fevereiro februari helmikuu helmikuuta luty lutego unor unora februarie subat φεβρουαριου
февраль февраля лютии лютого فبراير פברואר फ़रवरी กุมภาพันธ์ march mars marz marzo marco maart marts
maaliskuu maaliskuuta marzec marca brezen brezna martie mart μαρτιου март марта березень березня مارس מרץ
मार्च มีนาคม maret april avril abril aprile huhtikuu huhtikuuta kwiecien kwietnia duben dubna aprilie
nisan απριλιου апрель апреля квітень квітня ابريل אפריל अप्रैल เมษายน may mai mayo maggio maio mei maj
toukokuu toukokuuta maja kveten kvetna mayis μαιου маи мая травень травня مايو מאי मई พฤษภาคม june juin
juni junio giugno junho kesakuu kesakuuta czerwiec czerwca cerven cervna iunie haziran ιουνιου июнь июня
червень червня يونيو יוני जून มิถุนายน july juillet juli julio luglio julho heinakuu heinakuuta lipiec
lipca cervenec cervence iulie temmuz ιουλιου июль июля липень липня يوليو יולי जुलाई กรกฎาคม august aout
agosto augustus augusti elokuu elokuuta sierpien sierpnia srpen srpna agustos αυγουστου август августа
серпень серпня اغسطس אוגוסט अगस्त สิงหาคม agustus september septembre septiembre settembre setembro
syyskuu syyskuuta wrzesien wrzesnia zari septembrie eylul σεπτεμβριου сентябрь сентября вересень вересня
سبتمبر ספטמבר सितंबर กันยายน october octobre oktober octubre ottobre outubro lokakuu lokakuuta pazdziernik
pazdziernika rijen rijna octombrie ekim οκτωβριου октябрь октября жовтень жовтня اكتوبر אוקטובר अक्टूबर
ตุลาคม november novembre noviembre novembro marraskuu marraskuuta listopad listopada listopadu noiembrie
kasim νοεμβριου ноябрь ноября листопад листопада نوفمبر נובמבר नवंबर พฤศจิกายน december decembre dezember
diciembre dicembre dezembro desember joulukuu joulukuuta grudzien grudnia prosinec prosince decembrie
aralik δεκεμβριου декабрь декабря грудень грудня ديسمبر דצמבר दिसंबर ธันวาคม ιανουαριος φεβρουαριος
μαρτιος απριλιος μαιος ιουνιος ιουλιος αυγουστος σεπτεμβριος οκτωβριος νοεμβριος δεκεμβριος
`;
/** Their abbreviations that are no word of another language. They need a day beside them. */
export const shortMonths = `
jan janv ene feb fevr fev mar mrt apr avr abr jun giu jul juil aug sep sept oct okt ott nov dec dez dic
янв февр мар апр июн июл авг сент окт нояб дек січ лют квіт черв серп жовт груд ιαν φεβ μαρ απρ ιουν ιουλ αυγ σεπ οκτ νοε δεκ
`;
/** Names of months that are ordinary words as well. */
export const ambiguousMonths = `may march mars mai maio mei mart august maj lut marzo`;
/** Days of the week. They are no entities, and no names either. */
export const weekdays = `
monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi
dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes
sabado domingo lunedi martedi mercoledi giovedi venerdi sabato domenica segunda terca quarta quinta sexta
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tisdag onsdag torsdag fredag lordag
sondag tirsdag maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai poniedzialek wtorek
sroda czwartek piatek sobota niedziela pondeli utery streda ctvrtek patek nedele luni marti miercuri joi
vineri sambata duminica pazartesi sali carsamba persembe cuma cumartesi pazar δευτερα τριτη τεταρτη πεμπτη
παρασκευη σαββατο κυριακη понедельник вторник среда четверг пятница суббота воскресенье понеділок вівторок
середа четвер пʼятниця субота неділя senin selasa rabu kamis jumat sabtu minggu
`;
