/**
 * Cities, regions, rivers and mountains, separated by commas, in the languages that write them so. Countries come from
 * `Intl`. They need a capital where their script has one.
 */
export const places = `
Amsterdam,Rotterdam,The Hague,Den Haag,Utrecht,Eindhoven,Groningen,Maastricht,Leiden,Delft,Haarlem,Antwerp,Antwerpen,Anvers,Brussels,
Bruxelles,Brussel,Brüssel,Bruselas,Bruxelas,Ghent,Gent,Gand,Bruges,Brugge,Liège,Lüttich,Namur,Leuven,Louvain,Charleroi,Luxembourg City,
Marseille,Lyon,Toulouse,Nantes,Strasbourg,Straßburg,Montpellier,Bordeaux,Lille,Rennes,Reims,Saint-Étienne,Toulon,Grenoble,Dijon,Angers,
Nîmes,Villeurbanne,Clermont-Ferrand,Le Havre,Aix-en-Provence,Brest,Limoges,Amiens,Perpignan,Besançon,Metz,Orléans,Rouen,Mulhouse,
Caen,Nancy,Avignon,Poitiers,Versailles,Pau,La Rochelle,Cannes,Antibes,Annecy,Chambéry,Bayonne,Biarritz,Quimper,Vannes,Lorient,
Saint-Malo,Saint-Nazaire,Troyes,Colmar,Valence,Béziers,Ajaccio,Bastia,Chamonix,Carcassonne,Arles,Calais,Dunkerque,Roubaix,Saint-Denis,
Nanterre,Boulogne-Billancourt,Montreuil,Créteil,Évry,Cergy,Île-de-France,Bretagne,Brittany,Normandie,Normandy,Alsace,Provence,
Aquitaine,Occitanie,Bourgogne,Burgundy,Auvergne,Dordogne,Ardèche,Corsica,Corse,Savoie,Vendée,Montmartre,Le Marais,
Paris,Parigi,París,Berlin,Berlino,Berlín,Hamburg,Hambourg,Munich,München,Monaco di Baviera,Cologne,Köln,Frankfurt,Francfort,Stuttgart,Düsseldorf,
Dortmund,Leipzig,Dresden,Dresde,Hannover,Hanover,Nürnberg,Nuremberg,Bremen,Brême,Duisburg,Bochum,Wuppertal,Bielefeld,Bonn,Münster,
Karlsruhe,Mannheim,Augsburg,Wiesbaden,Mönchengladbach,Braunschweig,Kiel,Chemnitz,Aachen,Aix-la-Chapelle,Magdeburg,Freiburg,Lübeck,
Erfurt,Mainz,Mayence,Rostock,Kassel,Potsdam,Saarbrücken,Heidelberg,Darmstadt,Regensburg,Würzburg,Tübingen,Konstanz,Göttingen,Weimar,Trier,
Bavaria,Bayern,Bavière,Sachsen,Saxony,Thüringen,Hessen,Baden-Württemberg,Schwarzwald,Black Forest,Nordsee,Ostsee,
Vienna,Wien,Vienne,Viena,Salzburg,Salzbourg,Graz,Linz,Innsbruck,Klagenfurt,Tirol,Tyrol,Zurich,Zürich,Geneva,Genf,Genève,Ginebra,Ginevra,Basel,Bâle,
Bern,Berne,Lausanne,Luzern,Lucerne,Lugano,Winterthur,St. Gallen,Neuchâtel,Fribourg,Montreux,Zermatt,Davos,
London,Londres,Londra,Londen,Manchester,Birmingham,Liverpool,Leeds,Sheffield,Bristol,Edinburgh,Édimbourg,Glasgow,Cardiff,Belfast,
Newcastle,Nottingham,Leicester,Oxford,Cambridge,Brighton,Southampton,Portsmouth,Plymouth,Aberdeen,Dundee,Inverness,York,Canterbury,Coventry,
England,Scotland,Wales,Angleterre,Écosse,Pays de Galles,Schottland,Inglaterra,Inghilterra,Escocia,Cornwall,Yorkshire,Dublin,Galway,Limerick,
Madrid,Barcelona,Barcelone,Valencia,Seville,Sevilla,Séville,Zaragoza,Málaga,Murcia,Palma de Mallorca,Bilbao,Alicante,Córdoba,Granada,
Salamanca,San Sebastián,Santander,Toledo,Mallorca,Ibiza,Tenerife,Gran Canaria,Lanzarote,Andalucía,Andalusia,Andalousie,Catalonia,Cataluña,Catalogne,
Lisbon,Lisboa,Lisbonne,Lissabon,Lisbona,Porto,Coimbra,Braga,Faro,Algarve,Madeira,Açores,Azores,
Rome,Roma,Rom,Milan,Milano,Mailand,Milán,Naples,Napoli,Neapel,Nápoles,Turin,Torino,Palermo,Genoa,Genova,Genua,Bologna,Bologne,Florence,Firenze,
Florenz,Florencia,Bari,Catania,Venice,Venezia,Venise,Venedig,Venecia,Verona,Padova,Padua,Trieste,Siena,Pisa,Perugia,Bergamo,Sicily,Sicilia,Sizilien,
Sardinia,Sardegna,Sardinien,Tuscany,Toscana,Toscane,Toskana,Lombardia,Lombardy,Calabria,Puglia,Capri,Vatican,
Athens,Athènes,Athen,Atenas,Atene,Thessaloniki,Thessalonique,Patras,Heraklion,Crete,Crète,Kreta,Santorini,Mykonos,Corfu,
Istanbul,Ankara,Izmir,Bursa,Antalya,Adana,Konya,Gaziantep,Trabzon,Kayseri,Eskişehir,Bodrum,Kadıköy,Beşiktaş,
Stockholm,Gothenburg,Göteborg,Malmö,Uppsala,Copenhagen,København,Copenhague,Kopenhagen,Copenaghen,Aarhus,Odense,Oslo,Bergen,Trondheim,Stavanger,
Tromsø,Helsinki,Espoo,Tampere,Turku,Reykjavik,Reykjavík,Tallinn,Tartu,Riga,Vilnius,Kaunas,
Warsaw,Warszawa,Varsovie,Warschau,Varsovia,Varsavia,Kraków,Krakow,Cracow,Cracovie,Krakau,Łódź,Wrocław,Breslau,Poznań,Gdańsk,Szczecin,Katowice,
Lublin,Zakopane,Prague,Praha,Prag,Praga,Brno,Ostrava,Bratislava,Košice,Budapest,Debrecen,Bucharest,București,Bucarest,Bukarest,Cluj-Napoca,Timișoara,
Sofia Bulgaria,Plovdiv,Belgrade,Beograd,Belgrad,Zagreb,Dubrovnik,Sarajevo,Ljubljana,Skopje,Tirana,Pristina,Podgorica,Chisinau,
Kyiv,Kiev,Lviv,Odesa,Odessa,Kharkiv,Dnipro,Minsk,Moscow,Moscou,Moskau,Moscú,Mosca,Moskva,Saint Petersburg,St. Petersburg,St Petersburg,Saint-Pétersbourg,
Novosibirsk,Yekaterinburg,Kazan,Vladivostok,Siberia,Sibérie,Sibirien,Tbilisi,Yerevan,Baku,Almaty,Astana,Tashkent,Samarkand,
Cairo,Le Caire,Kairo,El Cairo,Alexandria,Giza,Casablanca,Rabat,Marrakech,Marrakesh,Tangier,Tanger,Agadir,Algiers,Alger,Oran,Tunis,Tripoli,Khartoum,
Dakar,Abidjan,Accra,Lagos,Abuja,Nairobi,Mombasa,Kampala,Kigali,Addis Ababa,Addis-Abeba,Dar es Salaam,Kinshasa,Luanda,Harare,Lusaka,Johannesburg,
Cape Town,Le Cap,Kapstadt,Durban,Pretoria,Antananarivo,Bamako,Ouagadougou,Yaoundé,Douala,Cotonou,Lomé,Zanzibar,
Jerusalem,Jérusalem,Tel Aviv,Haifa,Beirut,Beyrouth,Damascus,Damas,Amman,Baghdad,Bagdad,Tehran,Téhéran,Teheran,Riyadh,Riyad,Jeddah,Mecca,Medina,Dubai,Dubaï,
Abu Dhabi,Doha,Muscat,Kuwait City,Gaza,Ramallah,Kabul,Karachi,Lahore,Islamabad,Mumbai,Bombay,Delhi,New Delhi,Bangalore,Bengaluru,Hyderabad,
Chennai,Kolkata,Pune,Ahmedabad,Jaipur,Goa,Kerala,Varanasi,Dhaka,Kathmandu,Colombo,Bangkok,Chiang Mai,Phuket,Hanoi,Hanoï,Ho Chi Minh City,Saigon,
Phnom Penh,Angkor Wat,Vientiane,Yangon,Kuala Lumpur,Jakarta,Bali,Manila,Singapore,Singapour,Singapur,Taipei,Hong Kong,Hongkong,Macau,
Beijing,Peking,Pékin,Pekín,Pechino,Shanghai,Shenzhen,Guangzhou,Canton China,Chengdu,Hangzhou,Wuhan,Nanjing,Xi'an,Tibet,
Tokyo,Tokio,Kyoto,Osaka,Nagoya,Yokohama,Sapporo,Fukuoka,Hiroshima,Nagasaki,Okinawa,Hokkaido,Mount Fuji,Seoul,Séoul,Seúl,Busan,Incheon,Jeju,Pyongyang,
Sydney,Melbourne,Brisbane,Perth,Adelaide,Canberra,Hobart,Darwin Australia,Auckland,Wellington,Christchurch,Queenstown,Tasmania,Queensland,Honolulu,Hawaii,
New York,New York City,NYC,Nueva York,Brooklyn,Manhattan,Bronx,Los Angeles,Hollywood,San Francisco,San Diego,San Jose,Oakland,Berkeley,Palo Alto,Mountain View,
Silicon Valley,Sacramento,Chicago,Houston,Dallas,Austin Texas,San Antonio,Phoenix Arizona,Philadelphia,Seattle,Denver,Boston,Detroit,Nashville,Memphis,
Portland,Las Vegas,Baltimore,Milwaukee,Albuquerque,Tucson,Atlanta,Miami,Tampa,Orlando,Minneapolis,Cleveland,New Orleans,Pittsburgh,Cincinnati,
St. Louis,Kansas City,Salt Lake City,Indianapolis,Columbus Ohio,Charlotte North Carolina,Raleigh,Boulder,Santa Fe,Santa Barbara,Santa Monica,Anchorage,
Washington D.C.,Washington DC,Alabama,Alaska,Arizona,Arkansas,California,Californie,Kalifornien,Colorado,Connecticut,Delaware,Florida,Floride,Idaho,
Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Louisiane,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,
Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,Rhode Island,
South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Wisconsin,Wyoming,Yellowstone,Yosemite,Grand Canyon,Niagara Falls,USA,UK,U.S.A.,U.S.,U.K.,UAE,EU,Monte Carlo,
Toronto,Montreal,Montréal,Vancouver,Calgary,Ottawa,Edmonton,Winnipeg,Halifax,Quebec,Québec,Quebec City,Ontario,British Columbia,Alberta,Nova Scotia,
Mexico City,Ciudad de México,Guadalajara,Monterrey,Cancún,Cancun,Oaxaca,Puebla,Tijuana,Yucatán,Havana,La Habana,La Havane,San Juan,Kingston,
Bogotá,Bogota,Medellín,Medellin,Cali Colombia,Cartagena,Caracas,Quito,Guayaquil,Lima,Cusco,Machu Picchu,La Paz,Santiago de Chile,Valparaíso,Buenos Aires,
Rosario Argentina,Mendoza,Patagonia,Patagonie,Montevideo,Asunción,São Paulo,Rio de Janeiro,Brasília,Salvador de Bahia,Belo Horizonte,Fortaleza,Recife,Curitiba,
Porto Alegre,Manaus,Amazonia,Florianópolis,Santo Domingo,Panama City,Guadeloupe,Martinique,La Réunion,Tahiti,Nouméa,
Europe,Europa,Avrupa,Ευρώπη,Asia,Asie,Asien,Asya,Africa,Afrique,Afrika,América,North America,South America,Latin America,Amérique du Nord,Amérique du Sud,
Lateinamerika,Middle East,Moyen-Orient,Scandinavia,Scandinavie,Skandinavien,Balkans,Caribbean,Caraïbes,Karibik,Antarctica,Mediterranean,Méditerranée,
Alps,Alpes,Alpen,Alpi,Pyrenees,Pyrénées,Himalaya,Himalayas,Everest,Mont Blanc,Kilimanjaro,Andes,Rocky Mountains,Danube,Donau,Rhin,Rhein,Loire,Seine,Garonne,
Rhône,Thames,Volga,Nile,Mekong,Ganges,Atlantic,Atlantique,Pacific,Pacifique,Lake Geneva,Lac Léman,Lake Como,Lago di Como,Bodensee,
Москва,Санкт-Петербург,Петербург,Новосибирск,Екатеринбург,Казань,Нижний Новгород,Самара,Омск,Ростов-на-Дону,Уфа,Красноярск,Пермь,Воронеж,
Волгоград,Краснодар,Сочи,Владивосток,Иркутск,Калининград,Киев,Київ,Львов,Львів,Одесса,Одеса,Харьков,Харків,Днепр,Дніпро,Минск,Рига,Вильнюс,Таллин,
Тбилиси,Ереван,Баку,Алматы,Астана,Ташкент,Лондон,Париж,Берлин,Берлін,Мюнхен,Гамбург,Вена,Рим,Милан,Венеция,Мадрид,Барселона,Лиссабон,Прага,Варшава,Краков,Краків,
Будапешт,Стамбул,Анкара,Афины,Амстердам,Брюссель,Женева,Цюрих,Стокгольм,Хельсинки,Осло,Копенгаген,Нью-Йорк,Лос-Анджелес,Вашингтон,Чикаго,Токио,Пекин,Шанхай,Сеул,Дубай,Дели,
Львові,Львова,Києві,Києва,Харкові,Одесі,Сибирь,Урал,Крым,Кавказ,Карпаты,Байкал,Европа,Азия,Африка,Америка,
Αθήνα,Θεσσαλονίκη,Πάτρα,Πειραιάς,Ηράκλειο,Λάρισα,Βόλος,Ιωάννινα,Χανιά,Ρόδος,Κρήτη,Κέρκυρα,Μύκονος,Σαντορίνη,Ρέθυμνο,Καλαμάτα,Πελοπόννησος,Λευκωσία,Λεμεσός,
Λονδίνο,Παρίσι,Βερολίνο,Ρώμη,Μαδρίτη,Βρυξέλλες,Κωνσταντινούπολη,Νέα Υόρκη,Μόσχα
`;

