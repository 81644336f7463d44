/** Organisations, separated by commas. They need a capital (acronyms: capitals) where they stand. */
export const organizations = `
Google,Alphabet Inc,Microsoft,Facebook Inc,Meta Platforms,Netflix Inc,Nvidia,AMD,Intel,IBM,Cisco,Dell,Hewlett Packard,HP,Lenovo,Asus,Acer,
Samsung,LG,Sony,Panasonic,Toshiba,Hitachi,Fujitsu,NEC,Huawei,Xiaomi,Oppo,Tencent,Alibaba,Baidu,ByteDance,Foxconn,TSMC,ASML,
Qualcomm,Broadcom,Texas Instruments,Ericsson,Nokia,SAP,Salesforce Inc,Adobe,Autodesk,Atlassian,Dropbox Inc,Palantir,
Fairphone,VW,Škoda,Skoda,Dacia,Yamaha,Ducati,Kawasaki,Eurowings,N26,Mercadona,
Mistral AI,OpenAI,Anthropic,DeepMind,Google DeepMind,Cohere,Hugging Face,Stability AI,xAI,Inria,CNRS,CEA,Thales,Dassault,
Dassault Systèmes,Capgemini,Atos,Sopra Steria,Accenture,Deloitte,KPMG,McKinsey,PwC,EY,BCG,Bain & Company,Goldman Sachs,
JPMorgan,JPMorgan Chase,Morgan Stanley,Citigroup,Citibank,HSBC,Barclays,Lloyds Bank,NatWest,UBS,Credit Suisse,Deutsche Bank,
Commerzbank,Sparkasse,BNP Paribas,BNP,Société Générale,Crédit Agricole,Crédit Mutuel,Caisse d'Épargne,La Banque Postale,
Boursorama,Santander,BBVA,CaixaBank,UniCredit,Intesa Sanpaolo,ING,Rabobank,ABN AMRO,Nordea,Sberbank,Bank of America,Wells Fargo,
American Express,Mastercard,BlackRock,Allianz,AXA,Generali,MAIF,MACIF,Airbus,Boeing,Lockheed Martin,Rolls-Royce,Safran,SpaceX,
Blue Origin,NASA,ESA,CNES,Air France,KLM,Lufthansa,British Airways,Ryanair,EasyJet,Emirates Airline,Delta Air Lines,
United Airlines,American Airlines,SNCF,RATP,Deutsche Bahn,Renfe,Trenitalia,Amtrak,Eurostar,Thalys,Ouigo,FlixBus,DHL,FedEx,UPS,
La Poste,Deutsche Post,Chronopost,Colissimo,Volkswagen,BMW,Mercedes-Benz,Mercedes,Audi,Porsche,Opel,Renault,Peugeot,Citroën,Stellantis,
Fiat,Ferrari,Lamborghini,Toyota,Honda,Nissan,Mazda,Suzuki,Subaru,Hyundai,Kia,Volvo,Scania,General Motors,Chevrolet,Chrysler,
Michelin,Pirelli,Bosch,Siemens,BASF,Bayer,ThyssenKrupp,Philips,Schneider Electric,Alstom,Saint-Gobain,Veolia,EDF,Engie,TotalEnergies,
ExxonMobil,Chevron,Gazprom,Rosneft,Lukoil,Aramco,Eni,Enel,Repsol,Iberdrola,Vattenfall,E.ON,RWE,Ørsted,Equinor,
Orange SA,SFR,Bouygues,Bouygues Telecom,Vodafone,Deutsche Telekom,Telekom,Telefónica,T-Mobile,Verizon,AT&T,Swisscom,Proximus,
Carrefour,Leclerc,Auchan,Intermarché,Monoprix,Lidl,Aldi,Rewe,Edeka,Tesco,Sainsbury's,Waitrose,Walmart,Costco,Trader Joe's,Whole Foods,
Migros,Coop Suisse,Ikea,Decathlon,Fnac,Darty,Leroy Merlin,Castorama,MediaMarkt,Zalando,Zara,H&M,Uniqlo,Primark,Nike,Adidas,Reebok,Lululemon,
Louis Vuitton,LVMH,Hermès,Chanel,Dior,Gucci,Prada,Rolex,Cartier,L'Oréal,Sephora,Nestlé,Danone,Unilever,Procter & Gamble,
Lactalis,Ferrero,Barilla,Kellogg's,Starbucks,McDonald's,Burger King,KFC,Domino's,Pizza Hut,Chipotle,Dunkin',
Sanofi,Pfizer,Moderna,AstraZeneca,Novartis,Roche,Merck,Novo Nordisk,Johnson & Johnson,BioNTech,Doctors Without Borders,
Médecins Sans Frontières,Red Cross,Croix-Rouge,Greenpeace,Amnesty International,UNICEF,UNESCO,WHO,NATO,OTAN,UNHCR,OECD,OCDE,IMF,
World Bank,World Health Organization,United Nations,Nations Unies,Vereinte Nationen,European Union,Union européenne,Europäische Union,
European Commission,Commission européenne,CERN,MIT,UCLA,ETH Zürich,EPFL,HEC,ESSEC,Sciences Po,Polytechnique,CentraleSupélec,Sorbonne,
Harvard,Harvard University,Stanford,Princeton,Yale,Caltech,NYU,TU München,RWTH Aachen,Y Combinator,Sequoia Capital,Andreessen Horowitz,Bpifrance,
FBI,CIA,NSA,FDA,CDC,NIH,IRS,DARPA,BBC,CNN,NBC,CBS,ABC News,HBO,ESPN,PBS,NPR,MTV,ARTE,TF1,ARD,ZDF,RAI,New York Times,Washington Post,
Wall Street Journal,Financial Times,Le Monde,Le Figaro,Libération,Der Spiegel,Die Zeit,El País,La Repubblica,Reuters,Bloomberg,
Associated Press,Agence France-Presse,AFP,Disney,Pixar,Marvel,DreamWorks,Warner Bros,Universal Pictures,Ubisoft,Electronic Arts,
Activision,Blizzard,Nintendo,Sega,Capcom,Konami,Rockstar Games,Valve Software,Epic Games,NBA,NFL,NHL,MLB,FIFA,UEFA,Real Madrid,
FC Barcelona,Manchester United,Manchester City,Liverpool FC,Chelsea FC,Bayern München,FC Bayern,Borussia Dortmund,Juventus,AC Milan,
Paris Saint-Germain,PSG,Olympique de Marseille,Galatasaray,Fenerbahçe,Ajax Amsterdam,Los Angeles Lakers,Golden State Warriors,Boston Celtics,
Red Sox,New York Yankees,Shopify Inc,GitHub Inc,Cloudflare Inc,MongoDB Inc,Red Hat Inc,HashiCorp,JetBrains,
Mozilla,Apache Software Foundation,Linux Foundation,Wikimedia,W3C,IETF,IEEE,ISO,ANSI,CNIL,URSSAF,CAF,Pôle emploi,France Travail,
Sécurité sociale,Assemblée nationale,Bundestag,Bundesbank,Finanzamt,Krankenkasse AOK,Yandex,Mail.ru,ВКонтакте,Яндекс,Сбербанк,Газпром,
Ростелеком,Аэрофлот,Роснефть,ПриватБанк,Нафтогаз,Укрзализныця,جوجل,مايكروسوفت,أمازون,أرامكو,سابك,اتصالات,גוגל,מיקרוסופט,אמזון,אינטל,गूगल,माइक्रोसॉफ्ट,इंफोसिस,रिलायंस,ΔΕΗ,ΟΤΕ,Türk Hava Yolları,Turkcell,Koç Holding,
PKO Bank Polski,Allegro,Orlen,PKP,Żabka,Biedronka,Gojek,Flipkart,Infosys,Tata,Wipro,Reliance Industries
`;

