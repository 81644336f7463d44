import type { OrderWords } from "../language.ts";

/** How somebody who writes Dutch gives orders to a model. */
export const orders: OrderWords = {
  models: `ai llm chatbot* taalmodel taalmodellen ai_assistent ai_agent* ai_model virtuele_assistent
    digitale_assistent kunstmatige_intelligentie chatgpt ai_systemen ai_systeem`,
  helpers: "assistent assistenten agent agenten model bot",
  users: "gebruiker gebruikers mens",
  reading: `deze_tekst_samenvat dit_samenvat deze_pagina_leest dit_leest deze_tekst_leest dit_document_verwerkt
    dit_document_samenvat deze_mail_samenvat bij_het_samenvatten in_je_samenvatting in_de_samenvatting`,
  ignore: `negeer negeert negeren vergeet vergeten sla_over overschrijf overschrijven omzeil omzeilen verwerp
    vervang vervangen leg_naast_je volg_niet volg_niet_langer laat_buiten_beschouwing schuif_opzij
    stop_met_het_volgen trek_je_niets`,
  instructions: `instructie instructies prompt prompts systeemprompt aanwijzing aanwijzingen richtlijn richtlijnen
    opdrachtprompt`,
  rules: `regel regels beperking beperkingen bevel bevelen opdracht opdrachten commando* beleid limieten
    veiligheids* filters`,
  earlier: `vorige voorgaande eerdere bovenstaande voorafgaande oorspronkelijke bestaande huidige systeem je
    jouw uw alle_andere initiele gegeven`,
  everything: `alles_hierboven alles_wat_hierboven al_het_bovenstaande het_bovenstaande alles_wat_je alles_daarvoor
    wat_je_is_verteld alles_wat_eerder`,
  hide: `vertel vertelt vertellen zeg zegt zeggen vermeld vermelden noem noemen informeer informeren onthul
    onthullen waarschuw waarschuwen meld melden laat_weten verklap weten merkt merken`,
  secretly: `stiekem heimelijk stilletjes in_het_geheim ongemerkt discreet op_de_achtergrond zonder_medeweten
    zonder_het_te_zeggen zonder_de_gebruiker zonder_te_melden zonder_dat_de_gebruiker geruisloos`,
  unknown: `mag_niet_weten mag_hier_niets mag_dit_niet_weten mag_niets_weten mag_het_niet_weten
    niet_te_weten_komen houd_dit_geheim verberg_dit verzwijg`,
  send: `stuur stuurt sturen verstuur versturen zend zenden verzend verzenden mail mailen upload uploaden
    plaats post doorsturen door geef_door maak_over overmaken deel delen voeg`,
  secrets: `wachtwoord wachtwoorden inloggegevens api_sleutel* api_key* token tokens geheim geheimen
    privesleutel* prive_sleutel* creditcard* creditcardgegevens bankgegevens gespreksgeschiedenis
    chatgeschiedenis systeemprompt persoonsgegevens persoonlijke_gegevens vertrouwelijke
    omgevingsvariabelen kaartnummer* rekeningnummer* vertrouwelijke_bestanden`,
  talk: `gesprek gesprekken conversatie* berichten geschiedenis gegevens data herinneringen bestanden bestand
    inhoud contacten e_mails adres adressen namen alles`,
  always: `altijd nooit vanaf_nu voortaan in_het_vervolg in_de_toekomst telkens elke_keer permanent
    van_nu_af_aan vanaf_dit_moment steeds zodra`,
  replies: `elk_antwoord ieder_antwoord alle_antwoorden al_je_antwoorden je_antwoord je_antwoorden jouw_antwoord
    jouw_antwoorden uw_antwoord uw_antwoorden toekomstige_antwoorden volgende_antwoord elk_bericht
    elk_gesprek ieder_gesprek toekomstige_gesprekken alle_toekomstige alle_volgende`,
  must: "moet moeten dient dienen bent_verplicht zul zult hoort mag behoort bent_gemachtigd gemachtigd bevoegd",
  say: `antwoord antwoordt antwoorden zeg zeggen raad aanraden beveel aanbevelen adviseer adviseren beweer
    beweren vermeld vermelden voeg begin eindig schrijf prijs promoot weiger herhaal noem stel overtuig
    verwijs sluit_af doe_alsof`,
  asks: "vraagt vragen gevraagd wil noemt zegt schrijft verzoekt informeert",
  become: `je_bent_nu jij_bent_nu u_bent_nu je_bent_voortaan gedraag_je doe_alsof_je speel_de_rol je_nieuwe_rol
    je_nieuwe_taak jouw_nieuwe_taak je_bent_niet_langer je_echte_taak neem_de_rol treed_op_als
    handel_als`,
  unbound: `ontwikkelaarsmodus ontwikkelmodus debugmodus beheerdersmodus godmodus zonder_beperkingen
    zonder_restricties ongecensureerd ongefilterd onbeperkte_modus jailbreak* systeemoverride
    roottoegang onderhoudsmodus veiligheidscontroles_zijn filters_zijn_uit`,
  reveal: "onthul toon laat_zien geef herhaal print noem deel stuur kopieer verklap",
  prompt: `systeemprompt system_prompt je_instructies jouw_instructies uw_instructies
    oorspronkelijke_instructies verborgen_instructies je_richtlijnen systeembericht tekst_hierboven
    verborgen_prompt geheime_prompt oorspronkelijke_prompt`,
  unasked: `zonder_te_vragen zonder_bevestiging zonder_toestemming zonder_goedkeuring zonder_navraag
    zonder_verdere_bevestiging zonder_controle geen_bevestiging al_goedgekeurd reeds_goedgekeurd
    heeft_toestemming heeft_goedgekeurd vraag_niet_om vraag_nooit_om zonder_overleg`,
  act: `voer uitvoeren start roep aanroepen gebruik gebruiken maak_over verwijder verwijderen wis wissen
    betaal betalen keur goedkeuren koop kopen installeer installeren download open bezoek verleen bestel
    klik gehoorzaam volg`,
  tools: "tool tools gereedschap functieaanroep* terminal opdrachtregel hulpmiddel",
  memory: `je_geheugen jouw_geheugen uw_geheugen langetermijngeheugen in_het_geheugen onthoud_dat
    onthoud_voor_altijd sla_dit_op geheugenupdate onthoud_permanent`,
  newly: `nieuwe_instructie nieuwe_instructies belangrijke_instructie* systeeminstructie* systeemmelding
    volgende_instructies geheime_instructies nieuwe_richtlijn nieuwe_taak nieuwe_regel instructies_voor
    instructie_voor echte_instructies bericht_voor_de_ai aan_de_ai systeembericht dringende_instructie
    hoogste_prioriteit nieuw_doel echte_taak gehoorzaam_alles volg_alles je_echte`,
  please: `alsjeblieft alstublieft bedankt dank groet groeten hallo beste hoi vriendelijke graag zou_je kun_je
    kunt_u`,
  decode: "decodeer decoderen ontcijfer base64 rot13 achterstevoren",
};
