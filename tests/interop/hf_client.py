"""Classifies through the Hugging Face client, as its users do: python hf_client.py BASE_URL

Needs `pip install huggingface_hub`. Prints what came back; exits with 1 when it is not what the client documents.
"""

import sys

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError


def main(base_url: str) -> None:
    client = InferenceClient(base_url=base_url, api_key="unused-without-a-key")
    text = "The invoice of March is wrong, please send a new one"

    everything = client.text_classification(text)
    scores = [element.score for element in everything]
    print([(element.label, round(element.score, 4)) for element in everything])
    assert len(everything) >= 2, "all labels are expected, not only the best"
    assert scores == sorted(scores, reverse=True), "highest score first"
    assert abs(sum(scores) - 1) < 1e-5, "softmax scores sum to 1"

    best = client.text_classification(text, top_k=1)
    assert [element.label for element in best] == [everything[0].label], "top_k=1 gives the best label"

    logits = client.text_classification(text, function_to_apply="none")
    assert [element.label for element in logits] == [element.label for element in everything]
    assert abs(sum(element.score for element in logits) - 1) > 1e-3, "function_to_apply=none gives logits"

    try:
        client.text_classification(text, top_k=-1)
    except HfHubHTTPError as error:
        assert error.response.status_code == 422, error.response.status_code
        assert "top_k" in str(error), "the message of the server reaches the user"
        assert error.response.headers["x-request-id"]
    else:
        raise AssertionError("top_k=-1 must be refused")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python hf_client.py BASE_URL")
    main(sys.argv[1])
