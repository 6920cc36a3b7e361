"""What others' libraries make of the rows of `deno task quality`.

usage: python peers.py     (started by peers.ts, which writes one job a line and reads one answer a line)

A job names system, encoder, labels, seed, and the files train and test of {"text", "label"}. An answer holds the
probabilities of the test rows in the order of the labels, and the processor's seconds from texts to a fitted model;
starting Python, importing and answering the test rows are not in them.
"""
import functools
import importlib
import importlib.metadata
import json
import os
import random
import sys
import tempfile
import time

MAX_TOKENS = 256  # as sentence-transformers has it for all-MiniLM-L6-v2
STRENGTHS = [0.1, 1, 4, 16, 64, 256, 1024]  # C of the logistic regression


def chosen_regression(steps, x, y, seed):
    """A logistic regression behind `steps`, its strength chosen by the log loss of five stratified folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, StratifiedKFold
    from sklearn.pipeline import Pipeline

    search = GridSearchCV(
        Pipeline([*steps, ("regression", LogisticRegression(max_iter=1000))]),
        {"regression__C": STRENGTHS},
        scoring="neg_log_loss",
        cv=StratifiedKFold(5, shuffle=True, random_state=seed),
        error_score="raise",
    ).fit(x, y)
    return search, {"C": search.best_params_["regression__C"], "log_loss": -search.best_score_}


def tfidf(job):
    """TF-IDF of words and pairs of words under a logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    search, details = chosen_regression([("tfidf", vectorizer)], job.texts, job.y, job.seed)
    return search.predict_proba, details


class Vectors:
    """Mean-pooled, normalised vectors of texts. Each text is computed once, and counts its time whenever asked for."""

    def __init__(self, folder):
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()
        self.known, self.cost = {}, {}

    def __call__(self, texts):
        import numpy as np
        import torch

        new = sorted({t for t in texts if t not in self.known}, key=len)
        for at in range(0, len(new), 32):
            batch, started = new[at : at + 32], time.process_time()
            with torch.no_grad():
                vectors = pooled(self.model, tokens(self.tokenizer, batch))
            vectors = torch.nn.functional.normalize(vectors).numpy()
            each = (time.process_time() - started) / len(batch)
            self.known.update(zip(batch, vectors))
            self.cost.update((t, each) for t in batch)
        return np.stack([self.known[t] for t in texts])


def tokens(tokenizer, texts):
    return tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")


def pooled(model, batch):
    states, mask = model(**batch).last_hidden_state, batch["attention_mask"].unsqueeze(-1)
    return (states * mask).sum(1) / mask.sum(1)


vectors_of = functools.cache(Vectors)


def frozen(job):
    """The encoder as it is, and a logistic regression on its vectors."""
    vectors = vectors_of(job.encoder)
    known = set(vectors.known)
    x = vectors(job.texts)
    job.earlier = sum(vectors.cost[t] for t in set(job.texts) & known)
    search, details = chosen_regression([], x, job.y, job.seed)
    return lambda texts: search.predict_proba(vectors(texts)), details


def fine_tuned(job):
    """All weights, mean pooling and a linear head: AdamW, 1e-4 after a warm-up, then falling to 0; the last weights."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    batch_size, rate = 16, 1e-4
    steps = max(200, 3 * -(-len(job.texts) // batch_size))  # three epochs where these are more
    torch.manual_seed(job.seed)
    tokenizer = AutoTokenizer.from_pretrained(job.encoder)
    encoder = AutoModel.from_pretrained(job.encoder)
    head = torch.nn.Linear(encoder.config.hidden_size, len(job.labels))
    model = torch.nn.ModuleList([encoder, head]).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    warm = steps // 10
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min((i + 1) / warm, (steps - i) / (steps - warm))
    )
    y, order = torch.tensor(job.y), []
    for _ in range(steps):
        while len(order) < batch_size:
            order += torch.randperm(len(y)).tolist()
        rows, order = order[:batch_size], order[batch_size:]
        hidden = pooled(encoder, tokens(tokenizer, [job.texts[i] for i in rows]))
        loss = torch.nn.functional.cross_entropy(head(torch.dropout(hidden, 0.1, True)), y[rows])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()

    def probabilities(texts):
        model.eval()
        with torch.no_grad():
            parts = [tokens(tokenizer, texts[at : at + 32]) for at in range(0, len(texts), 32)]
            return torch.cat([head(pooled(encoder, part)).softmax(1) for part in parts]).numpy()

    return probabilities, {"steps": steps, "batch_size": batch_size, "rate": rate}


def setfit(job):
    """SetFit with the defaults of its paper: 20 pairs of each kind a text, batches of 16, one epoch."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(job.encoder)
    rows = Dataset.from_dict({"text": job.texts, "label": job.y})
    with tempfile.TemporaryDirectory() as folder:
        settings = {"batch_size": 16, "num_epochs": 1, "num_iterations": 20, "seed": job.seed}
        quiet = {"output_dir": folder, "save_strategy": "no", "logging_strategy": "no", "report_to": "none"}
        trainer = Trainer(model=model, args=TrainingArguments(**settings, **quiet), train_dataset=rows)
        trainer.train()
    steps = trainer.st_trainer.state.global_step
    return lambda texts: model.predict_proba(texts, as_numpy=True), {"steps": steps, "batch_size": 16}


class Job:
    def __init__(self, job):
        self.encoder, self.labels, self.seed = job.get("encoder"), job["labels"], job["seed"]
        self.earlier = 0.0  # seconds spent on these texts in an earlier job
        self.texts, names = self.read(job["train"])
        self.y = [self.labels.index(name) for name in names]
        self.test, _ = self.read(job["test"])

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return [r["text"] for r in rows], [r["label"] for r in rows]


def require_packages():
    """Ends with 2 unless the versions of requirements.txt are installed: results are kept under them."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "requirements.txt")
    with open(path, encoding="utf-8") as file:
        pins = [line.strip().split("==") for line in file]
    installed = {d.metadata["Name"]: d.version.split("+")[0] for d in importlib.metadata.distributions()}
    wrong = [f"{name} {version} ({installed.get(name, 'none')})" for name, version in pins if installed.get(name) != version]
    if wrong:
        print(f"Cannot start without {', '.join(wrong)}: pip install -r {path}", file=sys.stderr)
        sys.exit(2)


def main():
    require_packages()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    systems = {
        "tfidf": (tfidf, ["sklearn.pipeline", "sklearn.linear_model", "sklearn.feature_extraction.text"]),
        "frozen": (frozen, ["sklearn.pipeline", "sklearn.linear_model", "torch", "transformers"]),
        "pytorch": (fine_tuned, ["torch", "transformers"]),
        "setfit": (setfit, ["setfit", "datasets"]),
    }
    for line in sys.stdin:
        request = json.loads(line)
        job = Job(request)
        train, modules = systems[request["system"]]
        for module in modules:
            importlib.import_module(module)
        random.seed(job.seed)
        started = time.process_time()
        probabilities, details = train(job)
        seconds = time.process_time() - started + job.earlier
        answer = {"probabilities": probabilities(job.test).tolist(), "seconds": seconds, "details": details}
        print(json.dumps(answer), file=answers, flush=True)


main()
