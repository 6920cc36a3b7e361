"""Trains the model of a Taxon run again in PyTorch, on the same token ids for the same epochs, and prints the time.

usage: python train_beside_torch.py job.json     (written by train_beside_torch.ts; needs torch, and transformers for
fine-tuning)
"""
import json
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Layer(nn.Module):
    """The article's pre-norm layer: LayerNorm without scale and shift, packed projections, GELU in its tanh form."""

    def __init__(self, c):
        super().__init__()
        d, inner = c["modelSize"], c["heads"] * c["headDim"]
        self.c = c
        self.q, self.k, self.v = (nn.Linear(d, inner) for _ in range(3))
        self.o = nn.Linear(inner, d)
        self.up, self.down = nn.Linear(d, c["feedForwardSize"]), nn.Linear(c["feedForwardSize"], d)

    def forward(self, x, mask):
        b, t, d = x.shape
        heads, p = self.c["heads"], self.c["dropout"]
        h = F.layer_norm(x, (d,), eps=self.c["normEps"])
        q, k, v = (f(h).view(b, t, heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=p if self.training else 0.0)
        x = x + F.dropout(self.o(a.transpose(1, 2).reshape(b, t, -1)), p, self.training)
        h = F.gelu(self.up(F.layer_norm(x, (d,), eps=self.c["normEps"])), approximate="tanh")
        return x + F.dropout(self.down(F.dropout(h, p, self.training)), p, self.training)


class Classifier(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, n = c["modelSize"], c["maxTokens"]
        self.c = c
        self.emb = nn.Embedding(c["vocabSize"], d)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["layers"]))
        self.head = nn.Linear(d, len(c["labels"]))
        angle = torch.arange(n).unsqueeze(1) * torch.exp(torch.arange(0, d, 2) * -(math.log(10000.0) / d))
        table = torch.zeros(n, d)
        table[:, 0::2], table[:, 1::2] = torch.sin(angle), torch.cos(angle)
        self.register_buffer("table", table, persistent=False)

    def forward(self, ids, mask):
        x = F.dropout(self.emb(ids) + self.table[: ids.shape[1]], self.c["dropout"], self.training)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        if self.c["finalNorm"] != "none":
            x = F.layer_norm(x, (x.shape[-1],), eps=self.c["normEps"])
        m = mask.unsqueeze(-1).to(x.dtype)
        return self.head((x * m).sum(1) / m.sum(1))


class FineTuned(nn.Module):
    """A pretrained encoder as transformers has it, mean pooling and a new head."""

    def __init__(self, c, folder):
        super().__init__()
        from transformers import AutoModel

        assert c["pooling"] == "mean", c["pooling"]
        p = c["dropout"]
        self.encoder = AutoModel.from_pretrained(folder, hidden_dropout_prob=p, attention_probs_dropout_prob=p)
        self.dropout = nn.Dropout(p)
        self.head = nn.Linear(self.encoder.config.hidden_size, len(c["labels"]))
        nn.init.normal_(self.head.weight, std=self.encoder.config.initializer_range)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids, mask):
        x = self.encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        m = mask.unsqueeze(-1).to(x.dtype)
        return self.head(self.dropout((x * m).sum(1) / m.sum(1)))


def padded(rows):
    width = max(len(r) for r in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, r in enumerate(rows):
        ids[i, : len(r)], mask[i, : len(r)] = torch.tensor(r), True
    return ids, mask


def main():
    job = json.load(open(sys.argv[1]))
    c, s = job["config"], job["settings"]
    torch.manual_seed(s["seed"])
    torch.set_num_threads(job["threads"])
    model = FineTuned(c, s["from"]) if "from" in s else Classifier(c)
    precision = torch.autocast("cpu", torch.bfloat16, enabled=s["precision"] == "bf16")
    decay = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim < 2]
    opt = torch.optim.AdamW(
        [{"params": decay, "weight_decay": s["weightDecay"]}, {"params": rest, "weight_decay": 0.0}],
        lr=s["lr"],
        fused=True,
    )
    n, batch = len(job["train"]["ids"]), s["batchSize"]
    steps = math.ceil(n / batch) * s["epochs"]
    warm = max(1, round(s["warmup"] * steps) if s["warmup"] < 1 else s["warmup"])
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda i: min(i / warm, max(0.0, (steps - i) / (steps - warm))))
    started = time.perf_counter()
    for _ in range(s["epochs"]):
        model.train()
        order = torch.randperm(n).tolist()
        for at in range(0, n, batch):
            rows = order[at : at + batch]
            ids, mask = padded([job["train"]["ids"][i] for i in rows])
            labels = torch.tensor([job["train"]["labels"][i] for i in rows])
            with precision:
                logits = model(ids, mask)
            loss = F.cross_entropy(logits.float(), labels, label_smoothing=s["labelSmoothing"])
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), s["maxGradNorm"])
            opt.step()
            sched.step()
            loss.item()
    seconds = time.perf_counter() - started
    model.eval()
    right = 0
    with torch.no_grad(), precision:
        for at in range(0, len(job["test"]["ids"]), 64):
            ids, mask = padded(job["test"]["ids"][at : at + 64])
            right += (model(ids, mask).argmax(1) == torch.tensor(job["test"]["labels"][at : at + 64])).sum().item()
    result = {
        "system": f"torch {torch.__version__}",
        "precision": s["precision"],
        "threads": job["threads"],
        "train_runtime": seconds,
        "test_accuracy_last_epoch": right / len(job["test"]["ids"]),
    }
    print(json.dumps(result))


main()
