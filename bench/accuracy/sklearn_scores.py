"""Scores of scikit-learn's defaults on given folds.

    /usr/bin/python3 sklearn_scores.py JOBS.json    (Debian: apt-get install python3-sklearn)

JOBS.json holds a list of {name, file, header, target, exclude, task, seed, folds: [[row, ...], ...]}; each fold lists the rows held out.
Writes {versions, results: [{name, seed, model, scores: {metric: [one per fold]}}]} to standard output. For the network numbers are
standardised, missing ones filled with the median, and names one-hot encoded; the trees get numbers as they are and names as codes.
"""
import csv
import gzip
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, mean_squared_error, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

# The network's defaults end at 200 epochs, with a warning where the loss still falls.
warnings.filterwarnings("ignore")


def to_float(cells):
    return cells.astype(float)


def network(numbers, names, is_classes, seed):
    scaled = make_pipeline(FunctionTransformer(to_float), SimpleImputer(strategy="median"), StandardScaler())
    coded = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    columns = ColumnTransformer([("numbers", scaled, numbers), ("names", coded, names)])
    return make_pipeline(columns, (MLPClassifier if is_classes else MLPRegressor)(random_state=seed))


def trees(numbers, names, is_classes, seed):
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    columns = ColumnTransformer([("numbers", FunctionTransformer(to_float), numbers), ("names", codes, names)])
    return make_pipeline(columns, (HistGradientBoostingClassifier if is_classes else HistGradientBoostingRegressor)(random_state=seed))


MODELS = {"MLP": network, "HistGradientBoosting": trees}


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read(job):
    """Cells as float or text, NaN where empty; columns of numbers; columns of names; the target."""
    opened = gzip.open if job["file"].endswith(".gz") else open
    with opened(job["file"], "rt", newline="") as file:
        rows = list(csv.reader(file))
    header = rows.pop(0) if job["header"] else [f"column{i + 1}" for i in range(len(rows[0]))]
    target = header.index(job["target"]) if job["target"] else len(header) - 1
    left = [i for i, name in enumerate(header) if i != target and name not in job["exclude"]]
    columns = [[row[i] for row in rows] for i in left]
    numeric = [all(is_number(cell) for cell in column if cell != "") for column in columns]
    x = np.empty((len(rows), len(left)), object)
    for k, column in enumerate(columns):
        x[:, k] = [np.nan if cell == "" else float(cell) if numeric[k] else cell for cell in column]
    y = np.array([row[target] for row in rows])
    numbers = [k for k in range(len(left)) if numeric[k]]
    names = [k for k in range(len(left)) if not numeric[k]]
    return x, numbers, names, y if job["task"] == "classes" else y.astype(float)


def scores_of(truth, predicted, is_classes):
    if is_classes:
        return {"accuracy": accuracy_score(truth, predicted)}
    return {"rSquared": r2_score(truth, predicted), "rootMeanSquaredError": mean_squared_error(truth, predicted) ** 0.5}


def run(job):
    x, numbers, names, y = read(job)
    is_classes = job["task"] == "classes"
    for name, build in MODELS.items():
        gathered = {}
        for fold in job["folds"]:
            held_out = np.zeros(len(y), bool)
            held_out[fold] = True
            model = build(numbers, names, is_classes, job["seed"]).fit(x[~held_out], y[~held_out])
            for metric, value in scores_of(y[held_out], model.predict(x[held_out]), is_classes).items():
                gathered.setdefault(metric, []).append(value)
        yield {"name": job["name"], "seed": job["seed"], "model": name, "scores": gathered}


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        jobs = json.load(file)
    results = [result for job in jobs for result in run(job)]
    json.dump({"versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}, "results": results}, sys.stdout)
