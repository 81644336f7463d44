import type { OrderWords } from "../language.ts";

/** How somebody who writes English gives orders to a model. */
export const orders: OrderWords = {
  models: `ai ais llm llms chatbot* chat_bot chatgpt gpt claude gemini copilot language_model*
    large_language_model* ai_assistant* ai_agent* ai_model* virtual_assistant* automated_agent*
    autonomous_agent* ai_system* ai_tool* digital_assistant chat_assistant`,
  helpers: "assistant assistants agent agents model bot bots",
  users: "user users human humans the_person_you_are_talking_to customer_s_account",
  reading: `summarizing_this summarising_this summarize_this summarise_this translating_this reading_this
    reads_this processing_this processes_this analyzing_this analysing_this parsing_this indexing_this
    when_you_summarize when_you_summarise in_your_summary whoever_summarizes whoever_summarises
    any_summary ingesting_this reviewing_this scanning_this`,
  ignore: `ignore ignoring disregard* forget forgetting override overrides overriding overwrite bypass discard
    neglect supersede* replace do_not_follow stop_following don_t_follow never_follow set_aside drop`,
  instructions:
    "instruction* prompt prompts directive* guideline* programming training guardrail* safeguard*",
  rules: `rule rules restriction* order orders command commands constraint* polic* limit limits limitation*
    safety filter filters`,
  earlier: `previous previously prior earlier above preceding former existing original initial other current
    system your past safety before given`,
  everything: `everything_above everything_before anything_above all_of_the_above everything_you anything_you
    what_you_were_told all_you_know everything_that_came_before all_that_was_said
    everything_written_above everything_said`,
  hide: `tell telling mention mentioning inform informing reveal revealing disclose disclosing alert alerting
    warn warning notify notifying let_know say_anything`,
  secretly: `secretly silently covertly discreetly quietly stealthily surreptitiously in_secret behind_the_scenes
    without_telling without_informing without_mentioning without_notifying unnoticed without_the_user`,
  unknown: `must_not_know should_not_know must_never_know may_not_know must_not_find_out must_not_learn
    must_not_notice must_not_see keep_this_from keep_it_from hide_this_from hide_it_from hidden_from_the
    secret_from_the conceal_this conceal_it keep_this_hidden is_not_to_know without_the_knowledge
    keep_this_secret this_secret_from`,
  send: `send sending forward forwarding post upload uploading email mail transfer transmit exfiltrate leak
    submit deliver share fetch append attach encode`,
  secrets: `password passwords credential* api_key* apikey* access_key* access_token* token tokens secret
    secrets private_key* ssh_key* credit_card* bank_detail* environment_variable* system_prompt
    conversation_history chat_history private_data personal_data personal_information card_number*
    account_number* pin_code* social_security_number* passphrase* login_data confidential_file*
    confidential_information confidential_data clipboard inbox`,
  talk: `conversation* chat chats messages history data memories files file contents contacts emails address
    addresses details transcript context names everything`,
  always: `always never from_now_on henceforth whenever every_time from_this_point from_here_on in_future
    in_the_future permanently going_forward as_of_now for_all_future for_every at_all_times each_time`,
  replies: `every_answer every_reply every_response every_message every_conversation each_answer each_reply
    each_response all_answers all_replies all_responses all_future future_answers future_replies
    future_responses future_conversation* future_session* future_chat* your_answer your_answers
    your_reply your_replies your_response your_responses your_output* subsequent_response*
    subsequent_answer* next_response next_answer next_reply final_answer`,
  must: `must should shall have_to has_to need_to needs_to are_to required are_instructed is_instructed
    are_obliged will ought_to are_requested are_authorized are_authorised authorized_to authorised_to
    are_permitted is_permitted are_free_to`,
  say: `answer reply respond say recommend suggest tell claim insist state mention promote praise add
    include append begin start end finish write pretend advise convince persuade refuse repeat output
    speak direct steer describe`,
  asks: "asks asked ask wants mentions inquires requests enquires says types writes is_asking brings_up queries",
  become: `you_are_now act_as pretend_to_be pretend_you pretend_that_you you_will_now_act your_new_role
    your_new_task your_role_is your_real_task your_true roleplay_as role_play_as behave_as behave_like
    assume_the_role take_the_role you_are_no_longer respond_as answer_as simulate
    you_have_been_reprogrammed your_new_name from_now_on_you_are from_this_moment_on_you_are
    from_this_moment_you_are you_are_henceforth`,
  unbound: `developer_mode debug_mode god_mode dan_mode admin_mode maintenance_mode jailbreak* jailbroken
    no_restrictions unrestricted uncensored unfiltered system_override admin_override root_access
    no_limits do_anything_now safety_checks_are checks_are_disabled checks_are_off security_checks_are
    safety_is_disabled filters_are_disabled filters_are_off restrictions_are_lifted
    restrictions_no_longer no_longer_restricted free_of_any without_any_restriction without_any_limits`,
  reveal: `reveal print show repeat output disclose leak display recite share send tell paste copy expose dump
    list`,
  prompt: `system_prompt system_message your_instructions your_prompt initial_prompt hidden_instructions
    your_guidelines your_rules initial_instructions the_prompt_above text_above your_initial
    hidden_prompt secret_prompt prompt_word_for_word original_prompt internal_prompt your_hidden`,
  unasked: `without_asking without_confirmation without_confirming without_approval without_permission
    without_further_confirmation no_confirmation skip_confirmation skip_the_confirmation do_not_ask_for
    don_t_ask_for never_ask_for already_approved pre_approved preapproved has_authorized has_authorised
    has_approved has_consented without_further_questions without_checking without_question`,
  act: `run execute call invoke use using transfer delete erase pay approve buy purchase install download
    open visit wire order authorize authorise grant perform trigger remove follow carry_out click comply
    obey collect gather obtain wipe subscribe sign forward_all commit merge push`,
  tools: "tool tools function_call* tool_call* shell terminal command_line plugin plugins",
  memory: `your_memory long_term_memory persistent_memory save_to_memory store_in_memory add_to_memory
    memory_update update_memory remember_that remember_forever memorize memorise store_this save_this
    keep_in_memory commit_to_memory to_memory`,
  newly: `new_instructions updated_instructions new_directive* important_instruction* critical_instruction*
    special_instruction* secret_instruction* hidden_instruction* priority_instruction* real_instructions
    actual_instructions following_instructions instructions_below system_instruction* system_notice
    system_update admin_notice policy_update urgent_instruction* important_system new_task new_rule
    new_policy instruction_for instructions_for message_for_the_ai new_system mandatory_instruction*
    highest_priority new_objective your_task_is real_task takes_precedence your_new_goal actual_task
    new_goal comply_with_everything obey_everything follow_everything obey_the_following your_true_task
    your_actual_task true_task`,
  please: "please thanks thank_you kindly regards cheers hi hello dear sincerely best could_you would_you",
  decode: "decode decoded decoding decrypt base64 rot13 decipher unscramble hex reversed backwards",
};
