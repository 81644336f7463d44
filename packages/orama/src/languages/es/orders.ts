import type { OrderWords } from "../language.ts";

/** How somebody who writes Spanish gives orders to a model. */
export const orders: OrderWords = {
  models: `ia llm chatbot* modelo_de_lenguaje modelos_de_lenguaje asistente_de_ia asistentes_de_ia
    asistente_virtual agente_de_ia agentes_de_ia inteligencia_artificial modelo_de_ia chatgpt
    asistente_ia sistemas_de_ia sistema_de_ia herramienta_de_ia`,
  helpers: "asistente asistentes agente agentes modelo bot",
  users: "usuario usuarios usuaria usuarias humano el_humano",
  reading: `al_resumir_este al_resumir_esta al_resumir_el resumas_este resuma_este resumas_esta lee_esto
    lees_esto lea_esto lees_este lea_esta lea_este leyendo_esto leyendo_este procese_este procesas_este
    procesa_este analice_este analizas_este en_tu_resumen en_el_resumen en_su_resumen`,
  ignore: `ignora ignore ignorad ignorar ignoren olvida olvide olvidad olvidar olvidate omite omitir descarta
    descarte descartar anula anule anular desobedece desestima desestime haz_caso_omiso haga_caso_omiso
    hagan_caso_omiso no_sigas no_siga deja_de_seguir sobrescribe sobrescriba reemplaza reemplace
    sustituye pasa_por_alto saltate`,
  instructions: `instruccion instrucciones indicacion indicaciones directriz directrices directiva directivas prompt
    prompts consigna consignas`,
  rules: `regla reglas restriccion restricciones orden ordenes norma normas limitaciones limites politica
    politicas seguridad filtros comandos`,
  earlier: `anterior anteriores previa previas previo previos precedente precedentes original originales inicial
    iniciales existentes actuales sistema tus sus recibidas arriba demas otras dadas`,
  everything: `todo_lo_anterior todo_lo_que_te todo_lo_que_sabes todo_lo_dicho todo_lo_de_arriba lo_anterior
    lo_que_te_dijeron todo_lo_escrito`,
  hide: `digas diga decir menciones mencione mencionar informes informe informar reveles revele revelar
    cuentes cuente contar avises avise avisar adviertas advierta advertir notifiques notifique notificar
    comuniques hables hable hagas_saber alertes alerte avis* advert* mencion* revel* divulg* inform*
    notific*`,
  secretly: `en_secreto secretamente silenciosamente discretamente a_escondidas a_espaldas en_silencio
    sin_decirle sin_decir sin_informar sin_avisar sin_mencionar sin_mencionarlo sin_que_el_usuario
    sin_notificar disimuladamente`,
  unknown: `no_debe_saber no_debe_saberlo no_debe_enterarse no_debe_conocer no_debe_ver no_puede_saber
    no_debe_darse_cuenta ocultaselo ocultalo oculta_esto oculta_esta manten_esto_en_secreto
    mantenlo_en_secreto a_espaldas_del que_el_usuario_no_lo_sepa no_se_entere no_lo_sepa`,
  send: `envia envie enviad enviar envialo envien reenvia reenvie reenviar manda mande mandar transmite
    transmita transmitir transfiere transfiera transferir publica publique sube suba subir exfiltra
    remite comparte comparta adjunta anade divulgar divulgue envi* transmit* reenvi* entreg* proporcion*
    filtr*`,
  secrets: `contrasena contrasenas clave_api claves_api claves_de_api clave_de_api credenciales token tokens
    clave_privada claves_privadas secretos tarjeta_de_credito tarjetas_de_credito datos_bancarios
    historial_de_conversacion historial_de_la_conversacion historial_de_chat historial_de_conversaciones
    prompt_del_sistema datos_personales datos_privados informacion_personal variables_de_entorno
    numero_de_tarjeta numero_de_la_tarjeta numero_de_cuenta archivos_confidenciales
    informacion_confidencial datos_confidenciales portapapeles bandeja_de_entrada`,
  talk: `conversacion conversaciones mensajes historial datos recuerdos archivos archivo contenido contactos
    correos direccion direcciones nombres chat todo`,
  always: `siempre nunca jamas a_partir_de_ahora de_ahora_en_adelante desde_ahora en_adelante en_el_futuro
    cada_vez en_lo_sucesivo permanentemente desde_este_momento a_partir_de_este_momento a_partir_de_hoy`,
  replies: `cada_respuesta todas_tus_respuestas todas_las_respuestas tus_respuestas sus_respuestas tu_respuesta
    su_respuesta futuras_respuestas respuestas_futuras proxima_respuesta proximas_respuestas
    cada_mensaje cada_conversacion futuras_conversaciones conversaciones_futuras siguientes_respuestas
    respuesta_final todas_sus_respuestas`,
  must: `debes debe deben deberas debera tienes_que tiene_que hay_que has_de estas_obligado esta_obligado
    estas_autorizado deberias deberia autorizados_a autorizado_a autorizada_a autorizadas_a
    estais_autorizados estan_autorizados tienes_permiso tienen_que`,
  say: `responde responda responder contesta conteste contestar di diga recomienda recomiende recomendar
    sugiere sugiera afirma afirme menciona mencione anade anada agrega agregue incluye incluya comienza
    comience empieza empiece termina termine escribe escriba elogia promociona promocione niegate repite
    aconseja aconseje convence dirige presenta finge`,
  asks: `pregunta pregunte preguntan pida pide solicite solicita quiera quiere mencione menciona dice diga
    escribe consulte consulta`,
  become: `ahora_eres a_partir_de_ahora_eres eres_ahora actua_como actue_como actuad_como comportate_como
    finge_ser finge_que_eres haz_el_papel tu_nuevo_rol tu_nueva_tarea su_nueva_tarea ya_no_eres
    tu_verdadera_tarea asume_el_papel asume_el_rol tu_mision_es simula_ser desde_ahora_eres
    de_ahora_en_adelante_eres`,
  unbound: `modo_desarrollador modo_de_desarrollador modo_administrador modo_depuracion modo_dios
    sin_restricciones sin_limites sin_censura sin_filtros jailbreak* anulacion_del_sistema acceso_root
    modo_mantenimiento controles_de_seguridad_estan comprobaciones_de_seguridad
    filtros_estan_desactivados restricciones_estan_levantadas seguridad_esta_desactivada
    sin_ninguna_restriccion sin_ningun_limite`,
  reveal: `revela revele muestra muestre imprime repite repita divulga ensena enumera copia envia dame dime
    revel* divulg* repet* transcrib*`,
  prompt: `prompt_del_sistema mensaje_del_sistema tus_instrucciones sus_instrucciones tus_directrices
    instrucciones_iniciales instrucciones_ocultas tus_reglas texto_anterior prompt_oculto prompt_secreto
    prompt_original tu_prompt su_prompt prompt_interno`,
  unasked: `sin_preguntar sin_confirmacion sin_confirmar sin_autorizacion sin_aprobacion sin_permiso
    sin_consultar sin_pedir sin_mas_confirmacion no_pidas no_pida ya_aprobado ya_autorizado
    ya_ha_aprobado ya_ha_autorizado ha_autorizado ha_aprobado no_hace_falta_confirmacion sin_verificar`,
  act: `ejecuta ejecute ejecutar llama llame llamar invoca invoque usa use usar utiliza utilice utilizar
    transfiere borra borre borrar elimina elimine eliminar paga pague pagar aprueba apruebe compra
    compre comprar instala instale descarga descargue abre abra visita visite autoriza otorga ordena
    haz_clic obedece obedezca sigue siga realiza realice pedir recoger recopil* recoge abrir desactiv*
    apag* aprob* instalar descargar pulsar confirm*`,
  tools: "herramienta herramientas llamada_a_funcion terminal linea_de_comandos",
  memory: `tu_memoria su_memoria memoria_a_largo_plazo memoria_persistente en_memoria en_la_memoria memoriza
    memorice recuerda_que recuerde_que guarda_esto actualizacion_de_memoria`,
  newly: `nuevas_instrucciones nueva_instruccion instrucciones_importantes instruccion_importante
    instruccion_del_sistema instrucciones_del_sistema siguientes_instrucciones instrucciones_secretas
    aviso_del_sistema mensaje_del_sistema actualizacion_del_sistema nueva_directiva nuevas_directrices
    nueva_tarea nueva_regla instruccion_prioritaria instrucciones_para verdaderas_instrucciones
    atencion_ia atencion_asistente maxima_prioridad nuevo_objetivo tiene_prioridad tarea_real
    verdadera_tarea obedece_todo obedezca_todo sigue_todo cumple_todo tu_verdadera su_verdadera`,
  please: `por_favor gracias saludos hola estimado estimada querido querida cordialmente podrias podria
    atentamente un_saludo`,
  decode: "decodifica decodifique descifra descifre base64 rot13 al_reves",
};
