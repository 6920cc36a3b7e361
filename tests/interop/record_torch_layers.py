"""Records what PyTorch's attention layers compute with every kind of mask, for tests/golden/torch_layers.

    pip install torch==2.15.0 safetensors numpy
    python tests/interop/record_torch_layers.py tests/golden/torch_layers

Inputs and parameters are random float32 numbers; results are computed from them in float64 and rounded once. Masks are
stored as given: I32 for bool (1 = not allowed to attend), F32 for what is added to the scores.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn

BATCH, TOKENS, HEADS, SIZE = 2, 5, 2, 8


def random(*shape):
    return torch.randn(*shape)


def bool_mask(*shape):
    """About a third is forbidden; the first key never, so that no query is left without one."""
    mask = torch.rand(*shape) < 0.35
    mask[..., 0] = False
    return mask


def record(folder, name, module, config, inputs, call):
    """Stores inputs, parameters, outputs and the gradients of sum(out * grad_out)."""
    def run(dtype):
        module.to(dtype)
        module.zero_grad()
        given = {k: v.detach().to(dtype).clone().requires_grad_() if k in ("x", "query", "key", "value") else
                 v.to(dtype) if v.is_floating_point() else v for k, v in inputs.items()}
        outputs = call(module, given)
        (outputs["out"] * grad_out.to(dtype)).sum().backward()
        gradients = {k: v.grad for k, v in given.items() if v.requires_grad}
        gradients |= {k: v.grad for k, v in module.named_parameters()}
        tensors = {f"out.{k}": v for k, v in outputs.items()} | {f"grad.{k}": v for k, v in gradients.items()}
        return {k: v.detach().clone() for k, v in tensors.items()}

    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.3)
    with torch.no_grad():
        shape = call(module, inputs)["out"].shape
    grad_out = random(*shape)
    stored = {f"in.{k}": v.int() if v.dtype == torch.bool else v for k, v in inputs.items()} | {"in.grad_out": grad_out}
    stored |= {f"param.{k}": v.detach().clone() for k, v in module.named_parameters()}
    single, double = run(torch.float32), run(torch.float64)
    errors = {k: dict(scale=v.abs().max().item(), torch32=(v - single[k]).abs().max().item()) for k, v in double.items()}
    stored |= {k: v.float() for k, v in double.items()}
    metadata = {"config": json.dumps(config), "err": json.dumps(errors)}
    save_file({k: v.contiguous() for k, v in stored.items()}, folder / f"{name}.safetensors", metadata)
    return {"file": f"{name}.safetensors", "note": config["note"]}


def attend(averaged):
    def call(module, given):
        masks = dict(key_padding_mask=given.get("key_padding_mask"), attn_mask=given.get("attn_mask"))
        out, att = module(given["query"], given["key"], given["value"], average_attn_weights=averaged, **masks)
        return {"out": out, "att": att}
    return call


def encode(module, given):
    return {"out": module(given["x"], mask=given.get("attn_mask"), src_key_padding_mask=given.get("key_padding_mask"))}


def main(folder):
    torch.manual_seed(4)
    folder.mkdir(parents=True, exist_ok=True)
    padding = torch.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]], dtype=torch.bool)
    base = dict(embed_dim=SIZE, heads=HEADS)
    files = []

    attention = nn.MultiheadAttention(SIZE, HEADS, batch_first=True)
    inputs = {k: random(BATCH, TOKENS, SIZE) for k in ("query", "key", "value")}
    files.append(record(folder, "torch_multihead_bool_mask", attention, base | dict(
        note="bool attn_mask [queries, keys] and bool key_padding_mask; weights averaged over heads"),
        inputs | dict(attn_mask=bool_mask(TOKENS, TOKENS), key_padding_mask=padding), attend(True)))

    attention = nn.MultiheadAttention(SIZE, HEADS, batch_first=True, kdim=6, vdim=4)
    inputs = dict(query=random(BATCH, 3, SIZE), key=random(BATCH, TOKENS, 6), value=random(BATCH, TOKENS, 4))
    files.append(record(folder, "torch_multihead_float_mask_cross", attention, base | dict(
        kdim=6, vdim=4, note="float attn_mask [batch * heads, queries, keys], kdim and vdim; weights of each head"),
        inputs | dict(attn_mask=random(BATCH * HEADS, 3, TOKENS)), attend(False)))

    def encoder(final_norm, **options):
        layer = nn.TransformerEncoderLayer(SIZE, HEADS, 12, dropout=0, batch_first=True, **options)
        return nn.TransformerEncoder(layer, 2, norm=final_norm, enable_nested_tensor=False)

    x = random(BATCH, TOKENS, SIZE)
    base = dict(d_model=SIZE, heads=HEADS, feed_forward=12, layers=2)
    files.append(record(folder, "torch_transformer_encoder_prenorm_gelu", encoder(
        nn.LayerNorm(SIZE), norm_first=True, activation="gelu"), base | dict(
        norm_first=True, activation="gelu", final_norm=True,
        note="two pre-norm layers and a final norm; float mask [tokens, tokens], float key_padding_mask"),
        dict(x=x, attn_mask=random(TOKENS, TOKENS), key_padding_mask=padding * -1e9), encode))
    files.append(record(folder, "torch_transformer_encoder_postnorm_relu", encoder(None), base | dict(
        norm_first=False, activation="relu", final_norm=False,
        note="two post-norm layers; bool mask [batch * heads, tokens, tokens], bool key_padding_mask"),
        dict(x=x, attn_mask=bool_mask(BATCH * HEADS, TOKENS, TOKENS), key_padding_mask=padding), encode))

    index = {"torch": torch.__version__, "files": files}
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