/** Also ordinary words: with a capital, and not as the first word of a sentence. */
export const capitalisedOrganizations = `
Apple,Amazon,Orange,Ford,Oracle,Valve,Monzo,Dell Technologies,Bain,Lyft Inc,Stripe Inc,
Tetley,Bunnings,Corsair,Razer,Logitech,Cambridge University,Oxford University,Interpol,Europol,Airbnb Inc
`;

/** Organisations and products in Chinese, Japanese and Korean, separated by commas. */
export const eastAsianOrganizations = `谷歌,微软,亚马逊,阿里巴巴,腾讯,百度,华为,字节跳动,京东,美团,网易,清华大学,北京大学,复旦大学,浙江大学,中国银行,
工商银行,建设银行,台积电,富士康,联合国,欧盟,特斯拉,英伟达,トヨタ,ホンダ,ソニー,任天堂,パナソニック,日産,楽天,ソフトバンク,グーグル,アップル,マイクロソフト,アマゾン,
三菱,日立,東芝,富士通,早稲田大学,慶應義塾大学,東京大学,京都大学,国連,삼성,삼성전자,현대,현대자동차,기아,카카오,네이버,쿠팡,구글,애플,마이크로소프트,아마존,테슬라,
서울대학교,서울대,연세대학교,연세대,고려대학교,고려대,카이스트,유엔`;
