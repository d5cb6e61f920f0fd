"""Find good settings of a classifier of handwritten digits (real data: 1,797 images of 8 x 8).

    python digits.py c=1 gamma=0.001 [folds=5]

The data come with scikit-learn. On a Ray cluster (RAY_ADDRESS is set, as raylaunch does)
the folds of the cross-validation are Ray tasks; without one, or with --no-ray, they run one
after the other. Ends with the result line that raylaunch collects.
"""

import json
import os
import sys
import time

DEFAULTS = {"c": 1.0, "gamma": 0.001, "folds": 5}


def parameters(words):
    """The `key=value` words of the command line over the defaults."""
    values = dict(DEFAULTS)
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in values:
            sys.exit(f"digits.py: cannot use '{word}'; the words are c= gamma= folds=")
        values[key] = type(DEFAULTS[key])(value)
    return values


def score_fold(images, digits, train, test, c, gamma):
    """Fit on the rows `train`; the share of the rows `test` that is recognised."""
    from sklearn.svm import SVC

    model = SVC(C=c, gamma=gamma).fit(images[train], digits[train])
    return float(model.score(images[test], digits[test]))


def make_folds(count):
    from sklearn.datasets import load_digits
    from sklearn.model_selection import StratifiedKFold

    images, digits = load_digits(return_X_y=True)
    folds = StratifiedKFold(n_splits=count, shuffle=True, random_state=0)
    return images, digits, list(folds.split(images, digits))


def scores_with_ray(values):
    import ray

    ray.init(log_to_driver=False)
    images, digits, folds = make_folds(values["folds"])
    task = ray.remote(num_cpus=1)(score_fold)
    images, digits = ray.put(images), ray.put(digits)
    return ray.get(
        [
            task.remote(images, digits, train, test, values["c"], values["gamma"])
            for train, test in folds
        ]
    )


def scores_here(values):
    images, digits, folds = make_folds(values["folds"])
    return [
        score_fold(images, digits, train, test, values["c"], values["gamma"])
        for train, test in folds
    ]


def main():
    started = time.time()
    words = [word for word in sys.argv[1:] if word != "--no-ray"]
    with_ray = len(words) == len(sys.argv) - 1 and bool(os.environ.get("RAY_ADDRESS"))
    values = parameters(words)
    scores = scores_with_ray(values) if with_ray else scores_here(values)
    result = {
        "status": "completed",
        "metrics": {
            "accuracy": round(sum(scores) / len(scores), 5),
            "worst_fold": round(min(scores), 5),
        },
        "with_ray": with_ray,
        "duration_seconds": round(time.time() - started, 3),
    }
    # The line feed in front and one write: whatever else prints, the line stays whole.
    print("\nTMGG_RESULT:" + json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
