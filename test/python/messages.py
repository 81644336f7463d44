"""Stores messages as each library that is installed here writes them, a thread for each way, and prints what was refused."""

import os
from importlib.util import find_spec

import requests

WORDS = "I live in Lyon."
count = 0


def store(way, *messages):
    global count
    response = requests.post(
        f"{os.environ['SOUVENIR_URL']}/v1/remember-turn",
        headers={"Authorization": f"Bearer {os.environ['SOUVENIR_KEY']}"},
        json={"namespace": "python", "thread": way, "messages": messages, "before": None, "turn_id": None},
        timeout=30,
    )
    count += 1
    if not response.ok or response.json()["stored"] != 1:
        print(way, response.text)


if find_spec("mistralai"):
    try:
        from mistralai import Mistral, models
    except ImportError:
        from mistralai.client import Mistral, models
    mistral = Mistral(api_key="key")
    asked = models.UserMessage(content=WORDS)
    call = models.ToolCall(id="abcdefghi", function=models.FunctionCall(name="find", arguments={"of": "Lyon"}))
    for by_alias in (False, True):
        silent = (
            models.SystemMessage(content="Be kind.").model_dump(mode="json", by_alias=by_alias),
            models.AssistantMessage(content=None, tool_calls=[call]).model_dump(mode="json", by_alias=by_alias),
            models.ToolMessage(content="{}", tool_call_id="abcdefghi", name="find").model_dump(mode="json", by_alias=by_alias),
        )
        store(f"mistralai, {by_alias}", asked.model_dump(by_alias=by_alias), *silent)
    parts = [models.TextChunk(text=WORDS), models.ImageURLChunk(image_url="https://example.com/a.png")]
    store("mistralai, parts", models.UserMessage(content=parts).model_dump(mode="json"))
    thought = [models.ThinkChunk(thinking=[models.TextChunk(text="Hm.")]), models.TextChunk(text=WORDS)]
    store("mistralai, thinking", models.AssistantMessage(content=thought).model_dump(mode="json"))
    completion = mistral.chat.complete(model="mistral-small-latest", messages=[asked])
    store("mistralai, answer", completion.choices[0].message.model_dump(mode="json"))
    started = mistral.beta.conversations.start(model="mistral-small-latest", inputs=WORDS)
    store("mistralai, outputs", *(output.model_dump(mode="json") for output in started.outputs))
    history = mistral.beta.conversations.get_history(conversation_id=started.conversation_id)
    store("mistralai, history", history.entries[0].model_dump(mode="json"))

if find_spec("langchain_core"):
    from langchain_core.load import dumpd
    from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
    from langchain_core.messages import convert_to_openai_messages, messages_to_dict
    from langchain_mistralai import ChatMistralAI

    tool_call = {"name": "find", "args": {}, "id": "abcdefghi"}
    silent = [SystemMessage("Be kind."), AIMessage("", tool_calls=[tool_call]), ToolMessage("{}", tool_call_id="abcdefghi")]
    answer = ChatMistralAI(model="mistral-small-latest", api_key="key").invoke(WORDS)
    said = [HumanMessage(WORDS), HumanMessage(WORDS, name="ada", id="1"), AIMessage(WORDS), AIMessageChunk(WORDS), answer]
    said.append(HumanMessage([{"type": "text", "text": WORDS}]))
    for number, message in enumerate(said):
        messages = [message, *silent]
        store(f"langchain, {number}, model_dump", *(each.model_dump(mode="json") for each in messages))
        store(f"langchain, {number}, messages_to_dict", *messages_to_dict(messages))
        store(f"langchain, {number}, dumpd", *dumpd(messages))
        store(f"langchain, {number}, as OpenAI's", *convert_to_openai_messages(messages))

if find_spec("llama_index"):
    from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
    from llama_index.llms.mistralai import MistralAI

    asked = ChatMessage(role="user", content=WORDS)
    answer = MistralAI(model="mistral-small-latest", api_key="key").chat([asked]).message
    seen = ChatMessage(role="user", blocks=[TextBlock(text=WORDS), ImageBlock(url="https://example.com/a.png")])
    for number, message in enumerate((asked, answer, seen)):
        store(f"llama-index, {number}", message.model_dump(mode="json"))

print(count)
