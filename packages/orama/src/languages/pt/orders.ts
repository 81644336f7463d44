import type { OrderWords } from "../language.ts";

/** How somebody who writes Portuguese gives orders to a model. */
export const orders: OrderWords = {
  models: `ia llm chatbot* modelo_de_linguagem modelos_de_linguagem assistente_de_ia assistente_virtual
    agente_de_ia agentes_de_ia inteligencia_artificial modelo_de_ia chatgpt assistente_ia sistemas_de_ia
    sistema_de_ia ferramenta_de_ia`,
  helpers: "assistente assistentes agente agentes modelo bot robo",
  users: "usuario usuarios usuaria utilizador utilizadores utilizadora humano",
  reading: `ao_resumir_este ao_resumir_esta ao_resumir_o resumir_este resumir_esta resuma_este le_isto le_este
    lendo_isto lendo_este ler_isto ler_este lendo_esta processar_este processa_este analisar_este
    analisa_este no_seu_resumo no_teu_resumo no_resumo`,
  ignore: `ignore ignora ignorem ignorar esqueca esquece esquecam esquecer desconsidere desconsiderar despreze
    descarte descartar anule anula anular contorne contornar substitua substituir sobrescreva nao_siga
    nao_sigas deixe_de_seguir deixa_de_seguir desobedeca passe_por_cima`,
  instructions:
    "instrucao instrucoes diretriz diretrizes diretiva diretivas prompt prompts indicacoes orientacoes",
  rules: `regra regras restricao restricoes ordem ordens comando comandos normas limites limitacoes politica
    politicas seguranca filtros`,
  earlier: `anterior anteriores previa previas previo previos precedentes acima original originais inicial
    iniciais existentes atuais sistema tuas suas teus seus recebidas outras dadas`,
  everything: `tudo_acima tudo_o_que_foi tudo_que_foi tudo_o_que_voce tudo_que_voce tudo_o_que_sabe o_que_foi_dito
    tudo_o_que_esta_acima tudo_anterior o_texto_acima`,
  hide: `diga digas dizer mencione menciones mencionar informe informes informar revele reveles revelar conte
    contes contar avise avises avisar alerte alertar notifique notificar fale falar comunique comunicar
    deixe_saber avis* advert* mencion* revel* divulg* inform* notific*`,
  secretly: `secretamente silenciosamente discretamente em_segredo em_silencio as_escondidas sem_dizer
    sem_informar sem_avisar sem_mencionar sem_que_o_usuario sem_que_o_utilizador sem_o_conhecimento
    sem_notificar`,
  unknown: `nao_deve_saber nao_pode_saber nao_deve_descobrir nao_pode_descobrir nao_deve_perceber nao_deve_ver
    nao_pode_perceber esconda_isto esconda_isso esconde_isto oculte_isto oculte_isso
    mantenha_isto_em_segredo mantenha_isso_em_segredo nao_saiba nao_fique_sabendo`,
  send: `envie envia enviem enviar encaminhe encaminha encaminhar mande manda mandar transmita transmitir
    transfira transfere transferir publique publica carregue exfiltre remeta compartilhe partilhe
    reencaminhe anexe acrescente divulgar divulgu* envi* encaminh* transmit* forne* entreg*`,
  secrets: `senha senhas palavra_passe palavras_passe chave_de_api chaves_de_api chave_api chaves_api
    credenciais token tokens chave_privada chaves_privadas segredos cartao_de_credito cartoes_de_credito
    dados_bancarios historico_da_conversa historico_de_conversa* historico_das_conversas
    historico_do_chat prompt_do_sistema dados_pessoais dados_privados informacoes_pessoais
    variaveis_de_ambiente numero_do_cartao numero_de_cartao numero_da_conta ficheiros_confidenciais
    arquivos_confidenciais informacoes_confidenciais dados_confidenciais area_de_transferencia
    caixa_de_entrada`,
  talk: `conversa conversas mensagens historico dados memorias arquivos arquivo ficheiros ficheiro conteudo
    contatos contactos e_mails endereco enderecos nomes chat tudo`,
  always: `sempre nunca jamais a_partir_de_agora de_agora_em_diante doravante no_futuro cada_vez
    daqui_em_diante daqui_para_a_frente permanentemente a_partir_deste_momento toda_vez sempre_que`,
  replies: `cada_resposta todas_as_respostas todas_as_suas_respostas todas_as_tuas_respostas suas_respostas
    tuas_respostas sua_resposta tua_resposta proxima_resposta proximas_respostas respostas_futuras
    futuras_respostas cada_mensagem cada_conversa conversas_futuras futuras_conversas resposta_final`,
  must: `deve deves devem devera deveras tem_de tem_que tens_de tens_que precisa e_obrigado esta_autorizado
    deveria voce_deve autorizados_a autorizado_a autorizada_a estao_autorizados estas_autorizado
    tens_permissao`,
  say: `responda responde responder diga diz dizer recomende recomenda recomendar sugira sugere afirme
    afirma mencione menciona adicione adiciona acrescente inclua inclui comece comeca termine termina
    escreva escreve elogie promova recuse repita aconselhe convenca direcione apresente finja`,
  asks: `pergunte pergunta perguntar perguntam peca pede pedir solicite solicita quiser quer queira mencione
    mencionar disser diz escreve`,
  become: `agora_voce_e agora_es voce_agora_e voce_e_agora tu_es_agora aja_como age_como atue_como comporte_se
    finja_ser finge_ser faca_de_conta seu_novo_papel sua_nova_tarefa teu_novo_papel tua_nova_tarefa
    voce_nao_e_mais ja_nao_es sua_verdadeira_tarefa assuma_o_papel a_partir_de_agora_voce_e
    a_partir_de_agora_es de_agora_em_diante_voce_e`,
  unbound: `modo_desenvolvedor modo_de_desenvolvedor modo_programador modo_administrador modo_de_depuracao
    modo_deus sem_restricoes sem_limites sem_censura sem_filtros jailbreak* acesso_root
    modo_de_manutencao verificacoes_de_seguranca_estao controlos_de_seguranca controles_de_seguranca
    filtros_estao_desativados restricoes_foram seguranca_esta_desativada sem_nenhuma_restricao
    sem_qualquer_restricao`,
  reveal: `revele revela mostre mostra imprima repita repete divulgue liste copie envie diga_me revel* divulg*
    repet* transcrev*`,
  prompt: `prompt_do_sistema mensagem_do_sistema suas_instrucoes tuas_instrucoes instrucoes_iniciais
    instrucoes_ocultas suas_diretrizes suas_regras texto_acima prompt_escondido prompt_oculto
    prompt_secreto prompt_original teu_prompt seu_prompt prompt_interno`,
  unasked: `sem_perguntar sem_confirmacao sem_confirmar sem_autorizacao sem_aprovacao sem_permissao sem_pedir
    sem_consultar sem_verificar ja_aprovado ja_autorizado ja_autorizou autorizou aprovou nao_peca
    nao_pecas nenhuma_confirmacao dispensa_confirmacao`,
  act: `execute executa executar chame chama chamar invoque use usa usar utilize utiliza transfira apague
    apaga apagar exclua excluir elimine elimina pague paga pagar aprove aprova compre comprar instale
    baixe descarregue abra visite autorize conceda encomende clique obedeca siga realize recolher
    recolha recolhe coletar colete abrir abri_los desativ* deslig* aprov* instalar descarregar clicar
    confirm*`,
  tools: "ferramenta ferramentas chamada_de_funcao terminal linha_de_comando*",
  memory: `sua_memoria tua_memoria memoria_de_longo_prazo memoria_persistente na_memoria memorize memoriza
    lembre_se_de_que lembre_se_que lembra_te_de_que lembra_te_que guarde_isto guarde_isso
    atualizacao_de_memoria`,
  newly: `novas_instrucoes nova_instrucao instrucoes_importantes instrucao_importante instrucao_do_sistema
    instrucoes_do_sistema seguintes_instrucoes instrucoes_secretas mensagem_do_sistema aviso_do_sistema
    atualizacao_do_sistema nova_diretriz nova_tarefa nova_regra instrucoes_para verdadeiras_instrucoes
    atencao_ia atencao_assistente instrucao_prioritaria prioridade_maxima novo_objetivo tem_precedencia
    verdadeira_tarefa obedeca_a_tudo obedece_a_tudo siga_tudo cumpra_tudo tua_verdadeira sua_verdadeira`,
  please: `por_favor obrigado obrigada cumprimentos ola caro cara prezado prezada atenciosamente poderia podias
    se_faz_favor abraco`,
  decode: "decodifique decodifica descodifique decifre base64 rot13 ao_contrario",
};
