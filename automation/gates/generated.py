"""Fast validators, written by scripts/generate.py from the JSON Schemas: change those, not this file."""

# ruff: noqa
# mypy: ignore-errors

import re


class Unfit(Exception):
    """The value does not fit; why is told by `automation.plan.explain`."""


NoneType = type(None)


class _Patterns(dict):
    """Compiled when they are first used; `$` is the very end of the text."""

    def __missing__(self, pattern):
        exact = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
        compiled = self[pattern] = re.compile(exact)
        return compiled


REGEX_PATTERNS = _Patterns()


def validate_file(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["file"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "file" in data_keys:
            data_keys.remove("file")
            data__file = data["file"]
            data__file_any_of_count1 = 0
            if not data__file_any_of_count1:
                try:
                    if not isinstance(data__file, (str)):
                        raise Unfit
                    if isinstance(data__file, str):
                        data__file_len = len(data__file)
                        if data__file_len < 1:
                            raise Unfit
                    data__file_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__file_any_of_count1:
                try:
                    if not isinstance(data__file, (str)):
                        raise Unfit
                    if isinstance(data__file, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__file):
                            raise Unfit
                    data__file_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__file_any_of_count1:
                raise Unfit
        if "not-empty" in data_keys:
            data_keys.remove("not-empty")
            data__notempty = data["not-empty"]
            data__notempty_any_of_count2 = 0
            if not data__notempty_any_of_count2:
                try:
                    if not isinstance(data__notempty, (bool)):
                        raise Unfit
                    data__notempty_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__notempty_any_of_count2:
                try:
                    if not isinstance(data__notempty, (str)):
                        raise Unfit
                    if isinstance(data__notempty, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__notempty):
                            raise Unfit
                    data__notempty_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__notempty_any_of_count2:
                raise Unfit
        if "sha256" in data_keys:
            data_keys.remove("sha256")
            data__sha256 = data["sha256"]
            data__sha256_any_of_count3 = 0
            if not data__sha256_any_of_count3:
                try:
                    if not isinstance(data__sha256, (str)):
                        raise Unfit
                    if isinstance(data__sha256, str):
                        if not REGEX_PATTERNS["^[0-9a-fA-F]{64}$"].search(data__sha256):
                            raise Unfit
                    data__sha256_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__sha256_any_of_count3:
                try:
                    if not isinstance(data__sha256, (str)):
                        raise Unfit
                    if isinstance(data__sha256, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__sha256):
                            raise Unfit
                    data__sha256_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__sha256_any_of_count3:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count4 = 0
            if not data__name_any_of_count4:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count4:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count4:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_json(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["json"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "json" in data_keys:
            data_keys.remove("json")
            data__json = data["json"]
            data__json_any_of_count1 = 0
            if not data__json_any_of_count1:
                try:
                    if not isinstance(data__json, (str)):
                        raise Unfit
                    if isinstance(data__json, str):
                        data__json_len = len(data__json)
                        if data__json_len < 1:
                            raise Unfit
                    data__json_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__json_any_of_count1:
                try:
                    if not isinstance(data__json, (str)):
                        raise Unfit
                    if isinstance(data__json, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__json):
                            raise Unfit
                    data__json_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__json_any_of_count1:
                raise Unfit
        if "schema" in data_keys:
            data_keys.remove("schema")
            data__schema = data["schema"]
            data__schema_any_of_count2 = 0
            if not data__schema_any_of_count2:
                try:
                    if not isinstance(data__schema, (str)):
                        raise Unfit
                    if isinstance(data__schema, str):
                        data__schema_len = len(data__schema)
                        if data__schema_len < 1:
                            raise Unfit
                    data__schema_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__schema_any_of_count2:
                try:
                    if not isinstance(data__schema, (str)):
                        raise Unfit
                    if isinstance(data__schema, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__schema):
                            raise Unfit
                    data__schema_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__schema_any_of_count2:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count3 = 0
            if not data__name_any_of_count3:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count3:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count3:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_metric(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["above"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["at-least"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["below"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["at-most"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["equals"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["between"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["metric"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "metric" in data_keys:
            data_keys.remove("metric")
            data__metric = data["metric"]
            data__metric_any_of_count2 = 0
            if not data__metric_any_of_count2:
                try:
                    if not isinstance(data__metric, (str)):
                        raise Unfit
                    if isinstance(data__metric, str):
                        data__metric_len = len(data__metric)
                        if data__metric_len < 1:
                            raise Unfit
                    data__metric_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__metric_any_of_count2:
                try:
                    if not isinstance(data__metric, (str)):
                        raise Unfit
                    if isinstance(data__metric, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__metric):
                            raise Unfit
                    data__metric_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__metric_any_of_count2:
                raise Unfit
        if "above" in data_keys:
            data_keys.remove("above")
            data__above = data["above"]
            data__above_any_of_count3 = 0
            if not data__above_any_of_count3:
                try:
                    if not isinstance(data__above, (int, float)) or isinstance(data__above, bool):
                        raise Unfit
                    data__above_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__above_any_of_count3:
                try:
                    if not isinstance(data__above, (str)):
                        raise Unfit
                    if isinstance(data__above, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__above):
                            raise Unfit
                    data__above_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__above_any_of_count3:
                raise Unfit
        if "at-least" in data_keys:
            data_keys.remove("at-least")
            data__atleast = data["at-least"]
            data__atleast_any_of_count4 = 0
            if not data__atleast_any_of_count4:
                try:
                    if not isinstance(data__atleast, (int, float)) or isinstance(data__atleast, bool):
                        raise Unfit
                    data__atleast_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count4:
                try:
                    if not isinstance(data__atleast, (str)):
                        raise Unfit
                    if isinstance(data__atleast, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__atleast):
                            raise Unfit
                    data__atleast_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count4:
                raise Unfit
        if "below" in data_keys:
            data_keys.remove("below")
            data__below = data["below"]
            data__below_any_of_count5 = 0
            if not data__below_any_of_count5:
                try:
                    if not isinstance(data__below, (int, float)) or isinstance(data__below, bool):
                        raise Unfit
                    data__below_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__below_any_of_count5:
                try:
                    if not isinstance(data__below, (str)):
                        raise Unfit
                    if isinstance(data__below, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__below):
                            raise Unfit
                    data__below_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__below_any_of_count5:
                raise Unfit
        if "at-most" in data_keys:
            data_keys.remove("at-most")
            data__atmost = data["at-most"]
            data__atmost_any_of_count6 = 0
            if not data__atmost_any_of_count6:
                try:
                    if not isinstance(data__atmost, (int, float)) or isinstance(data__atmost, bool):
                        raise Unfit
                    data__atmost_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__atmost_any_of_count6:
                try:
                    if not isinstance(data__atmost, (str)):
                        raise Unfit
                    if isinstance(data__atmost, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__atmost):
                            raise Unfit
                    data__atmost_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__atmost_any_of_count6:
                raise Unfit
        if "equals" in data_keys:
            data_keys.remove("equals")
            data__equals = data["equals"]
            data__equals_any_of_count7 = 0
            if not data__equals_any_of_count7:
                try:
                    if not isinstance(data__equals, (int, float, str, bool)):
                        raise Unfit
                    data__equals_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__equals_any_of_count7:
                try:
                    if not isinstance(data__equals, (str)):
                        raise Unfit
                    if isinstance(data__equals, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__equals):
                            raise Unfit
                    data__equals_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__equals_any_of_count7:
                raise Unfit
        if "between" in data_keys:
            data_keys.remove("between")
            data__between = data["between"]
            data__between_any_of_count8 = 0
            if not data__between_any_of_count8:
                try:
                    if not isinstance(data__between, (list, tuple)):
                        raise Unfit
                    data__between_is_list = isinstance(data__between, (list, tuple))
                    if data__between_is_list:
                        data__between_len = len(data__between)
                        if data__between_len < 2:
                            raise Unfit
                        if data__between_len > 2:
                            raise Unfit
                        for data__between_x, data__between_item in enumerate(data__between):
                            data__between_item_any_of_count9 = 0
                            if not data__between_item_any_of_count9:
                                try:
                                    if not isinstance(data__between_item, (int, float)) or isinstance(
                                        data__between_item, bool
                                    ):
                                        raise Unfit
                                    data__between_item_any_of_count9 += 1
                                except Unfit:
                                    pass
                            if not data__between_item_any_of_count9:
                                try:
                                    if not isinstance(data__between_item, (str)):
                                        raise Unfit
                                    if isinstance(data__between_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__between_item):
                                            raise Unfit
                                    data__between_item_any_of_count9 += 1
                                except Unfit:
                                    pass
                            if not data__between_item_any_of_count9:
                                raise Unfit
                    data__between_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__between_any_of_count8:
                try:
                    if not isinstance(data__between, (str)):
                        raise Unfit
                    if isinstance(data__between, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__between):
                            raise Unfit
                    data__between_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__between_any_of_count8:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count10 = 0
            if not data__name_any_of_count10:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count10:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count10:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_command(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["command"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "command" in data_keys:
            data_keys.remove("command")
            data__command = data["command"]
            data__command_any_of_count1 = 0
            if not data__command_any_of_count1:
                try:
                    if not isinstance(data__command, (list, tuple)):
                        raise Unfit
                    data__command_is_list = isinstance(data__command, (list, tuple))
                    if data__command_is_list:
                        data__command_len = len(data__command)
                        if data__command_len < 1:
                            raise Unfit
                        for data__command_x, data__command_item in enumerate(data__command):
                            data__command_item_any_of_count2 = 0
                            if not data__command_item_any_of_count2:
                                try:
                                    if not isinstance(data__command_item, (str, int, float, bool)):
                                        raise Unfit
                                    data__command_item_any_of_count2 += 1
                                except Unfit:
                                    pass
                            if not data__command_item_any_of_count2:
                                try:
                                    if not isinstance(data__command_item, (str)):
                                        raise Unfit
                                    if isinstance(data__command_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__command_item):
                                            raise Unfit
                                    data__command_item_any_of_count2 += 1
                                except Unfit:
                                    pass
                            if not data__command_item_any_of_count2:
                                raise Unfit
                    data__command_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__command_any_of_count1:
                try:
                    if not isinstance(data__command, (str)):
                        raise Unfit
                    if isinstance(data__command, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__command):
                            raise Unfit
                    data__command_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__command_any_of_count1:
                raise Unfit
        if "working-directory" in data_keys:
            data_keys.remove("working-directory")
            data__workingdirectory = data["working-directory"]
            data__workingdirectory_any_of_count3 = 0
            if not data__workingdirectory_any_of_count3:
                try:
                    if not isinstance(data__workingdirectory, (str)):
                        raise Unfit
                    if isinstance(data__workingdirectory, str):
                        data__workingdirectory_len = len(data__workingdirectory)
                        if data__workingdirectory_len < 1:
                            raise Unfit
                    data__workingdirectory_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__workingdirectory_any_of_count3:
                try:
                    if not isinstance(data__workingdirectory, (str)):
                        raise Unfit
                    if isinstance(data__workingdirectory, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__workingdirectory):
                            raise Unfit
                    data__workingdirectory_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__workingdirectory_any_of_count3:
                raise Unfit
        if "effect" in data_keys:
            data_keys.remove("effect")
            data__effect = data["effect"]
            data__effect_any_of_count4 = 0
            if not data__effect_any_of_count4:
                try:
                    if not (
                        isinstance(data__effect, str)
                        and data__effect == "none"
                        or isinstance(data__effect, str)
                        and data__effect == "workspace"
                        or isinstance(data__effect, str)
                        and data__effect == "external"
                    ):
                        raise Unfit
                    data__effect_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__effect_any_of_count4:
                try:
                    if not isinstance(data__effect, (str)):
                        raise Unfit
                    if isinstance(data__effect, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__effect):
                            raise Unfit
                    data__effect_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__effect_any_of_count4:
                raise Unfit
        if "expect-status" in data_keys:
            data_keys.remove("expect-status")
            data__expectstatus = data["expect-status"]
            data__expectstatus_any_of_count5 = 0
            if not data__expectstatus_any_of_count5:
                try:
                    if (
                        not isinstance(data__expectstatus, (int))
                        and not (isinstance(data__expectstatus, float) and data__expectstatus.is_integer())
                        or isinstance(data__expectstatus, bool)
                    ):
                        raise Unfit
                    if isinstance(data__expectstatus, (int, float)) and not isinstance(data__expectstatus, bool):
                        if data__expectstatus < 0:
                            raise Unfit
                        if data__expectstatus > 255:
                            raise Unfit
                    data__expectstatus_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count5:
                try:
                    if not isinstance(data__expectstatus, (str)):
                        raise Unfit
                    if isinstance(data__expectstatus, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectstatus):
                            raise Unfit
                    data__expectstatus_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count5:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count6 = 0
            if not data__name_any_of_count6:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count6:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count6:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_http(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["http"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "http" in data_keys:
            data_keys.remove("http")
            data__http = data["http"]
            data__http_any_of_count1 = 0
            if not data__http_any_of_count1:
                try:
                    if not isinstance(data__http, (str)):
                        raise Unfit
                    if isinstance(data__http, str):
                        if not REGEX_PATTERNS["^https?://"].search(data__http):
                            raise Unfit
                    data__http_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__http_any_of_count1:
                try:
                    if not isinstance(data__http, (str)):
                        raise Unfit
                    if isinstance(data__http, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__http):
                            raise Unfit
                    data__http_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__http_any_of_count1:
                raise Unfit
        if "expect-status" in data_keys:
            data_keys.remove("expect-status")
            data__expectstatus = data["expect-status"]
            data__expectstatus_any_of_count2 = 0
            if not data__expectstatus_any_of_count2:
                try:
                    if (
                        not isinstance(data__expectstatus, (int))
                        and not (isinstance(data__expectstatus, float) and data__expectstatus.is_integer())
                        or isinstance(data__expectstatus, bool)
                    ):
                        raise Unfit
                    if isinstance(data__expectstatus, (int, float)) and not isinstance(data__expectstatus, bool):
                        if data__expectstatus < 100:
                            raise Unfit
                        if data__expectstatus > 599:
                            raise Unfit
                    data__expectstatus_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count2:
                try:
                    if not isinstance(data__expectstatus, (str)):
                        raise Unfit
                    if isinstance(data__expectstatus, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectstatus):
                            raise Unfit
                    data__expectstatus_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count2:
                raise Unfit
        if "expect-json" in data_keys:
            data_keys.remove("expect-json")
            data__expectjson = data["expect-json"]
            data__expectjson_any_of_count3 = 0
            if not data__expectjson_any_of_count3:
                try:
                    if not isinstance(data__expectjson, (dict)):
                        raise Unfit
                    data__expectjson_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__expectjson_any_of_count3:
                try:
                    if not isinstance(data__expectjson, (str)):
                        raise Unfit
                    if isinstance(data__expectjson, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectjson):
                            raise Unfit
                    data__expectjson_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__expectjson_any_of_count3:
                raise Unfit
        if "timeout" in data_keys:
            data_keys.remove("timeout")
            data__timeout = data["timeout"]
            data__timeout_any_of_count4 = 0
            if not data__timeout_any_of_count4:
                try:
                    if not isinstance(data__timeout, (int, float)) or isinstance(data__timeout, bool):
                        raise Unfit
                    if isinstance(data__timeout, (int, float)) and not isinstance(data__timeout, bool):
                        if data__timeout > 600:
                            raise Unfit
                        if data__timeout <= 0:
                            raise Unfit
                    data__timeout_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__timeout_any_of_count4:
                try:
                    if not isinstance(data__timeout, (str)):
                        raise Unfit
                    if isinstance(data__timeout, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__timeout):
                            raise Unfit
                    data__timeout_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__timeout_any_of_count4:
                raise Unfit
        if "allow-private" in data_keys:
            data_keys.remove("allow-private")
            data__allowprivate = data["allow-private"]
            data__allowprivate_any_of_count5 = 0
            if not data__allowprivate_any_of_count5:
                try:
                    if not isinstance(data__allowprivate, (bool)):
                        raise Unfit
                    data__allowprivate_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__allowprivate_any_of_count5:
                try:
                    if not isinstance(data__allowprivate, (str)):
                        raise Unfit
                    if isinstance(data__allowprivate, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__allowprivate):
                            raise Unfit
                    data__allowprivate_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__allowprivate_any_of_count5:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count6 = 0
            if not data__name_any_of_count6:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count6:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count6:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_tests(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["tests"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "tests" in data_keys:
            data_keys.remove("tests")
            data__tests = data["tests"]
            data__tests_any_of_count1 = 0
            if not data__tests_any_of_count1:
                try:
                    if not isinstance(data__tests, (str)):
                        raise Unfit
                    if isinstance(data__tests, str):
                        data__tests_len = len(data__tests)
                        if data__tests_len < 1:
                            raise Unfit
                    data__tests_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__tests_any_of_count1:
                try:
                    if not isinstance(data__tests, (str)):
                        raise Unfit
                    if isinstance(data__tests, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__tests):
                            raise Unfit
                    data__tests_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__tests_any_of_count1:
                raise Unfit
        if "at-least" in data_keys:
            data_keys.remove("at-least")
            data__atleast = data["at-least"]
            data__atleast_any_of_count2 = 0
            if not data__atleast_any_of_count2:
                try:
                    if (
                        not isinstance(data__atleast, (int))
                        and not (isinstance(data__atleast, float) and data__atleast.is_integer())
                        or isinstance(data__atleast, bool)
                    ):
                        raise Unfit
                    if isinstance(data__atleast, (int, float)) and not isinstance(data__atleast, bool):
                        if data__atleast < 1:
                            raise Unfit
                    data__atleast_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count2:
                try:
                    if not isinstance(data__atleast, (str)):
                        raise Unfit
                    if isinstance(data__atleast, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__atleast):
                            raise Unfit
                    data__atleast_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count2:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count3 = 0
            if not data__name_any_of_count3:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count3:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count3:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_coverage(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["above"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["at-least"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["below"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["at-most"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["coverage"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "coverage" in data_keys:
            data_keys.remove("coverage")
            data__coverage = data["coverage"]
            data__coverage_any_of_count2 = 0
            if not data__coverage_any_of_count2:
                try:
                    if not isinstance(data__coverage, (str)):
                        raise Unfit
                    if isinstance(data__coverage, str):
                        data__coverage_len = len(data__coverage)
                        if data__coverage_len < 1:
                            raise Unfit
                    data__coverage_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__coverage_any_of_count2:
                try:
                    if not isinstance(data__coverage, (str)):
                        raise Unfit
                    if isinstance(data__coverage, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__coverage):
                            raise Unfit
                    data__coverage_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__coverage_any_of_count2:
                raise Unfit
        if "branch" in data_keys:
            data_keys.remove("branch")
            data__branch = data["branch"]
            data__branch_any_of_count3 = 0
            if not data__branch_any_of_count3:
                try:
                    if not isinstance(data__branch, (bool)):
                        raise Unfit
                    data__branch_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__branch_any_of_count3:
                try:
                    if not isinstance(data__branch, (str)):
                        raise Unfit
                    if isinstance(data__branch, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__branch):
                            raise Unfit
                    data__branch_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__branch_any_of_count3:
                raise Unfit
        if "package" in data_keys:
            data_keys.remove("package")
            data__package = data["package"]
            data__package_any_of_count4 = 0
            if not data__package_any_of_count4:
                try:
                    if not isinstance(data__package, (str)):
                        raise Unfit
                    if isinstance(data__package, str):
                        data__package_len = len(data__package)
                        if data__package_len < 1:
                            raise Unfit
                    data__package_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__package_any_of_count4:
                try:
                    if not isinstance(data__package, (str)):
                        raise Unfit
                    if isinstance(data__package, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__package):
                            raise Unfit
                    data__package_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__package_any_of_count4:
                raise Unfit
        if "above" in data_keys:
            data_keys.remove("above")
            data__above = data["above"]
            data__above_any_of_count5 = 0
            if not data__above_any_of_count5:
                try:
                    if not isinstance(data__above, (int, float)) or isinstance(data__above, bool):
                        raise Unfit
                    data__above_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__above_any_of_count5:
                try:
                    if not isinstance(data__above, (str)):
                        raise Unfit
                    if isinstance(data__above, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__above):
                            raise Unfit
                    data__above_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__above_any_of_count5:
                raise Unfit
        if "at-least" in data_keys:
            data_keys.remove("at-least")
            data__atleast = data["at-least"]
            data__atleast_any_of_count6 = 0
            if not data__atleast_any_of_count6:
                try:
                    if not isinstance(data__atleast, (int, float)) or isinstance(data__atleast, bool):
                        raise Unfit
                    data__atleast_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count6:
                try:
                    if not isinstance(data__atleast, (str)):
                        raise Unfit
                    if isinstance(data__atleast, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__atleast):
                            raise Unfit
                    data__atleast_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__atleast_any_of_count6:
                raise Unfit
        if "below" in data_keys:
            data_keys.remove("below")
            data__below = data["below"]
            data__below_any_of_count7 = 0
            if not data__below_any_of_count7:
                try:
                    if not isinstance(data__below, (int, float)) or isinstance(data__below, bool):
                        raise Unfit
                    data__below_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__below_any_of_count7:
                try:
                    if not isinstance(data__below, (str)):
                        raise Unfit
                    if isinstance(data__below, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__below):
                            raise Unfit
                    data__below_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__below_any_of_count7:
                raise Unfit
        if "at-most" in data_keys:
            data_keys.remove("at-most")
            data__atmost = data["at-most"]
            data__atmost_any_of_count8 = 0
            if not data__atmost_any_of_count8:
                try:
                    if not isinstance(data__atmost, (int, float)) or isinstance(data__atmost, bool):
                        raise Unfit
                    data__atmost_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__atmost_any_of_count8:
                try:
                    if not isinstance(data__atmost, (str)):
                        raise Unfit
                    if isinstance(data__atmost, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__atmost):
                            raise Unfit
                    data__atmost_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__atmost_any_of_count8:
                raise Unfit
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            data__name_any_of_count9 = 0
            if not data__name_any_of_count9:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        data__name_len = len(data__name)
                        if data__name_len < 1:
                            raise Unfit
                        if data__name_len > 120:
                            raise Unfit
                    data__name_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count9:
                try:
                    if not isinstance(data__name, (str)):
                        raise Unfit
                    if isinstance(data__name, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__name):
                            raise Unfit
                    data__name_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__name_any_of_count9:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def _accepts(check):
    def accepts(value):
        """Whether the value fits."""
        try:
            check(value)
        except Unfit:
            return False
        return True

    return accepts


CHECKS = {
    "file": _accepts(validate_file),
    "json": _accepts(validate_json),
    "metric": _accepts(validate_metric),
    "command": _accepts(validate_command),
    "http": _accepts(validate_http),
    "tests": _accepts(validate_tests),
    "coverage": _accepts(validate_coverage),
}
