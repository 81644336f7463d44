/** Organisations, separated by commas. They need a capital (acronyms: capitals) where they stand. */
export const organizations = `
Google,Alphabet Inc,Microsoft,Facebook Inc,Meta Platforms,Netflix Inc,Nvidia,AMD,Intel,IBM,Cisco,Dell,Hewlett Packard,HP,Lenovo,Asus,Acer,
Samsung,LG,Sony,Panasonic,Toshiba,Hitachi,Fujitsu,NEC,Huawei,Xiaomi,Oppo,Tencent,Alibaba,Baidu,ByteDance,Foxconn,TSMC,ASML,
Qualcomm,Broadcom,Texas Instruments,Ericsson,Nokia,SAP,Salesforce Inc,Adobe,Autodesk,Atlassian,Dropbox Inc,Palantir,
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

/** Legal forms that end the name of a company, folded and without dots. */
export const legalForms = `inc corp corporation ltd llc llp plc gmbh mbh ag se kg ohg ug sa sarl sas sasu snc scop spa srl
sapa sl slu bv nv vof asa aps oy oyj kft zrt doo sro lda ltda eireli pty pte bhd kk cie co 
 группа`;
/** Legal forms that begin it: Russian, Ukrainian, French. */
export const leadingLegalForms = `ооо оао зао пао ао ип тов пат прат ван sarl eurl`;

/** Last words of the names of organisations, folded. */
export const organizationEndings = `university college institute academy bank foundation airlines airways ministry agency
association committee council museum hospital clinic church cathedral corporation enterprises technologies 
industries pharmaceuticals pharma motors studios entertainment orchestra symphony library society school 
federation fc ventures labs laboratory laboratories 
universitat hochschule gymnasium klinikum krankenhaus stiftung verein versicherung werke stadtwerke
universitesi bankasi hastanesi holding belediyesi koleji lisesi vakfi universiteit ziekenhuis hogeschool
uniwersytet банк университет`;

/** First words of the names of organisations ("Université de Lyon", "Ministry of Health"), folded. */
export const organizationBeginnings = `university bank ministry department institute council museum school college
academy church universite faculte ecole college lycee hopital clinique banque credit ministere mairie prefecture musee
institut fondation association societe groupe caisse universitat technische hochschule institut ministerium bundesministerium
bank fachhochschule universidad instituto banco ministerio hospital museo colegio ayuntamiento fundacion universita
istituto banca ministero ospedale comune scuola politecnico universidade ministerio escola camara fundacao
universiteit hogeschool ministerie gemeente stichting uniwersytet politechnika ministerstwo szpital urzad
университет институт банк министерство больница школа музей завод компания фонд університет інститут міністерство лікарня
πανεπιστημιο τραπεζα υπουργειο νοσοκομειο ινστιτουτο`;
/** Those of them that begin a name even without a capital, because their language writes them so. */
export const plainOrganizationBeginnings = `universite ecole lycee hopital clinique ministere mairie prefecture musee faculte
universidad ministerio ayuntamiento universita ospedale ministero universidade`;
/** What joins them to the rest of the name. */
export const organizationParticles = `of the for de du des la le d l di del della dello dei do da dos das fur und and et y e i van voor der den`;
