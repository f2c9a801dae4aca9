"""Writes the extract of Google's discovery documents that the local cloud checks its wire against.

gcloud contains a client for each API. Google generates these clients from the discovery documents. This program reads them, and prints JSON:
the HTTP method, path, query parameters, request and response of each API method in the list, and the fields of each message that they use.

    gcloud info --format='value(config.paths.sdk_root)'
    SDK/platform/bundledpythonunix/bin/python3 scripts/discovery/extract.py SDK < METHODS

METHODS has a line for each API method, such as `secretmanager v1 GET /v1/projects/{}/secrets/{}`.
"""

import importlib
import json
import re
import sys

SDK = sys.argv[1]
sys.path[:0] = [SDK + "/lib", SDK + "/lib/third_party"]

from apitools.base.py import encoding  # noqa: E402

SCALARS = {
    "INT32": "int32",
    "UINT32": "int32",
    "INT64": "int64",
    "UINT64": "int64",
    "FLOAT": "number",
    "DOUBLE": "number",
    "BOOL": "boolean",
    "STRING": "string",
    "BYTES": "bytes",
}
# A message that may hold any JSON.
ANY = {"JsonValue", "JsonObject", "JsonArray"}


def shape(path):
    return re.sub(r"\{[^}]*\}", "{}", "/" + path.lstrip("/"))


def matches(ours, theirs):
    """Whether two paths are of one method. A variable stands for any text without a slash."""
    a, b = (re.split(r"[/:]", path) for path in (ours, theirs))
    same = len(a) == len(b) and re.sub(r"[^:]", "", ours) == re.sub(r"[^:]", "", theirs)
    return same and all(x == y or "{}" in (x, y) for x, y in zip(a, b))


class Api:
    def __init__(self, name, version):
        base = "googlecloudsdk.generated_clients.apis.%s.%s.%s_%s" % (name, version, name, version)
        self.messages = importlib.import_module(base + "_messages")
        module = importlib.import_module(base + "_client")
        client = next(v for k, v in vars(module).items() if k.lower() == (name + version).lower())
        # Cloud Storage has paths below this one.
        self.base = client.BASE_URL.split("/", 3)[3]
        self.types = {}
        self.configs = []
        for service in vars(client).values():
            if isinstance(service, type) and hasattr(service, "_NAME"):
                self.configs += [c() for c in method_configs(service)]

    def find(self, http_method, path):
        found = [
            config
            for config in self.configs
            if config.http_method == http_method and matches(shape(path), self.path_of(config))
        ]
        # The path without variables is the exact one.
        return min(found, key=lambda config: self.path_of(config).count("{}"), default=None)

    def path_of(self, config):
        return shape(self.base + (config.flat_path or config.relative_path))

    def type_of(self, field):
        name = field.__class__.__name__
        if name == "EnumField":
            values = [v for v in field.type.names()]
            mapped = [encoding.GetCustomJsonEnumMapping(field.type, python_name=v) or v for v in values]
            kind = {"enum": sorted(mapped)}
        elif name in ("DateTimeField", "DateField"):
            kind = "string"
        elif name == "MessageField":
            kind = self.message_type(field.type)
        else:
            kind = SCALARS[field.variant.name]
        return {"list": kind} if field.repeated else kind

    def message_type(self, message):
        if message.__name__ in ANY:
            return "any"
        extra = next((f for f in message.all_fields() if f.name == "additionalProperties"), None)
        if extra is not None and len(list(message.all_fields())) == 1:
            value = extra.type.field_by_name("value")
            return {"map": self.type_of(value)}
        name = message.definition_name().split(".", 1)[1]
        if name not in self.types:
            self.types[name] = {}
            self.types[name] = {
                self.json_name(message, f): self.type_of(f)
                for f in sorted(message.all_fields(), key=lambda f: f.name)
                if f.name != "additionalProperties"
            }
        return {"message": name}

    def json_name(self, message, field):
        return encoding.GetCustomJsonFieldMapping(message, python_name=field.name) or field.name

    def method(self, config):
        request = getattr(self.messages, config.request_type_name)
        fields = {self.json_name(request, f): f for f in request.all_fields()}
        params = {}
        for name in sorted(config.query_params):
            json_name = encoding.GetCustomJsonFieldMapping(request, python_name=name) or name
            params[json_name] = self.type_of(fields[json_name])
        if config.request_field == "<request>":
            body = self.message_type(request)
        elif config.request_field:
            body = self.type_of(fields[config.request_field])
        else:
            body = None
        response = getattr(self.messages, config.response_type_name)
        return {
            "id": config.method_id,
            "query": params,
            "request": body,
            "response": self.message_type(response),
        }


def method_configs(service):
    return [v.method_config for v in vars(service).values() if hasattr(v, "method_config")]


def main():
    apis, methods, missing = {}, {}, []
    for line in sys.stdin.read().split("\n"):
        if not line.strip():
            continue
        name, version, http_method, path = line.split(" ")
        key = "%s %s" % (name, version)
        api = apis.setdefault(key, Api(name, version))
        config = api.find(http_method, path)
        if config is None:
            missing.append(line)
        else:
            methods.setdefault(key, {})["%s %s" % (http_method, shape(path))] = api.method(config)
    for line in missing:
        sys.stderr.write("no such method: %s\n" % line)
    version = open(SDK + "/VERSION").read().strip()
    result = {
        "source": "the clients in Google Cloud SDK %s, which Google generates from its discovery documents" % version,
        "apis": {
            key: {"methods": methods.get(key, {}), "types": dict(sorted(api.types.items()))}
            for key, api in sorted(apis.items())
        },
    }
    json.dump(result, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


main()
