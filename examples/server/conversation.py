"""A conversation that goes on in another process, with Python's standard library alone.

    souvenir serve                      # in another terminal; its first start shows a key
    export SOUVENIR_KEY=svr_...
    MISTRAL_API_KEY=... python conversation.py

The server finds what matters for a question and writes it as a block for the prompt (/v1/context), and keeps what was
said (/v1/remember-turn). SOUVENIR_URL, SOUVENIR_KEY and MISTRAL_BASE_URL as in guide.py.
"""

import json
import os
import urllib.request

BASE = os.environ.get("SOUVENIR_URL", "http://127.0.0.1:7077")
KEY = os.environ.get("SOUVENIR_KEY", "")
MISTRAL = os.environ.get("MISTRAL_BASE_URL", "https://api.mistral.ai").rstrip("/").removesuffix("/v1")
NAMESPACE = "ada@example.com"


def post(url, key, body):
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def say(thread, text):
    block = post(f"{BASE}/v1/context", KEY, {"query": text, "namespace": NAMESPACE, "thread": thread})["text"]
    messages = [{"role": "user", "content": text}]
    if block:
        messages.insert(0, {"role": "system", "content": block})
    completion = post(
        f"{MISTRAL}/v1/chat/completions",
        os.environ["MISTRAL_API_KEY"],
        {"model": "mistral-small-latest", "messages": messages},
    )
    answer = completion["choices"][0]["message"]["content"]
    turn = [{"role": "user", "content": text}, {"role": "assistant", "content": answer}]
    post(f"{BASE}/v1/remember-turn", KEY, {"namespace": NAMESPACE, "thread": thread, "messages": turn})
    print(f"[{thread}] {text}\n{answer}\n")


say("monday", "My daughter Zoé starts school in Lyon in September.")
say("thursday", "Where does Zoé start school?")  # another conversation, without a message of the first
