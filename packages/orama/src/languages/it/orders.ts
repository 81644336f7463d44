import type { OrderWords } from "../language.ts";

/** How somebody who writes Italian gives orders to a model. */
export const orders: OrderWords = {
  models: `ia llm chatbot* modello_linguistico modelli_linguistici modello_di_linguaggio assistente_ai
    assistente_ia assistente_virtuale agente_ai agente_ia intelligenza_artificiale modello_ai chatgpt
    sistemi_di_ia sistema_di_ia sistemi_ai strumento_di_ia`,
  helpers: "assistente assistenti agente agenti modello bot",
  users: "utente utenti utenza l_umano umano",
  reading: `riassumendo_questo riassumi_questo riassumi_questa riassumete_questo leggi_questo leggi_questa
    leggendo_questo legge_questo legge_questa elabori_questo elabora_questo analizzi_questo
    analizza_questo nel_tuo_riassunto nel_riassunto quando_riassumi nel_riassumere`,
  ignore: `ignora ignori ignorate ignorare ignorino dimentica dimentichi dimenticate dimenticare trascura
    trascurate tralascia scarta scartate annulla annullate sovrascrivi sovrascrivere aggira aggirare
    sostituisci non_seguire non_seguite non_tenere_conto non_tenere_piu non_considerare lascia_perdere
    disattendi`,
  instructions:
    "istruzione istruzioni direttiva direttive prompt indicazione indicazioni linee_guida consegna consegne",
  rules: `regola regole restrizione restrizioni ordine ordini comando comandi vincoli limiti limitazioni
    politica sicurezza filtri norme`,
  earlier: `precedente precedenti anteriori sopra iniziale iniziali originale originali esistenti attuali
    sistema tue vostre ricevute altre date`,
  everything: `tutto_cio_che_precede tutto_quanto_sopra quanto_sopra tutto_quello_che_ti tutto_cio_che_sai
    tutto_quello_che_sai tutto_quello_che_e_stato tutto_cio_che_ti quanto_detto`,
  hide: `dire dite dirgli dirlo menzionare menzionate informare informate rivelare rivelate divulgare
    avvisare avvisate avvertire avvertite notificare notificate segnalare comunicare comunicate
    raccontare parlare parlarne accennare far_sapere allertare avvis* avvert* menzion* rivel* divulg*
    inform* notific* segnal*`,
  secretly: `segretamente silenziosamente di_nascosto in_segreto in_silenzio discretamente all_insaputa
    senza_dirlo senza_dire senza_informare senza_avvisare senza_menzionare senza_che_l_utente
    senza_farne_parola senza_avvertire`,
  unknown: `non_deve_sapere non_deve_saperlo non_deve_saperne non_deve_venire non_deve_accorgersi
    non_deve_vedere non_deve_scoprire nascondi_questo nascondilo nascondi_questa tieni_segreto
    tienilo_segreto non_lo_sappia non_se_ne_accorga`,
  send: `invia invii inviate inviare inoltra inoltri inoltrate inoltrare manda mandate mandare spedisci
    spedire trasmetti trasmettete trasmettere trasferisci trasferire pubblica pubblicate carica caricare
    esfiltra condividi condividere allega aggiungi divulgare divulg* invi* inoltr* trasmett* forni*
    consegn*`,
  secrets: `password chiave_api chiavi_api credenziali token chiave_privata chiavi_private segreti
    carta_di_credito carte_di_credito dati_bancari cronologia_della_conversazione
    cronologia_delle_conversazioni cronologia_chat prompt_di_sistema dati_personali dati_privati
    informazioni_personali variabili_d_ambiente numero_della_carta numero_di_carta numero_di_conto
    file_riservati informazioni_riservate dati_riservati appunti_di_sistema casella_di_posta`,
  talk: `conversazione conversazioni messaggi cronologia dati ricordi file contenuto contenuti contatti email
    indirizzo indirizzi nomi chat tutto`,
  always: `sempre mai d_ora_in_poi da_ora_in_poi da_ora_in_avanti da_adesso_in_poi in_futuro ogni_volta
    da_questo_momento a_partire_da_ora permanentemente d_ora_innanzi da_oggi_in_poi`,
  replies: `ogni_risposta tutte_le_risposte tutte_le_tue_risposte le_tue_risposte tue_risposte tua_risposta
    vostra_risposta prossima_risposta prossime_risposte risposte_future future_risposte ogni_messaggio
    ogni_conversazione conversazioni_future future_conversazioni risposte_successive risposta_finale`,
  must: `devi deve devono dovete dovrai dovra bisogna sei_tenuto e_tenuto hai_il_dovere dovresti dovrebbe
    sei_autorizzato autorizzati_a autorizzato_a autorizzata_a siete_autorizzati sono_autorizzati
    hai_il_permesso`,
  say: `rispondi rispondete rispondere di dite dire consiglia consigliate consigliare raccomanda
    raccomandate suggerisci suggerite afferma affermate menziona menzionate aggiungi aggiungete includi
    includete inizia iniziate termina terminate concludi scrivi scrivete elogia promuovi rifiuta ripeti
    convinci indirizza presenta fingi`,
  asks: "chiede chieda chiedono domanda vuole voglia menziona dice scrive richiede richieda",
  become: `ora_sei adesso_sei sei_ora da_ora_sei d_ora_in_poi_sei agisci_come comportati_come fingi_di_essere
    fai_finta interpreta_il_ruolo il_tuo_nuovo_ruolo il_tuo_nuovo_compito nuovo_compito non_sei_piu
    il_tuo_vero_compito assumi_il_ruolo la_tua_nuova da_ora_in_poi_sei da_ora_in_avanti_sei
    da_adesso_sei a_partire_da_ora_sei da_questo_momento_sei`,
  unbound: `modalita_sviluppatore modalita_amministratore modalita_debug modalita_dio senza_restrizioni
    senza_limiti senza_censura senza_filtri jailbreak* accesso_root modalita_manutenzione
    controlli_di_sicurezza_sono filtri_sono_disattivati restrizioni_sono_revocate
    sicurezza_e_disattivata verifiche_di_sicurezza senza_alcuna_restrizione senza_alcun_limite`,
  reveal: `rivela rivelate mostra mostrate stampa ripeti ripetete divulga elenca copia invia dammi dimmi rivel*
    divulg* ripet* trascriv*`,
  prompt: `prompt_di_sistema messaggio_di_sistema tue_istruzioni vostre_istruzioni istruzioni_iniziali
    istruzioni_nascoste tue_direttive tue_regole testo_sopra tuo_prompt prompt_nascosto prompt_segreto
    prompt_originale il_tuo_prompt prompt_interno`,
  unasked: `senza_chiedere senza_conferma senza_autorizzazione senza_approvazione senza_permesso
    senza_ulteriore_conferma senza_verificare nessuna_conferma gia_approvato gia_autorizzato
    ha_gia_autorizzato ha_autorizzato ha_approvato non_chiedere non_chiedete senza_domande`,
  act: `esegui eseguite eseguire avvia chiama chiamate chiamare invoca usa usate usare utilizza utilizzate
    bonifica trasferisci cancella cancellate cancellare elimina eliminate eliminare paga pagate pagare
    approva approvate acquista compra installa scarica apri visita autorizza concedi ordina clicca
    obbedisci segui seguite effettua raccogliere raccogli raccogliete aprire aprirl* disattiv* spegn*
    approv* acquistare installare scaricare cliccare confermare`,
  tools: "strumento strumenti chiamata_di_funzione terminale riga_di_comando tool",
  memory: `tua_memoria vostra_memoria memoria_a_lungo_termine memoria_persistente in_memoria memorizza
    memorizzate ricorda_che ricordate_che salva_questo aggiornamento_della_memoria`,
  newly: `nuove_istruzioni nuova_istruzione istruzioni_importanti istruzione_importante istruzioni_di_sistema
    istruzione_di_sistema seguenti_istruzioni istruzioni_segrete messaggio_di_sistema avviso_di_sistema
    aggiornamento_di_sistema nuova_direttiva nuovo_compito nuova_regola istruzioni_per vere_istruzioni
    attenzione_ai attenzione_ia attenzione_assistente istruzione_prioritaria massima_priorita
    nuovo_obiettivo ha_la_precedenza vero_compito obbedisci_a_tutto segui_tutto esegui_tutto tuo_vero
    tua_vera vera_missione`,
  please:
    "per_favore per_cortesia grazie saluti ciao gentile caro cara cordialmente potresti potreste buongiorno",
  decode: "decodifica decodificate decifra base64 rot13 al_contrario",
};
