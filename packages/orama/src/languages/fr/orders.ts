import type { OrderWords } from "../language.ts";

/** How somebody who writes French gives orders to a model. */
export const orders: OrderWords = {
  models: `ia llm chatbot* agent_conversationnel modele_de_langage modeles_de_langage grand_modele assistant_ia
    assistants_ia assistante_ia agent_ia agents_ia assistant_virtuel assistante_virtuelle
    intelligence_artificielle robot_conversationnel modele_ia chatgpt systeme_d_ia systemes_d_ia
    outil_d_ia ia_qui`,
  helpers: "assistant assistante assistants agent agents modele bot robot",
  users: "utilisateur utilisateurs utilisatrice utilisatrices usager usagers humain l_humain",
  reading: `en_resumant_ce en_resumant_cette resumes_ce resumez_ce resumes_cette resumez_cette qui_lit_ce
    qui_lit_cette lis_ceci lis_ce_texte lis_cette_page lisez_ceci lisant_ceci traites_ce traitez_ce
    traite_ce_document traite_ce_texte analyse_ce analysant_ce dans_ton_resume dans_votre_resume
    dans_le_resume`,
  ignore: `ignore ignorez ignorer oublie oubliez oublier neglige negligez outrepasse outrepassez contourne
    contournez contourner ecrase remplace remplacez ne_tiens_pas_compte ne_tenez_pas_compte
    ne_tenez_aucun_compte ne_tiens_aucun_compte fais_abstraction faites_abstraction ne_suis_plus
    ne_suivez_plus ne_respecte_plus laisse_tomber annule annulez mets_de_cote passe_outre passez_outre`,
  instructions: `instruction instructions consigne consignes directive directives prompt prompts invite_systeme
    garde_fous`,
  rules: `regle regles restriction restrictions ordre ordres commande commandes contrainte contraintes
    politique limites limitations securite filtres`,
  earlier: `precedent precedente precedents precedentes anterieur anterieure anterieures anterieurs ci_dessus
    initiale initiales initial initiaux existantes actuelles actuels autres systeme tes vos recues recu
    donnees passees avant origine`,
  everything: `tout_ce_qui_precede tout_ce_qui_est_ecrit tout_ce_que_tu tout_ce_que_vous ce_qui_precede
    ce_qu_on_t_a_dit tout_ce_qu_on tout_ce_qui_a_ete tout_ce_qui_figure`,
  hide: `dis dites dire mentionne mentionnez mentionner parle parlez parler informe informez informer revele
    revelez reveler divulgue divulguez divulguer previens prevenez prevenir avertis avertissez avertir
    signale signalez signaler alerte alertez alerter signal* averti* previen* mention* divulgu* revel*`,
  secretly: `secretement discretement silencieusement en_secret en_silence en_cachette a_l_insu sans_le_dire
    sans_en_parler sans_prevenir sans_informer sans_avertir sans_le_mentionner sans_que_l_utilisateur
    sans_rien_dire`,
  unknown: `ne_doit_pas_savoir ne_doit_rien_savoir ne_doit_jamais_savoir ne_doit_pas_apprendre
    ne_doit_pas_le_savoir ne_doit_pas_voir ne_doit_pas_etre_informe ne_doivent_pas_savoir cache_le
    cachez_le cache_ceci cachez_ceci cache_cela garde_le_secret gardez_le_secret a_l_insu_de
    cacher_a_l_utilisateur doit_ignorer`,
  send: `envoie envoyez envoyer transmets transmettez transmettre transfere transferez transferer poste
    postez publie publiez televerse televersez exfiltre exfiltrez communique communiquez fais_suivre
    faites_suivre expedie expediez partage partagez joins joignez ajoute divulguer divulgue envoy*
    transmett* transfer* fourni* fournir`,
  secrets: `mot_de_passe mots_de_passe identifiant identifiants cle_api cles_api cle_d_api cles_d_api cle_privee
    cles_privees jeton jetons secret secrets carte_bancaire cartes_bancaires coordonnees_bancaires
    carte_de_credit numeros_de_carte historique_de_conversation historique_de_la_conversation
    historique_des_conversations prompt_systeme invite_systeme donnees_personnelles donnees_privees
    informations_personnelles variables_d_environnement codes_d_acces numero_de_carte numero_de_la_carte
    numeros_de_compte numero_de_compte fichiers_confidentiels informations_confidentielles
    donnees_confidentielles code_pin presse_papiers boite_de_reception`,
  talk: `conversation conversations echanges messages historique donnees souvenirs fichiers fichier contenu
    contacts courriels adresse adresses coordonnees noms discussion tout`,
  always: `toujours jamais desormais dorenavant a_partir_de_maintenant a_l_avenir chaque_fois
    a_compter_de_maintenant des_maintenant a_partir_d_aujourd_hui pour_toujours systematiquement
    a_chaque_fois en_permanence des_que`,
  replies: `chaque_reponse toutes_tes_reponses toutes_vos_reponses toutes_les_reponses tes_reponses vos_reponses
    ta_reponse votre_reponse prochaine_reponse prochaines_reponses chaque_message chaque_conversation
    futures_reponses futures_conversations conversations_futures conversations_a_venir
    reponses_suivantes reponse_finale reponses_futures prochaines_conversations`,
  must: `dois devez doit doivent il_faut faut es_tenu etes_tenu est_tenu devras devrez devra tu_es_autorise
    vous_etes_autorise autorise_a autorises_a autorisee_a autorisees_a habilite_a habilites_a`,
  say: `reponds repondez repondre dis dites dire recommande recommandez recommander conseille conseillez
    conseiller suggere suggerez affirme affirmez pretends pretendez mentionne mentionnez ajoute ajoutez
    inclus incluez insere inserez commence commencez termine terminez ecris ecrivez vante vantez promeus
    refuse refusez repete repetez oriente orientez convaincs presente presentez`,
  asks: "demande demandera demandent pose interroge veut souhaite mentionne dit ecrit evoque sollicite cherche",
  become: `tu_es_maintenant vous_etes_maintenant tu_es_desormais vous_etes_desormais agis_comme agissez_comme
    agis_en_tant comporte_toi comportez_vous fais_semblant faites_semblant joue_le_role jouez_le_role
    ton_nouveau_role votre_nouveau_role ta_nouvelle_tache votre_nouvelle_tache tu_n_es_plus
    vous_n_etes_plus ta_vraie_tache ta_mission_est prends_le_role a_partir_de_maintenant_tu_es
    a_partir_de_maintenant_vous_etes des_maintenant_tu_es`,
  unbound: `mode_developpeur mode_debogage mode_administrateur mode_dieu sans_restriction sans_restrictions
    sans_limites sans_aucune_restriction non_censure debride jailbreak* derogation_systeme acces_root
    sans_filtre controles_de_securite_sont verifications_de_securite_sont filtres_sont_desactives
    restrictions_sont_levees securite_est_desactivee sans_la_moindre_restriction`,
  reveal: `revele revelez affiche affichez montre montrez donne donnez repete repetez imprime recopie recopiez
    divulgue divulguez envoie envoyez liste communique revel* divulgu* affich* recopi*`,
  prompt: `prompt_systeme invite_systeme message_systeme tes_instructions vos_instructions tes_consignes
    vos_consignes tes_directives instructions_initiales instructions_cachees consignes_initiales
    texte_ci_dessus prompt_cache prompt_secret prompt_d_origine prompt_initial prompt_interne ton_prompt
    votre_prompt`,
  unasked: `sans_demander sans_confirmation sans_autorisation sans_validation sans_accord sans_verifier
    sans_poser_de_question sans_autre_confirmation aucune_confirmation deja_approuve deja_autorise
    a_deja_autorise a_autorise a_approuve a_consenti a_deja_donne ne_demande_pas ne_demandez_pas
    ne_demande_jamais ne_demandez_jamais`,
  act: `execute executez executer lance lancez lancer appelle appelez appeler invoque invoquez utilise
    utilisez utiliser vire virez virement transfere supprime supprimez supprimer efface effacez effacer
    paie payez payer approuve approuvez achete achetez installe installez telecharge telechargez ouvre
    ouvrez visite visitez autorise accorde commande clique obeis obeissez suis suivez effectue effectuez
    recueillir recueille recueillez collecte collectez collecter ouvrir telecharger desactive desactiver
    desactivez installer cliquer approuver acheter valide validez`,
  tools: "outil outils appel_de_fonction appels_d_outils terminal ligne_de_commande",
  memory: `ta_memoire votre_memoire memoire_a_long_terme memoire_persistante en_memoire memorise memorisez
    souviens_toi_que souvenez_vous_que retiens_que retenez_que enregistre_ceci mise_a_jour_de_la_memoire`,
  newly: `nouvelles_instructions nouvelle_instruction nouvelle_consigne nouvelles_consignes
    instructions_importantes instruction_importante instruction_systeme instructions_systeme
    instructions_suivantes consigne_prioritaire instruction_prioritaire message_systeme
    mise_a_jour_systeme avis_systeme nouvelle_directive nouvelles_directives nouvelle_tache
    nouvelle_regle consignes_pour instructions_pour instructions_secretes vraies_instructions
    a_l_attention_de_l_ia a_l_attention_de_l_assistant priorite_absolue nouvel_objectif prime_sur
    ta_tache_est vraie_tache obeis_a_tout obeissez_a_tout suis_tout suivez_tout_ce applique_tout
    veritable_tache ta_veritable ta_vraie votre_vraie votre_veritable`,
  please: `merci svp stp s_il_vous_plait s_il_te_plait cordialement bonjour salut cher chere bien_a_vous
    pourriez pourrais veuillez bises`,
  decode: "decode decodez decoder dechiffre dechiffrez base64 rot13 a_l_envers",
};