/** Also first names, surnames or ordinary words: only after a word like "in", "to" or "from". */
export const placesAfterPreposition = `
Nice,Tours,Pau,Sens,Reading,Bath,Cork,Split,Mobile,Orange,Austin,Charlotte,Florence,Victoria,Sydney,Jackson,Lincoln,Madison,Phoenix,
Georgia,Jordan,Chad,Jersey,Turkey,Virginia,Washington,Columbus,Richmond,Aurora,Memphis,Essen,Halle,Hof,Ulm,Kehl,Hagen,Hamm,Siegen,Worms,Lens,
Brest,Valence,Nancy,Angers,Laval,Vienne,Salem,Troy,Dover,Bend,Buffalo,Cali,Sofia,Sophia,Male,Mali,Niger,Guinea,Togo,Chester,Lancaster,Kent,Essex,Sussex,
Rosario,Santiago,Salvador,Leon,León,Natal,Belém,Trinidad,Barbados,Granada,Santander,Carmel,Perth,Darwin,Kingston,Limerick,Eden,Rom
`;

/** Places in scripts without capitals, separated by commas: Chinese, Japanese, Korean, Thai, Arabic, Hebrew, Hindi. */
export const uncasedPlaces = `
北京,上海,广州,廣州,深圳,杭州,南京,成都,重庆,重慶,武汉,武漢,西安,苏州,蘇州,天津,青岛,大连,厦门,长沙,郑州,昆明,哈尔滨,沈阳,济南,宁波,合肥,福州,拉萨,乌鲁木齐,香港,澳门,台北,
高雄,台中,台南,新竹,广东,浙江,江苏,四川,云南,湖南,湖北,河南,河北,山东,福建,江西,陕西,新疆,西藏,内蒙古,东北,海南,三亚,桂林,丽江,巴黎,伦敦,柏林,纽约,洛杉矶,旧金山,硅谷,东京,大阪,京都,
首尔,新加坡,曼谷,悉尼,莫斯科,罗马,马德里,巴塞罗那,里昂,马赛,慕尼黑,日内瓦,布鲁塞尔,欧洲,亚洲,非洲,
東京,大阪,京都,名古屋,札幌,福岡,神戸,横浜,仙台,広島,長崎,奈良,金沢,鎌倉,箱根,沖縄,北海道,九州,四国,本州,渋谷,新宿,池袋,銀座,秋葉原,六本木,浅草,上野,品川,埼玉,千葉,神奈川,静岡,新潟,長野,熊本,
鹿児島,富士山,関西,関東,東北,パリ,ロンドン,ベルリン,ローマ,ニューヨーク,ロサンゼルス,サンフランシスコ,シリコンバレー,シアトル,ボストン,シカゴ,ハワイ,ソウル,プサン,北京,上海,台北,シンガポール,バンコク,シドニー,モスクワ,
マドリード,バルセロナ,ミュンヘン,ウィーン,プラハ,アムステルダム,ブリュッセル,ジュネーブ,ミラノ,リヨン,マルセイユ,ヨーロッパ,アジア,アフリカ,
서울,부산,인천,대구,대전,광주,울산,세종,수원,성남,판교,분당,강남,홍대,명동,이태원,잠실,용산,종로,제주,제주도,경주,전주,춘천,강릉,속초,여수,포항,창원,천안,청주,평양,경기도,강원도,파리,런던,베를린,뉴욕,로스앤젤레스,
샌프란시스코,실리콘밸리,시애틀,도쿄,오사카,교토,후쿠오카,베이징,상하이,홍콩,타이베이,싱가포르,방콕,하노이,시드니,모스크바,로마,마드리드,바르셀로나,뮌헨,빈,프라하,유럽,아시아,아프리카,
กรุงเทพ,กรุงเทพฯ,เชียงใหม่,เชียงราย,ภูเก็ต,พัทยา,ขอนแก่น,โตเกียว,ลอนดอน,ปารีส,นิวยอร์ก,
باريس,لندن,برلين,روما,مدريد,برشلونة,نيويورك,واشنطن,موسكو,طوكيو,بكين,إسطنبول,اسطنبول,أنقرة,القاهرة,الإسكندرية,الجيزة,الرياض,جدة,مكة,مكة المكرمة,المدينة المنورة,الدمام,دبي,
أبوظبي,أبو ظبي,الشارقة,الدوحة,المنامة,مسقط,بيروت,دمشق,حلب,عمان,بغداد,البصرة,الموصل,أربيل,القدس,غزة,رام الله,الخرطوم,طرابلس,بنغازي,تونس العاصمة,صفاقس,الجزائر العاصمة,وهران,
الدار البيضاء,الرباط,مراكش,فاس,طنجة,أكادير,نواكشوط,صنعاء,عدن,طهران,مرسيليا,ليون,جنيف,بروكسل,أمستردام,
ירושלים,תל אביב,תל-אביב,חיפה,באר שבע,אילת,נתניה,רמת גן,הרצליה,ראשון לציון,פתח תקווה,אשדוד,רעננה,טבריה,נצרת,עכו,הגליל,הנגב,פריז,לונדון,ברלין,רומא,ניו יורק,מדריד,ברצלונה,
אמסטרדם,פראג,מוסקבה,טוקיו,לוס אנג'לס,סן פרנסיסקו,איסטנבול,אתונה,
दिल्ली,नई दिल्ली,मुंबई,मुम्बई,कोलकाता,चेन्नई,बेंगलुरु,बैंगलोर,हैदराबाद,पुणे,अहमदाबाद,जयपुर,लखनऊ,कानपुर,वाराणसी,पटना,भोपाल,इंदौर,आगरा,चंडीगढ़,गोवा,केरल,उत्तर प्रदेश,मध्य प्रदेश,बिहार,
पंजाब,राजस्थान,गुजरात,महाराष्ट्र,तमिलनाडु,कर्नाटक,कश्मीर,हिमालय,गंगा,पेरिस,लंदन,बर्लिन,न्यूयॉर्क,टोक्यो,दुबई,सिंगापुर,काठमांडू,मॉस्को
`;

/** First words of the names of places ("Lake Como", "Rue de Rivoli"), folded. */
export const placeBeginnings = `lake mount mont lac rue avenue boulevard place quai via viale piazza corso calle plaza
avenida paseo rua praca улица улице улицы улицу ул площадь площади проспект проспекте вулиця вулиці площа площі οδος λεωφορος πλατεια`;
/** Those of them that need no capital, because their language writes them so. */
export const plainPlaceBeginnings = `rue avenue boulevard quai calle avenida rua улица улице улицы улицу ул площадь площади проспект проспекте вулиця вулиці площа площі οδος ulica ulicy ul`;
/** Last words of the names of places ("Abbey Road"), folded. */
export const placeEndings = `street road avenue boulevard lane drive square plaza lake river island islands beach mountain
mountains valley county bay bridge park forest harbor harbour hill hills falls canyon desert district airport station
caddesi sokak sokagi mahallesi bulvari meydani straat gracht plein`;
/** Endings of German street names in one word, folded. */
export const placeSuffixes = `strasse gasse platz allee ufer brucke`;
