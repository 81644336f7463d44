import type { OrderWords } from "../language.ts";

/** How somebody who writes German gives orders to a model. */
export const orders: OrderWords = {
  models: `ki llm chatbot* sprachmodell* ki_assistent* ki_agent* ki_modell* ki_system* virtueller_assistent
    digitaler_assistent kunstliche_intelligenz kunstlichen_intelligenz chatgpt ki_systeme ki_systemen
    ki_werkzeug* ki_tool* ki_bot*`,
  helpers: "assistent assistenten assistentin agent agenten modell bot",
  users: `benutzer benutzern benutzers nutzer nutzern nutzers nutzerin nutzerinnen benutzerin anwender
    anwendern anwenders user menschen`,
  reading: `diesen_text_zusammenfasst diesen_text_liest diesen_text_lesen diese_seite_liest diese_seite_lesen
    dies_liest dies_lesen diese_e_mail_zusammenfasst diese_mail_zusammenfasst
    dieses_dokument_zusammenfasst dieses_dokument_verarbeitet dieses_dokument_liest
    diesen_text_verarbeitet beim_zusammenfassen in_deiner_zusammenfassung in_der_zusammenfassung
    bei_der_zusammenfassung`,
  ignore: `ignoriere ignoriert ignorieren ignorier vergiss vergesst vergessen missachte missachten uberschreibe
    uberschreiben umgehe umgehen verwirf verwerfen ersetze ersetzt ersetzen lass_ausser_acht ausser_acht
    nicht_mehr_befolgen befolge_nicht befolge_keine setze_dich uber_hinweg hebe_auf streiche`,
  instructions: `anweisung* instruktion* vorgaben prompt prompts systemprompt* direktive* richtlinie* weisung
    weisungen anleitung_des_systems`,
  rules: `regel regeln beschrankung* einschrankung* befehl befehle befehlen auftrag auftrage vorschrift*
    grenzen sicherheits* filter`,
  earlier: `vorherige* vorherigen vorige* fruhere* bisherige* obige* obenstehende* vorangegangene* vorangehende*
    ursprungliche* bestehende* alle_deine deine deiner deinen ihre ihrer system zuvor vorhandene*
    anfangliche*`,
  everything: `alles_oben alles_obige alles_vorherige alles_was_oben alles_davor alles_bisherige alles_was_du
    alles_was_dir alles_was_sie was_dir_gesagt alles_zuvor`,
  hide: `sag sage sagen erzahl erzahle erzahlen erwahne erwahnen informiere informieren verrate verraten
    teile teilen mitteilen offenbare offenbaren weise hinweisen warne warnen benachrichtige
    benachrichtigen merken erfahren wissen melde melden warn* erwahn* hinweis* verrat* melde* mitteil*
    preisgeb*`,
  secretly: `heimlich stillschweigend unbemerkt verdeckt insgeheim im_hintergrund im_geheimen ohne_wissen
    ohne_es_zu_sagen ohne_dass_der_nutzer ohne_dass_der_benutzer unauffallig ohne_den_nutzer
    ohne_den_benutzer`,
  unknown: `darf_nicht_wissen darf_davon_nichts darf_nichts_davon darf_es_nicht_erfahren darf_nicht_erfahren
    darf_das_nicht_wissen darf_nie_erfahren nichts_erfahren vor_dem_nutzer vor_dem_benutzer
    nichts_davon_wissen halte_das_geheim halte_dies_geheim verheimliche verschweige`,
  send: `sende senden sendest schicke schicken schick ubermittle ubermitteln ubertrage ubertragen leite
    weiterleiten leiten weiter poste posten lade_hoch hochladen maile mailen exfiltriere verschicke
    verschicken teile hange fuge weitergeben weiterzugeben weitergibst gebt preisgeben preiszugeben
    herausgeben zu_senden`,
  secrets: `passwort passworter passwortern kennwort kennworter zugangsdaten api_schlussel api_key* api_keys
    token tokens geheimnis geheimnisse privaten_schlussel private_schlussel kreditkarte* bankdaten
    kontodaten gesprachsverlauf chatverlauf unterhaltungsverlauf systemprompt* personliche_daten
    personlichen_daten vertrauliche* umgebungsvariablen anmeldedaten login_daten kartennummer*
    kontonummer* vertrauliche_dateien vertrauliche_daten vertrauliche_informationen pin_nummer
    zwischenablage posteingang`,
  talk: `gesprach gesprache unterhaltung unterhaltungen konversation* nachrichten verlauf daten erinnerungen
    dateien datei inhalt inhalte kontakte e_mails adresse adressen namen alles`,
  always: `immer nie niemals ab_sofort von_nun_an ab_jetzt kunftig in_zukunft zukunftig jedes_mal stets fortan
    dauerhaft von_jetzt_an sobald jedesmal`,
  replies: `jede_antwort jeder_antwort jeder_deiner_antworten alle_antworten allen_antworten deine_antwort
    deine_antworten deinen_antworten deiner_antwort deiner_antworten ihre_antwort ihren_antworten
    alle_deine_antworten allen_deinen_antworten zukunftige_antworten zukunftigen_antworten
    kunftigen_antworten zukunftigen_gesprach* kunftigen_gesprach* jeder_nachricht jedem_gesprach
    jeder_unterhaltung nachsten_antwort nachste_antwort alle_kunftigen allen_kunftigen`,
  must: `musst mussen muss soll sollst sollen sollte solltest bist_verpflichtet hast_zu haben_zu
    ist_verpflichtet bist_befugt darfst wirst befugt berechtigt ermachtigt durft`,
  say: `antworte antworten antwortest sag sage sagen empfiehl empfehle empfehlen schlage behaupte behaupten
    erwahne erwahnen fuge fugen beginne beende beenden schreibe schreiben lobe bewirb bewerben
    verweigere wiederhole gib nenne nennen rate uberzeuge lenke verweise hinzufugen stelle`,
  asks: "fragt fragen gefragt will mochte erwahnt sagt schreibt bittet erkundigt nachfragt wissen_will verlangt",
  become: `du_bist_jetzt du_bist_nun sie_sind_jetzt sie_sind_nun du_bist_ab_sofort du_bist_von_nun_an
    agiere_als handle_als verhalte_dich tu_so_als spiele_die_rolle spiel_die_rolle deine_neue_rolle
    deine_neue_aufgabe ihre_neue_aufgabe du_bist_nicht_mehr deine_eigentliche_aufgabe
    deine_wahre_aufgabe ubernimm_die_rolle gib_dich_als ab_jetzt_bist_du ab_sofort_bist_du
    von_nun_an_bist_du ab_jetzt_sind_sie`,
  unbound: `entwicklermodus debug_modus administratormodus admin_modus gottmodus ohne_einschrankungen
    ohne_beschrankungen unzensiert uneingeschrankt jailbreak* system_uberschreibung ohne_filter
    ohne_regeln root_zugriff wartungsmodus sicherheitsprufungen_sind sicherheitsprufung_ist
    prufungen_sind_abgeschaltet filter_sind_abgeschaltet filter_sind_deaktiviert
    beschrankungen_sind_aufgehoben sicherheitsfilter_sind ohne_jede_einschrankung ohne_jegliche
    ohne_jede_beschrankung ohne_einschrankung`,
  reveal: `zeige zeig gib nenne wiederhole verrate offenbare drucke liste schicke sende kopiere ausgeben
    verraten verrat* preisgeben offenleg* ausgib wiedergeb*`,
  prompt: `systemprompt* system_prompt deine_anweisungen deinen_anweisungen deine_instruktionen
    deine_richtlinien deine_vorgaben ihre_anweisungen ursprunglichen_anweisungen versteckten_anweisungen
    systemnachricht text_oben versteckten_prompt geheimen_prompt versteckter_prompt
    ursprunglichen_prompt deinen_prompt dein_prompt internen_prompt`,
  unasked: `ohne_ruckfrage ohne_nachfrage ohne_nachzufragen ohne_zu_fragen ohne_bestatigung ohne_zustimmung
    ohne_genehmigung ohne_erlaubnis ohne_freigabe ohne_weitere_bestatigung keine_bestatigung
    bereits_genehmigt bereits_zugestimmt hat_zugestimmt hat_genehmigt frage_nicht_nach frag_nicht_nach`,
  act: `fuhre ausfuhren fuhr starte starten rufe aufrufen ruf nutze nutzen verwende verwenden benutze
    uberweise uberweisen losche loschen bezahle bezahlen zahle genehmige genehmigen kaufe kaufen
    installiere installieren lade herunterladen offne offnen besuche erteile bestelle klicke befolge
    befolgen gehorche folge erfragen sammeln sammle einsammeln deaktiviere deaktivieren abschalten
    bestatige bestatigen klicken fuhre_aus`,
  tools: "werkzeug werkzeuge tool tools funktionsaufruf* terminal kommandozeile",
  memory: `dein_gedachtnis deinem_gedachtnis deinen_speicher langzeitgedachtnis ins_gedachtnis im_gedachtnis
    merke_dir merk_dir speichere_dauerhaft erinnere_dich_daran erinnerung_speichern
    gedachtnis_aktualisieren prage_dir`,
  newly: `neue_anweisung neue_anweisungen wichtige_anweisung wichtige_anweisungen neue_instruktionen
    systemanweisung* systemmeldung systemhinweis folgende_anweisungen folgenden_anweisungen
    geheime_anweisung* neue_richtlinie neue_aufgabe neue_regel anweisung_fur anweisungen_fur
    hinweis_an_die_ki nachricht_an_die_ki an_die_ki eigentliche_anweisungen dringende_anweisung
    hochste_prioritat neues_ziel hat_vorrang eigentliche_aufgabe befolge_alles befolgt_alles
    gehorche_allem folge_allem wirkliche_aufgabe deine_wirkliche deine_wahre`,
  please: `bitte danke gruss grusse grussen hallo liebe lieber sehr_geehrte* viele_grusse vielen_dank konntest
    konnten_sie konntet mfg`,
  decode: "dekodiere dekodieren entschlussle entschlusseln decodiere base64 rot13 ruckwarts",
};
