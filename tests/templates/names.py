#!/usr/bin/env python3
# names.py FILE…: does every module have the names that it uses, and is no name in two of them? A
# module that takes a name from its neighbour without saying so works in the joined file alone, and a
# name of two modules is one thing there. Python's own symbol tables tell.
import builtins
import os
import symtable
import sys

bad, where = [], {}


def used(table, found):
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced() or table.get_type() == "module" and symbol.is_referenced():
            found.add(symbol.get_name())
    for child in table.get_children():
        used(child, found)
    return found


for path in sys.argv[1:]:
    with open(path) as file:
        text = file.read()
    module = symtable.symtable(text, path, "exec")
    has = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    unused = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_imported()} - used(module, set())
    for name in sorted(used(module, set()) - has - set(dir(builtins)) - {"__file__", "__name__"}):
        bad.append("%s: no %s" % (path, name))
    for name in sorted(unused):
        bad.append("%s: %s is imported and not used" % (path, name))
    for symbol in module.get_symbols():
        name = symbol.get_name()
        if symbol.is_assigned() and not symbol.is_imported():
            if name in where:
                bad.append("%s: %s is also in %s" % (path, name, os.path.basename(where[name])))
            where[name] = path
print("\n".join(bad) or "ok")
sys.exit(bool(bad))
