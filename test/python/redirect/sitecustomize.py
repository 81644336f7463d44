"""Python imports this before a program. What the program asks of Mistral goes to SOUVENIR_TEST_MISTRAL instead."""

import os
from importlib import import_module
from importlib.util import find_spec

MISTRAL = "https://api.mistral.ai"
STAND_IN = os.environ["SOUVENIR_TEST_MISTRAL"]


def redirect(client, to_url):
    send = client.send

    def redirected(self, request, **options):
        url = str(request.url)
        if url.startswith(MISTRAL):
            request.url = to_url(STAND_IN + url.removeprefix(MISTRAL))
        return send(self, request, **options)

    client.send = redirected


for name in ("httpx", "httpx2"):
    if find_spec(name):
        module = import_module(name)
        for client in (module.Client, module.AsyncClient):
            redirect(client, module.URL)
if find_spec("requests"):
    redirect(import_module("requests").Session, str)
