# Which Ray is there, and can it have clients? What Python itself has comes before what a project has
# in its folder or in PYTHONPATH; but that is looked at, too, as Ray may lie there.
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
whole = sys.path[:]
sys.path.sort(key=lambda path: not path.startswith((sys.base_prefix + "/lib/", sys.base_prefix + "/lib64/")))
from importlib.metadata import version
from importlib.util import find_spec
sys.path[:] = whole
print(version("ray"), int(find_spec("grpc") is not None))
