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


def validate_run(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["shell"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["argv"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_keys = set(data.keys())
        if "shell" in data_keys:
            data_keys.remove("shell")
            data__shell = data["shell"]
            data__shell_any_of_count2 = 0
            if not data__shell_any_of_count2:
                try:
                    if not isinstance(data__shell, (str)):
                        raise Unfit
                    if isinstance(data__shell, str):
                        data__shell_len = len(data__shell)
                        if data__shell_len < 1:
                            raise Unfit
                    data__shell_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__shell_any_of_count2:
                try:
                    if not isinstance(data__shell, (str)):
                        raise Unfit
                    if isinstance(data__shell, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__shell):
                            raise Unfit
                    data__shell_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__shell_any_of_count2:
                raise Unfit
        if "argv" in data_keys:
            data_keys.remove("argv")
            data__argv = data["argv"]
            data__argv_any_of_count3 = 0
            if not data__argv_any_of_count3:
                try:
                    if not isinstance(data__argv, (list, tuple)):
                        raise Unfit
                    data__argv_is_list = isinstance(data__argv, (list, tuple))
                    if data__argv_is_list:
                        data__argv_len = len(data__argv)
                        if data__argv_len < 1:
                            raise Unfit
                        for data__argv_x, data__argv_item in enumerate(data__argv):
                            data__argv_item_any_of_count4 = 0
                            if not data__argv_item_any_of_count4:
                                try:
                                    if not isinstance(data__argv_item, (str, int, float, bool)):
                                        raise Unfit
                                    data__argv_item_any_of_count4 += 1
                                except Unfit:
                                    pass
                            if not data__argv_item_any_of_count4:
                                try:
                                    if not isinstance(data__argv_item, (str)):
                                        raise Unfit
                                    if isinstance(data__argv_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__argv_item):
                                            raise Unfit
                                    data__argv_item_any_of_count4 += 1
                                except Unfit:
                                    pass
                            if not data__argv_item_any_of_count4:
                                raise Unfit
                    data__argv_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__argv_any_of_count3:
                try:
                    if not isinstance(data__argv, (str)):
                        raise Unfit
                    if isinstance(data__argv, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__argv):
                            raise Unfit
                    data__argv_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__argv_any_of_count3:
                raise Unfit
        if "working-directory" in data_keys:
            data_keys.remove("working-directory")
            data__workingdirectory = data["working-directory"]
            data__workingdirectory_any_of_count5 = 0
            if not data__workingdirectory_any_of_count5:
                try:
                    if not isinstance(data__workingdirectory, (str)):
                        raise Unfit
                    if isinstance(data__workingdirectory, str):
                        data__workingdirectory_len = len(data__workingdirectory)
                        if data__workingdirectory_len < 1:
                            raise Unfit
                    data__workingdirectory_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__workingdirectory_any_of_count5:
                try:
                    if not isinstance(data__workingdirectory, (str)):
                        raise Unfit
                    if isinstance(data__workingdirectory, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__workingdirectory):
                            raise Unfit
                    data__workingdirectory_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__workingdirectory_any_of_count5:
                raise Unfit
        if "expect-status" in data_keys:
            data_keys.remove("expect-status")
            data__expectstatus = data["expect-status"]
            data__expectstatus_any_of_count6 = 0
            if not data__expectstatus_any_of_count6:
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
                    data__expectstatus_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count6:
                try:
                    if not isinstance(data__expectstatus, (str)):
                        raise Unfit
                    if isinstance(data__expectstatus, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectstatus):
                            raise Unfit
                    data__expectstatus_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count6:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_python(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["call"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "call" in data_keys:
            data_keys.remove("call")
            data__call = data["call"]
            data__call_any_of_count1 = 0
            if not data__call_any_of_count1:
                try:
                    if not isinstance(data__call, (str)):
                        raise Unfit
                    if isinstance(data__call, str):
                        if not REGEX_PATTERNS[
                            "^[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*:[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*$"
                        ].search(data__call):
                            raise Unfit
                    data__call_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__call_any_of_count1:
                try:
                    if not isinstance(data__call, (str)):
                        raise Unfit
                    if isinstance(data__call, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__call):
                            raise Unfit
                    data__call_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__call_any_of_count1:
                raise Unfit
        if "history" in data_keys:
            data_keys.remove("history")
            data__history = data["history"]
            data__history_any_of_count2 = 0
            if not data__history_any_of_count2:
                try:
                    if not isinstance(data__history, (str)):
                        raise Unfit
                    if isinstance(data__history, str):
                        data__history_len = len(data__history)
                        if data__history_len < 1:
                            raise Unfit
                    data__history_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__history_any_of_count2:
                try:
                    if not isinstance(data__history, (str)):
                        raise Unfit
                    if isinstance(data__history, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__history):
                            raise Unfit
                    data__history_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__history_any_of_count2:
                raise Unfit
        for data_key in data_keys:
            if data_key not in ["call", "history"]:
                data_value = data.get(data_key)
                data_value_any_of_count3 = 0
                if not data_value_any_of_count3:
                    try:
                        data_value_any_of_count3 += 1
                    except Unfit:
                        pass
                if not data_value_any_of_count3:
                    try:
                        if not isinstance(data_value, (str)):
                            raise Unfit
                        if isinstance(data_value, str):
                            if not REGEX_PATTERNS["\\$\\{\\{"].search(data_value):
                                raise Unfit
                        data_value_any_of_count3 += 1
                    except Unfit:
                        pass
                if not data_value_any_of_count3:
                    raise Unfit
        data_len = len(data)
        if data_len != 0:
            data_property_names = True
            for data_key in data:
                try:
                    if isinstance(data_key, str):
                        if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_-]*$"].search(data_key):
                            raise Unfit
                except Unfit:
                    data_property_names = False
            if not data_property_names:
                raise Unfit
    return data


def validate_http(data):
    if not isinstance(data, (dict)):
        raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["json", "body"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    except Unfit:
        pass
    else:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["url"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "url" in data_keys:
            data_keys.remove("url")
            data__url = data["url"]
            data__url_any_of_count1 = 0
            if not data__url_any_of_count1:
                try:
                    if not isinstance(data__url, (str)):
                        raise Unfit
                    if isinstance(data__url, str):
                        data__url_len = len(data__url)
                        if data__url_len < 1:
                            raise Unfit
                    data__url_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__url_any_of_count1:
                try:
                    if not isinstance(data__url, (str)):
                        raise Unfit
                    if isinstance(data__url, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__url):
                            raise Unfit
                    data__url_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__url_any_of_count1:
                raise Unfit
        if "method" in data_keys:
            data_keys.remove("method")
            data__method = data["method"]
            data__method_any_of_count2 = 0
            if not data__method_any_of_count2:
                try:
                    if not (
                        isinstance(data__method, str)
                        and data__method == "GET"
                        or isinstance(data__method, str)
                        and data__method == "HEAD"
                        or isinstance(data__method, str)
                        and data__method == "POST"
                        or isinstance(data__method, str)
                        and data__method == "PUT"
                        or isinstance(data__method, str)
                        and data__method == "PATCH"
                        or isinstance(data__method, str)
                        and data__method == "DELETE"
                    ):
                        raise Unfit
                    data__method_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__method_any_of_count2:
                try:
                    if not isinstance(data__method, (str)):
                        raise Unfit
                    if isinstance(data__method, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__method):
                            raise Unfit
                    data__method_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__method_any_of_count2:
                raise Unfit
        if "headers" in data_keys:
            data_keys.remove("headers")
            data__headers = data["headers"]
            data__headers_any_of_count3 = 0
            if not data__headers_any_of_count3:
                try:
                    if not isinstance(data__headers, (dict)):
                        raise Unfit
                    data__headers_is_dict = isinstance(data__headers, dict)
                    if data__headers_is_dict:
                        data__headers_keys = set(data__headers.keys())
                        for data__headers_key in data__headers_keys:
                            if data__headers_key not in []:
                                data__headers_value = data__headers.get(data__headers_key)
                                data__headers_value_any_of_count4 = 0
                                if not data__headers_value_any_of_count4:
                                    try:
                                        if not isinstance(data__headers_value, (str, int, float)) or isinstance(
                                            data__headers_value, bool
                                        ):
                                            raise Unfit
                                        data__headers_value_any_of_count4 += 1
                                    except Unfit:
                                        pass
                                if not data__headers_value_any_of_count4:
                                    try:
                                        if not isinstance(data__headers_value, (str)):
                                            raise Unfit
                                        if isinstance(data__headers_value, str):
                                            if not REGEX_PATTERNS["\\$\\{\\{"].search(data__headers_value):
                                                raise Unfit
                                        data__headers_value_any_of_count4 += 1
                                    except Unfit:
                                        pass
                                if not data__headers_value_any_of_count4:
                                    raise Unfit
                    data__headers_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__headers_any_of_count3:
                try:
                    if not isinstance(data__headers, (str)):
                        raise Unfit
                    if isinstance(data__headers, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__headers):
                            raise Unfit
                    data__headers_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__headers_any_of_count3:
                raise Unfit
        if "json" in data_keys:
            data_keys.remove("json")
            data__json = data["json"]
            data__json_any_of_count5 = 0
            if not data__json_any_of_count5:
                try:
                    data__json_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__json_any_of_count5:
                try:
                    if not isinstance(data__json, (str)):
                        raise Unfit
                    if isinstance(data__json, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__json):
                            raise Unfit
                    data__json_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__json_any_of_count5:
                raise Unfit
        if "body" in data_keys:
            data_keys.remove("body")
            data__body = data["body"]
            data__body_any_of_count6 = 0
            if not data__body_any_of_count6:
                try:
                    if not isinstance(data__body, (str)):
                        raise Unfit
                    data__body_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__body_any_of_count6:
                try:
                    if not isinstance(data__body, (str)):
                        raise Unfit
                    if isinstance(data__body, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__body):
                            raise Unfit
                    data__body_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__body_any_of_count6:
                raise Unfit
        if "timeout" in data_keys:
            data_keys.remove("timeout")
            data__timeout = data["timeout"]
            data__timeout_any_of_count7 = 0
            if not data__timeout_any_of_count7:
                try:
                    if not isinstance(data__timeout, (int, float)) or isinstance(data__timeout, bool):
                        raise Unfit
                    if isinstance(data__timeout, (int, float)) and not isinstance(data__timeout, bool):
                        if data__timeout > 600:
                            raise Unfit
                        if data__timeout <= 0:
                            raise Unfit
                    data__timeout_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__timeout_any_of_count7:
                try:
                    if not isinstance(data__timeout, (str)):
                        raise Unfit
                    if isinstance(data__timeout, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__timeout):
                            raise Unfit
                    data__timeout_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__timeout_any_of_count7:
                raise Unfit
        if "max-bytes" in data_keys:
            data_keys.remove("max-bytes")
            data__maxbytes = data["max-bytes"]
            data__maxbytes_any_of_count8 = 0
            if not data__maxbytes_any_of_count8:
                try:
                    if (
                        not isinstance(data__maxbytes, (int))
                        and not (isinstance(data__maxbytes, float) and data__maxbytes.is_integer())
                        or isinstance(data__maxbytes, bool)
                    ):
                        raise Unfit
                    if isinstance(data__maxbytes, (int, float)) and not isinstance(data__maxbytes, bool):
                        if data__maxbytes < 1:
                            raise Unfit
                        if data__maxbytes > 100000000:
                            raise Unfit
                    data__maxbytes_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__maxbytes_any_of_count8:
                try:
                    if not isinstance(data__maxbytes, (str)):
                        raise Unfit
                    if isinstance(data__maxbytes, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__maxbytes):
                            raise Unfit
                    data__maxbytes_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__maxbytes_any_of_count8:
                raise Unfit
        if "redirects" in data_keys:
            data_keys.remove("redirects")
            data__redirects = data["redirects"]
            data__redirects_any_of_count9 = 0
            if not data__redirects_any_of_count9:
                try:
                    if (
                        not isinstance(data__redirects, (int))
                        and not (isinstance(data__redirects, float) and data__redirects.is_integer())
                        or isinstance(data__redirects, bool)
                    ):
                        raise Unfit
                    if isinstance(data__redirects, (int, float)) and not isinstance(data__redirects, bool):
                        if data__redirects < 0:
                            raise Unfit
                        if data__redirects > 10:
                            raise Unfit
                    data__redirects_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__redirects_any_of_count9:
                try:
                    if not isinstance(data__redirects, (str)):
                        raise Unfit
                    if isinstance(data__redirects, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__redirects):
                            raise Unfit
                    data__redirects_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__redirects_any_of_count9:
                raise Unfit
        if "allow-private" in data_keys:
            data_keys.remove("allow-private")
            data__allowprivate = data["allow-private"]
            data__allowprivate_any_of_count10 = 0
            if not data__allowprivate_any_of_count10:
                try:
                    if not isinstance(data__allowprivate, (bool)):
                        raise Unfit
                    data__allowprivate_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__allowprivate_any_of_count10:
                try:
                    if not isinstance(data__allowprivate, (str)):
                        raise Unfit
                    if isinstance(data__allowprivate, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__allowprivate):
                            raise Unfit
                    data__allowprivate_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__allowprivate_any_of_count10:
                raise Unfit
        if "expect-status" in data_keys:
            data_keys.remove("expect-status")
            data__expectstatus = data["expect-status"]
            data__expectstatus_any_of_count11 = 0
            if not data__expectstatus_any_of_count11:
                try:
                    if (
                        not isinstance(data__expectstatus, (int, list, tuple))
                        and not (isinstance(data__expectstatus, float) and data__expectstatus.is_integer())
                        or isinstance(data__expectstatus, bool)
                    ):
                        raise Unfit
                    if isinstance(data__expectstatus, (int, float)) and not isinstance(data__expectstatus, bool):
                        if data__expectstatus < 100:
                            raise Unfit
                        if data__expectstatus > 599:
                            raise Unfit
                    data__expectstatus_is_list = isinstance(data__expectstatus, (list, tuple))
                    if data__expectstatus_is_list:
                        data__expectstatus_len = len(data__expectstatus)
                        if data__expectstatus_len < 1:
                            raise Unfit
                        for data__expectstatus_x, data__expectstatus_item in enumerate(data__expectstatus):
                            data__expectstatus_item_any_of_count12 = 0
                            if not data__expectstatus_item_any_of_count12:
                                try:
                                    if (
                                        not isinstance(data__expectstatus_item, (int))
                                        and not (
                                            isinstance(data__expectstatus_item, float)
                                            and data__expectstatus_item.is_integer()
                                        )
                                        or isinstance(data__expectstatus_item, bool)
                                    ):
                                        raise Unfit
                                    if isinstance(data__expectstatus_item, (int, float)) and not isinstance(
                                        data__expectstatus_item, bool
                                    ):
                                        if data__expectstatus_item < 100:
                                            raise Unfit
                                        if data__expectstatus_item > 599:
                                            raise Unfit
                                    data__expectstatus_item_any_of_count12 += 1
                                except Unfit:
                                    pass
                            if not data__expectstatus_item_any_of_count12:
                                try:
                                    if not isinstance(data__expectstatus_item, (str)):
                                        raise Unfit
                                    if isinstance(data__expectstatus_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectstatus_item):
                                            raise Unfit
                                    data__expectstatus_item_any_of_count12 += 1
                                except Unfit:
                                    pass
                            if not data__expectstatus_item_any_of_count12:
                                raise Unfit
                    data__expectstatus_any_of_count11 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count11:
                try:
                    if not isinstance(data__expectstatus, (str)):
                        raise Unfit
                    if isinstance(data__expectstatus, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectstatus):
                            raise Unfit
                    data__expectstatus_any_of_count11 += 1
                except Unfit:
                    pass
            if not data__expectstatus_any_of_count11:
                raise Unfit
        if "expect-json" in data_keys:
            data_keys.remove("expect-json")
            data__expectjson = data["expect-json"]
            data__expectjson_any_of_count13 = 0
            if not data__expectjson_any_of_count13:
                try:
                    if not isinstance(data__expectjson, (dict)):
                        raise Unfit
                    data__expectjson_any_of_count13 += 1
                except Unfit:
                    pass
            if not data__expectjson_any_of_count13:
                try:
                    if not isinstance(data__expectjson, (str)):
                        raise Unfit
                    if isinstance(data__expectjson, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__expectjson):
                            raise Unfit
                    data__expectjson_any_of_count13 += 1
                except Unfit:
                    pass
            if not data__expectjson_any_of_count13:
                raise Unfit
        if "save-to" in data_keys:
            data_keys.remove("save-to")
            data__saveto = data["save-to"]
            data__saveto_any_of_count14 = 0
            if not data__saveto_any_of_count14:
                try:
                    if not isinstance(data__saveto, (str)):
                        raise Unfit
                    if isinstance(data__saveto, str):
                        data__saveto_len = len(data__saveto)
                        if data__saveto_len < 1:
                            raise Unfit
                    data__saveto_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__saveto_any_of_count14:
                try:
                    if not isinstance(data__saveto, (str)):
                        raise Unfit
                    if isinstance(data__saveto, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__saveto):
                            raise Unfit
                    data__saveto_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__saveto_any_of_count14:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_file(data):
    if not isinstance(data, (dict)):
        raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "write"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["content"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "copy"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_one_of_count1 = 0
        if data_one_of_count1 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["from"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count1 += 1
            except Unfit:
                pass
        if data_one_of_count1 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["from-plan"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count1 += 1
            except Unfit:
                pass
        if data_one_of_count1 != 1:
            raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "template"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_one_of_count2 = 0
        if data_one_of_count2 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["template"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count2 += 1
            except Unfit:
                pass
        if data_one_of_count2 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["from"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count2 += 1
            except Unfit:
                pass
        if data_one_of_count2 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["from-plan"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count2 += 1
            except Unfit:
                pass
        if data_one_of_count2 != 1:
            raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["operation", "path"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "operation" in data_keys:
            data_keys.remove("operation")
            data__operation = data["operation"]
            data__operation_any_of_count3 = 0
            if not data__operation_any_of_count3:
                try:
                    if not (
                        isinstance(data__operation, str)
                        and data__operation == "write"
                        or isinstance(data__operation, str)
                        and data__operation == "copy"
                        or isinstance(data__operation, str)
                        and data__operation == "template"
                        or isinstance(data__operation, str)
                        and data__operation == "checksum"
                    ):
                        raise Unfit
                    data__operation_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count3:
                try:
                    if not isinstance(data__operation, (str)):
                        raise Unfit
                    if isinstance(data__operation, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__operation):
                            raise Unfit
                    data__operation_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count3:
                raise Unfit
        if "path" in data_keys:
            data_keys.remove("path")
            data__path = data["path"]
            data__path_any_of_count4 = 0
            if not data__path_any_of_count4:
                try:
                    if not isinstance(data__path, (str)):
                        raise Unfit
                    if isinstance(data__path, str):
                        data__path_len = len(data__path)
                        if data__path_len < 1:
                            raise Unfit
                    data__path_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__path_any_of_count4:
                try:
                    if not isinstance(data__path, (str)):
                        raise Unfit
                    if isinstance(data__path, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__path):
                            raise Unfit
                    data__path_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__path_any_of_count4:
                raise Unfit
        if "content" in data_keys:
            data_keys.remove("content")
            data__content = data["content"]
            data__content_any_of_count5 = 0
            if not data__content_any_of_count5:
                try:
                    data__content_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__content_any_of_count5:
                try:
                    if not isinstance(data__content, (str)):
                        raise Unfit
                    if isinstance(data__content, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__content):
                            raise Unfit
                    data__content_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__content_any_of_count5:
                raise Unfit
        if "from" in data_keys:
            data_keys.remove("from")
            data__from = data["from"]
            data__from_any_of_count6 = 0
            if not data__from_any_of_count6:
                try:
                    if not isinstance(data__from, (str)):
                        raise Unfit
                    if isinstance(data__from, str):
                        data__from_len = len(data__from)
                        if data__from_len < 1:
                            raise Unfit
                    data__from_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__from_any_of_count6:
                try:
                    if not isinstance(data__from, (str)):
                        raise Unfit
                    if isinstance(data__from, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__from):
                            raise Unfit
                    data__from_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__from_any_of_count6:
                raise Unfit
        if "from-plan" in data_keys:
            data_keys.remove("from-plan")
            data__fromplan = data["from-plan"]
            data__fromplan_any_of_count7 = 0
            if not data__fromplan_any_of_count7:
                try:
                    if not isinstance(data__fromplan, (str)):
                        raise Unfit
                    if isinstance(data__fromplan, str):
                        data__fromplan_len = len(data__fromplan)
                        if data__fromplan_len < 1:
                            raise Unfit
                    data__fromplan_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__fromplan_any_of_count7:
                try:
                    if not isinstance(data__fromplan, (str)):
                        raise Unfit
                    if isinstance(data__fromplan, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__fromplan):
                            raise Unfit
                    data__fromplan_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__fromplan_any_of_count7:
                raise Unfit
        if "template" in data_keys:
            data_keys.remove("template")
            data__template = data["template"]
            data__template_any_of_count8 = 0
            if not data__template_any_of_count8:
                try:
                    if not isinstance(data__template, (str)):
                        raise Unfit
                    data__template_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__template_any_of_count8:
                try:
                    if not isinstance(data__template, (str)):
                        raise Unfit
                    if isinstance(data__template, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__template):
                            raise Unfit
                    data__template_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__template_any_of_count8:
                raise Unfit
        if "vars" in data_keys:
            data_keys.remove("vars")
            data__vars = data["vars"]
            data__vars_any_of_count9 = 0
            if not data__vars_any_of_count9:
                try:
                    if not isinstance(data__vars, (dict)):
                        raise Unfit
                    data__vars_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__vars_any_of_count9:
                try:
                    if not isinstance(data__vars, (str)):
                        raise Unfit
                    if isinstance(data__vars, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__vars):
                            raise Unfit
                    data__vars_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__vars_any_of_count9:
                raise Unfit
        if "sha256" in data_keys:
            data_keys.remove("sha256")
            data__sha256 = data["sha256"]
            data__sha256_any_of_count10 = 0
            if not data__sha256_any_of_count10:
                try:
                    if not isinstance(data__sha256, (str)):
                        raise Unfit
                    if isinstance(data__sha256, str):
                        if not REGEX_PATTERNS["^[0-9a-fA-F]{64}$"].search(data__sha256):
                            raise Unfit
                    data__sha256_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__sha256_any_of_count10:
                try:
                    if not isinstance(data__sha256, (str)):
                        raise Unfit
                    if isinstance(data__sha256, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__sha256):
                            raise Unfit
                    data__sha256_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__sha256_any_of_count10:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_slack(data):
    if not isinstance(data, (dict)):
        raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["key"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["channel"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["update"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["key"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["text"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "text" in data_keys:
            data_keys.remove("text")
            data__text = data["text"]
            data__text_any_of_count1 = 0
            if not data__text_any_of_count1:
                try:
                    if not isinstance(data__text, (str)):
                        raise Unfit
                    if isinstance(data__text, str):
                        data__text_len = len(data__text)
                        if data__text_len < 1:
                            raise Unfit
                    data__text_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__text_any_of_count1:
                try:
                    if not isinstance(data__text, (str)):
                        raise Unfit
                    if isinstance(data__text, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__text):
                            raise Unfit
                    data__text_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__text_any_of_count1:
                raise Unfit
        if "blocks" in data_keys:
            data_keys.remove("blocks")
            data__blocks = data["blocks"]
            data__blocks_any_of_count2 = 0
            if not data__blocks_any_of_count2:
                try:
                    if not isinstance(data__blocks, (list, tuple)):
                        raise Unfit
                    data__blocks_is_list = isinstance(data__blocks, (list, tuple))
                    if data__blocks_is_list:
                        data__blocks_len = len(data__blocks)
                        if data__blocks_len < 1:
                            raise Unfit
                        if data__blocks_len > 50:
                            raise Unfit
                        for data__blocks_x, data__blocks_item in enumerate(data__blocks):
                            data__blocks_item_any_of_count3 = 0
                            if not data__blocks_item_any_of_count3:
                                try:
                                    if not isinstance(data__blocks_item, (dict)):
                                        raise Unfit
                                    data__blocks_item_is_dict = isinstance(data__blocks_item, dict)
                                    if data__blocks_item_is_dict:
                                        data__blocks_item__missing_keys = set(["type"]) - data__blocks_item.keys()
                                        if data__blocks_item__missing_keys:
                                            raise Unfit
                                    data__blocks_item_any_of_count3 += 1
                                except Unfit:
                                    pass
                            if not data__blocks_item_any_of_count3:
                                try:
                                    if not isinstance(data__blocks_item, (str)):
                                        raise Unfit
                                    if isinstance(data__blocks_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__blocks_item):
                                            raise Unfit
                                    data__blocks_item_any_of_count3 += 1
                                except Unfit:
                                    pass
                            if not data__blocks_item_any_of_count3:
                                raise Unfit
                    data__blocks_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__blocks_any_of_count2:
                try:
                    if not isinstance(data__blocks, (str)):
                        raise Unfit
                    if isinstance(data__blocks, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__blocks):
                            raise Unfit
                    data__blocks_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__blocks_any_of_count2:
                raise Unfit
        if "thread-key" in data_keys:
            data_keys.remove("thread-key")
            data__threadkey = data["thread-key"]
            data__threadkey_any_of_count4 = 0
            if not data__threadkey_any_of_count4:
                try:
                    if not isinstance(data__threadkey, (str)):
                        raise Unfit
                    if isinstance(data__threadkey, str):
                        if not REGEX_PATTERNS["^[0-9]+\\.[0-9]+$"].search(data__threadkey):
                            raise Unfit
                    data__threadkey_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__threadkey_any_of_count4:
                try:
                    if not isinstance(data__threadkey, (str)):
                        raise Unfit
                    if isinstance(data__threadkey, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__threadkey):
                            raise Unfit
                    data__threadkey_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__threadkey_any_of_count4:
                raise Unfit
        if "channel" in data_keys:
            data_keys.remove("channel")
            data__channel = data["channel"]
            data__channel_any_of_count5 = 0
            if not data__channel_any_of_count5:
                try:
                    if not isinstance(data__channel, (str)):
                        raise Unfit
                    if isinstance(data__channel, str):
                        if not REGEX_PATTERNS["^[CDG][A-Z0-9]{2,}$"].search(data__channel):
                            raise Unfit
                    data__channel_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__channel_any_of_count5:
                try:
                    if not isinstance(data__channel, (str)):
                        raise Unfit
                    if isinstance(data__channel, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__channel):
                            raise Unfit
                    data__channel_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__channel_any_of_count5:
                raise Unfit
        if "key" in data_keys:
            data_keys.remove("key")
            data__key = data["key"]
            data__key_any_of_count6 = 0
            if not data__key_any_of_count6:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        data__key_len = len(data__key)
                        if data__key_len < 1:
                            raise Unfit
                        if data__key_len > 200:
                            raise Unfit
                    data__key_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count6:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__key):
                            raise Unfit
                    data__key_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count6:
                raise Unfit
        if "update" in data_keys:
            data_keys.remove("update")
            data__update = data["update"]
            data__update_any_of_count7 = 0
            if not data__update_any_of_count7:
                try:
                    if not isinstance(data__update, (bool)):
                        raise Unfit
                    data__update_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__update_any_of_count7:
                try:
                    if not isinstance(data__update, (str)):
                        raise Unfit
                    if isinstance(data__update, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__update):
                            raise Unfit
                    data__update_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__update_any_of_count7:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count8 = 0
            if not data__baseurl_any_of_count8:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count8:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count8:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_airtable(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["records"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["records-file"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["table", "key-fields"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "base" in data_keys:
            data_keys.remove("base")
            data__base = data["base"]
            data__base_any_of_count2 = 0
            if not data__base_any_of_count2:
                try:
                    if not isinstance(data__base, (str)):
                        raise Unfit
                    if isinstance(data__base, str):
                        data__base_len = len(data__base)
                        if data__base_len < 1:
                            raise Unfit
                    data__base_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__base_any_of_count2:
                try:
                    if not isinstance(data__base, (str)):
                        raise Unfit
                    if isinstance(data__base, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__base):
                            raise Unfit
                    data__base_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__base_any_of_count2:
                raise Unfit
        if "table" in data_keys:
            data_keys.remove("table")
            data__table = data["table"]
            data__table_any_of_count3 = 0
            if not data__table_any_of_count3:
                try:
                    if not isinstance(data__table, (str)):
                        raise Unfit
                    if isinstance(data__table, str):
                        data__table_len = len(data__table)
                        if data__table_len < 1:
                            raise Unfit
                    data__table_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__table_any_of_count3:
                try:
                    if not isinstance(data__table, (str)):
                        raise Unfit
                    if isinstance(data__table, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__table):
                            raise Unfit
                    data__table_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__table_any_of_count3:
                raise Unfit
        if "key-fields" in data_keys:
            data_keys.remove("key-fields")
            data__keyfields = data["key-fields"]
            data__keyfields_any_of_count4 = 0
            if not data__keyfields_any_of_count4:
                try:
                    if not isinstance(data__keyfields, (list, tuple)):
                        raise Unfit
                    data__keyfields_is_list = isinstance(data__keyfields, (list, tuple))
                    if data__keyfields_is_list:
                        data__keyfields_len = len(data__keyfields)
                        if data__keyfields_len < 1:
                            raise Unfit
                        if data__keyfields_len > 3:
                            raise Unfit

                        def fn(var):
                            return (
                                frozenset(dict((k, fn(v)) for k, v in var.items()).items())
                                if hasattr(var, "items")
                                else tuple(fn(v) for v in var)
                                if isinstance(var, (dict, list))
                                else (bool, var)
                                if isinstance(var, bool)
                                else var
                            )

                        if data__keyfields_len > len(
                            set(fn(data__keyfields_x) for data__keyfields_x in data__keyfields)
                        ):
                            raise Unfit
                        for data__keyfields_x, data__keyfields_item in enumerate(data__keyfields):
                            data__keyfields_item_any_of_count5 = 0
                            if not data__keyfields_item_any_of_count5:
                                try:
                                    if not isinstance(data__keyfields_item, (str)):
                                        raise Unfit
                                    if isinstance(data__keyfields_item, str):
                                        data__keyfields_item_len = len(data__keyfields_item)
                                        if data__keyfields_item_len < 1:
                                            raise Unfit
                                    data__keyfields_item_any_of_count5 += 1
                                except Unfit:
                                    pass
                            if not data__keyfields_item_any_of_count5:
                                try:
                                    if not isinstance(data__keyfields_item, (str)):
                                        raise Unfit
                                    if isinstance(data__keyfields_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__keyfields_item):
                                            raise Unfit
                                    data__keyfields_item_any_of_count5 += 1
                                except Unfit:
                                    pass
                            if not data__keyfields_item_any_of_count5:
                                raise Unfit
                    data__keyfields_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__keyfields_any_of_count4:
                try:
                    if not isinstance(data__keyfields, (str)):
                        raise Unfit
                    if isinstance(data__keyfields, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__keyfields):
                            raise Unfit
                    data__keyfields_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__keyfields_any_of_count4:
                raise Unfit
        if "fields" in data_keys:
            data_keys.remove("fields")
            data__fields = data["fields"]
            data__fields_any_of_count6 = 0
            if not data__fields_any_of_count6:
                try:
                    if not isinstance(data__fields, (list, tuple)):
                        raise Unfit
                    data__fields_is_list = isinstance(data__fields, (list, tuple))
                    if data__fields_is_list:
                        data__fields_len = len(data__fields)
                        if data__fields_len < 1:
                            raise Unfit
                        for data__fields_x, data__fields_item in enumerate(data__fields):
                            data__fields_item_any_of_count7 = 0
                            if not data__fields_item_any_of_count7:
                                try:
                                    if not isinstance(data__fields_item, (dict)):
                                        raise Unfit
                                    data__fields_item_is_dict = isinstance(data__fields_item, dict)
                                    if data__fields_item_is_dict:
                                        data__fields_item__missing_keys = (
                                            set(["name", "type"]) - data__fields_item.keys()
                                        )
                                        if data__fields_item__missing_keys:
                                            raise Unfit
                                        data__fields_item_keys = set(data__fields_item.keys())
                                        if "name" in data__fields_item_keys:
                                            data__fields_item_keys.remove("name")
                                            data__fields_item__name = data__fields_item["name"]
                                            data__fields_item__name_any_of_count8 = 0
                                            if not data__fields_item__name_any_of_count8:
                                                try:
                                                    if not isinstance(data__fields_item__name, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__name, str):
                                                        data__fields_item__name_len = len(data__fields_item__name)
                                                        if data__fields_item__name_len < 1:
                                                            raise Unfit
                                                    data__fields_item__name_any_of_count8 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__name_any_of_count8:
                                                try:
                                                    if not isinstance(data__fields_item__name, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__name, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__fields_item__name
                                                        ):
                                                            raise Unfit
                                                    data__fields_item__name_any_of_count8 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__name_any_of_count8:
                                                raise Unfit
                                        if "type" in data__fields_item_keys:
                                            data__fields_item_keys.remove("type")
                                            data__fields_item__type = data__fields_item["type"]
                                            data__fields_item__type_any_of_count9 = 0
                                            if not data__fields_item__type_any_of_count9:
                                                try:
                                                    if not isinstance(data__fields_item__type, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__type, str):
                                                        data__fields_item__type_len = len(data__fields_item__type)
                                                        if data__fields_item__type_len < 1:
                                                            raise Unfit
                                                    data__fields_item__type_any_of_count9 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__type_any_of_count9:
                                                try:
                                                    if not isinstance(data__fields_item__type, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__type, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__fields_item__type
                                                        ):
                                                            raise Unfit
                                                    data__fields_item__type_any_of_count9 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__type_any_of_count9:
                                                raise Unfit
                                        if "description" in data__fields_item_keys:
                                            data__fields_item_keys.remove("description")
                                            data__fields_item__description = data__fields_item["description"]
                                            data__fields_item__description_any_of_count10 = 0
                                            if not data__fields_item__description_any_of_count10:
                                                try:
                                                    if not isinstance(data__fields_item__description, (str)):
                                                        raise Unfit
                                                    data__fields_item__description_any_of_count10 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__description_any_of_count10:
                                                try:
                                                    if not isinstance(data__fields_item__description, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__description, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__fields_item__description
                                                        ):
                                                            raise Unfit
                                                    data__fields_item__description_any_of_count10 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__description_any_of_count10:
                                                raise Unfit
                                        if "options" in data__fields_item_keys:
                                            data__fields_item_keys.remove("options")
                                            data__fields_item__options = data__fields_item["options"]
                                            data__fields_item__options_any_of_count11 = 0
                                            if not data__fields_item__options_any_of_count11:
                                                try:
                                                    if not isinstance(data__fields_item__options, (dict)):
                                                        raise Unfit
                                                    data__fields_item__options_any_of_count11 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__options_any_of_count11:
                                                try:
                                                    if not isinstance(data__fields_item__options, (str)):
                                                        raise Unfit
                                                    if isinstance(data__fields_item__options, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__fields_item__options
                                                        ):
                                                            raise Unfit
                                                    data__fields_item__options_any_of_count11 += 1
                                                except Unfit:
                                                    pass
                                            if not data__fields_item__options_any_of_count11:
                                                raise Unfit
                                        if data__fields_item_keys:
                                            raise Unfit
                                    data__fields_item_any_of_count7 += 1
                                except Unfit:
                                    pass
                            if not data__fields_item_any_of_count7:
                                try:
                                    if not isinstance(data__fields_item, (str)):
                                        raise Unfit
                                    if isinstance(data__fields_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__fields_item):
                                            raise Unfit
                                    data__fields_item_any_of_count7 += 1
                                except Unfit:
                                    pass
                            if not data__fields_item_any_of_count7:
                                raise Unfit
                    data__fields_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__fields_any_of_count6:
                try:
                    if not isinstance(data__fields, (str)):
                        raise Unfit
                    if isinstance(data__fields, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__fields):
                            raise Unfit
                    data__fields_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__fields_any_of_count6:
                raise Unfit
        if "records" in data_keys:
            data_keys.remove("records")
            data__records = data["records"]
            data__records_any_of_count12 = 0
            if not data__records_any_of_count12:
                try:
                    if not isinstance(data__records, (list, tuple)):
                        raise Unfit
                    data__records_is_list = isinstance(data__records, (list, tuple))
                    if data__records_is_list:
                        data__records_len = len(data__records)
                        if data__records_len < 1:
                            raise Unfit
                        for data__records_x, data__records_item in enumerate(data__records):
                            data__records_item_any_of_count13 = 0
                            if not data__records_item_any_of_count13:
                                try:
                                    if not isinstance(data__records_item, (dict)):
                                        raise Unfit
                                    data__records_item_any_of_count13 += 1
                                except Unfit:
                                    pass
                            if not data__records_item_any_of_count13:
                                try:
                                    if not isinstance(data__records_item, (str)):
                                        raise Unfit
                                    if isinstance(data__records_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__records_item):
                                            raise Unfit
                                    data__records_item_any_of_count13 += 1
                                except Unfit:
                                    pass
                            if not data__records_item_any_of_count13:
                                raise Unfit
                    data__records_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__records_any_of_count12:
                try:
                    if not isinstance(data__records, (str)):
                        raise Unfit
                    if isinstance(data__records, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__records):
                            raise Unfit
                    data__records_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__records_any_of_count12:
                raise Unfit
        if "records-file" in data_keys:
            data_keys.remove("records-file")
            data__recordsfile = data["records-file"]
            data__recordsfile_any_of_count14 = 0
            if not data__recordsfile_any_of_count14:
                try:
                    if not isinstance(data__recordsfile, (str)):
                        raise Unfit
                    if isinstance(data__recordsfile, str):
                        data__recordsfile_len = len(data__recordsfile)
                        if data__recordsfile_len < 1:
                            raise Unfit
                    data__recordsfile_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__recordsfile_any_of_count14:
                try:
                    if not isinstance(data__recordsfile, (str)):
                        raise Unfit
                    if isinstance(data__recordsfile, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__recordsfile):
                            raise Unfit
                    data__recordsfile_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__recordsfile_any_of_count14:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count15 = 0
            if not data__baseurl_any_of_count15:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count15 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count15:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count15 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count15:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_notion(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["markdown"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["markdown-file"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["parent", "title"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "parent" in data_keys:
            data_keys.remove("parent")
            data__parent = data["parent"]
            data__parent_any_of_count2 = 0
            if not data__parent_any_of_count2:
                try:
                    if not isinstance(data__parent, (str, dict)):
                        raise Unfit
                    data__parent_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__parent_any_of_count2:
                try:
                    if not isinstance(data__parent, (str)):
                        raise Unfit
                    if isinstance(data__parent, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__parent):
                            raise Unfit
                    data__parent_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__parent_any_of_count2:
                raise Unfit
        if "title" in data_keys:
            data_keys.remove("title")
            data__title = data["title"]
            data__title_any_of_count3 = 0
            if not data__title_any_of_count3:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        data__title_len = len(data__title)
                        if data__title_len < 1:
                            raise Unfit
                        if data__title_len > 2000:
                            raise Unfit
                    data__title_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count3:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__title):
                            raise Unfit
                    data__title_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count3:
                raise Unfit
        if "markdown" in data_keys:
            data_keys.remove("markdown")
            data__markdown = data["markdown"]
            data__markdown_any_of_count4 = 0
            if not data__markdown_any_of_count4:
                try:
                    if not isinstance(data__markdown, (str)):
                        raise Unfit
                    data__markdown_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__markdown_any_of_count4:
                try:
                    if not isinstance(data__markdown, (str)):
                        raise Unfit
                    if isinstance(data__markdown, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__markdown):
                            raise Unfit
                    data__markdown_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__markdown_any_of_count4:
                raise Unfit
        if "markdown-file" in data_keys:
            data_keys.remove("markdown-file")
            data__markdownfile = data["markdown-file"]
            data__markdownfile_any_of_count5 = 0
            if not data__markdownfile_any_of_count5:
                try:
                    if not isinstance(data__markdownfile, (str)):
                        raise Unfit
                    if isinstance(data__markdownfile, str):
                        data__markdownfile_len = len(data__markdownfile)
                        if data__markdownfile_len < 1:
                            raise Unfit
                    data__markdownfile_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__markdownfile_any_of_count5:
                try:
                    if not isinstance(data__markdownfile, (str)):
                        raise Unfit
                    if isinstance(data__markdownfile, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__markdownfile):
                            raise Unfit
                    data__markdownfile_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__markdownfile_any_of_count5:
                raise Unfit
        if "key" in data_keys:
            data_keys.remove("key")
            data__key = data["key"]
            data__key_any_of_count6 = 0
            if not data__key_any_of_count6:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        data__key_len = len(data__key)
                        if data__key_len < 1:
                            raise Unfit
                        if data__key_len > 200:
                            raise Unfit
                    data__key_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count6:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__key):
                            raise Unfit
                    data__key_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count6:
                raise Unfit
        if "key-property" in data_keys:
            data_keys.remove("key-property")
            data__keyproperty = data["key-property"]
            data__keyproperty_any_of_count7 = 0
            if not data__keyproperty_any_of_count7:
                try:
                    if not isinstance(data__keyproperty, (str)):
                        raise Unfit
                    if isinstance(data__keyproperty, str):
                        data__keyproperty_len = len(data__keyproperty)
                        if data__keyproperty_len < 1:
                            raise Unfit
                        if data__keyproperty_len > 100:
                            raise Unfit
                    data__keyproperty_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__keyproperty_any_of_count7:
                try:
                    if not isinstance(data__keyproperty, (str)):
                        raise Unfit
                    if isinstance(data__keyproperty, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__keyproperty):
                            raise Unfit
                    data__keyproperty_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__keyproperty_any_of_count7:
                raise Unfit
        if "properties" in data_keys:
            data_keys.remove("properties")
            data__properties = data["properties"]
            data__properties_any_of_count8 = 0
            if not data__properties_any_of_count8:
                try:
                    if not isinstance(data__properties, (dict)):
                        raise Unfit
                    data__properties_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__properties_any_of_count8:
                try:
                    if not isinstance(data__properties, (str)):
                        raise Unfit
                    if isinstance(data__properties, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__properties):
                            raise Unfit
                    data__properties_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__properties_any_of_count8:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count9 = 0
            if not data__baseurl_any_of_count9:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count9:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count9:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_notion_database(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["parent", "title", "properties"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "parent" in data_keys:
            data_keys.remove("parent")
            data__parent = data["parent"]
            data__parent_any_of_count1 = 0
            if not data__parent_any_of_count1:
                try:
                    if not isinstance(data__parent, (str)):
                        raise Unfit
                    if isinstance(data__parent, str):
                        data__parent_len = len(data__parent)
                        if data__parent_len < 1:
                            raise Unfit
                    data__parent_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__parent_any_of_count1:
                try:
                    if not isinstance(data__parent, (str)):
                        raise Unfit
                    if isinstance(data__parent, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__parent):
                            raise Unfit
                    data__parent_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__parent_any_of_count1:
                raise Unfit
        if "title" in data_keys:
            data_keys.remove("title")
            data__title = data["title"]
            data__title_any_of_count2 = 0
            if not data__title_any_of_count2:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        data__title_len = len(data__title)
                        if data__title_len < 1:
                            raise Unfit
                        if data__title_len > 2000:
                            raise Unfit
                    data__title_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count2:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__title):
                            raise Unfit
                    data__title_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count2:
                raise Unfit
        if "properties" in data_keys:
            data_keys.remove("properties")
            data__properties = data["properties"]
            data__properties_any_of_count3 = 0
            if not data__properties_any_of_count3:
                try:
                    if not isinstance(data__properties, (dict)):
                        raise Unfit
                    data__properties_is_dict = isinstance(data__properties, dict)
                    if data__properties_is_dict:
                        data__properties_len = len(data__properties)
                        if data__properties_len < 1:
                            raise Unfit
                        data__properties_keys = set(data__properties.keys())
                        for data__properties_key in data__properties_keys:
                            if data__properties_key not in []:
                                data__properties_value = data__properties.get(data__properties_key)
                                data__properties_value_any_of_count4 = 0
                                if not data__properties_value_any_of_count4:
                                    try:
                                        if not isinstance(data__properties_value, (str, dict)):
                                            raise Unfit
                                        if isinstance(data__properties_value, str):
                                            data__properties_value_len = len(data__properties_value)
                                            if data__properties_value_len < 1:
                                                raise Unfit
                                        data__properties_value_any_of_count4 += 1
                                    except Unfit:
                                        pass
                                if not data__properties_value_any_of_count4:
                                    try:
                                        if not isinstance(data__properties_value, (str)):
                                            raise Unfit
                                        if isinstance(data__properties_value, str):
                                            if not REGEX_PATTERNS["\\$\\{\\{"].search(data__properties_value):
                                                raise Unfit
                                        data__properties_value_any_of_count4 += 1
                                    except Unfit:
                                        pass
                                if not data__properties_value_any_of_count4:
                                    raise Unfit
                    data__properties_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__properties_any_of_count3:
                try:
                    if not isinstance(data__properties, (str)):
                        raise Unfit
                    if isinstance(data__properties, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__properties):
                            raise Unfit
                    data__properties_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__properties_any_of_count3:
                raise Unfit
        if "key" in data_keys:
            data_keys.remove("key")
            data__key = data["key"]
            data__key_any_of_count5 = 0
            if not data__key_any_of_count5:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        data__key_len = len(data__key)
                        if data__key_len < 1:
                            raise Unfit
                        if data__key_len > 200:
                            raise Unfit
                    data__key_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count5:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__key):
                            raise Unfit
                    data__key_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count5:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count6 = 0
            if not data__baseurl_any_of_count6:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count6:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count6:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_openai(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["operation", "model"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "operation" in data_keys:
            data_keys.remove("operation")
            data__operation = data["operation"]
            data__operation_any_of_count1 = 0
            if not data__operation_any_of_count1:
                try:
                    if not (
                        isinstance(data__operation, str)
                        and data__operation == "embeddings"
                        or isinstance(data__operation, str)
                        and data__operation == "chat"
                    ):
                        raise Unfit
                    data__operation_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count1:
                try:
                    if not isinstance(data__operation, (str)):
                        raise Unfit
                    if isinstance(data__operation, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__operation):
                            raise Unfit
                    data__operation_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count1:
                raise Unfit
        if "model" in data_keys:
            data_keys.remove("model")
            data__model = data["model"]
            data__model_any_of_count2 = 0
            if not data__model_any_of_count2:
                try:
                    if not isinstance(data__model, (str)):
                        raise Unfit
                    if isinstance(data__model, str):
                        data__model_len = len(data__model)
                        if data__model_len < 1:
                            raise Unfit
                    data__model_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__model_any_of_count2:
                try:
                    if not isinstance(data__model, (str)):
                        raise Unfit
                    if isinstance(data__model, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__model):
                            raise Unfit
                    data__model_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__model_any_of_count2:
                raise Unfit
        if "input" in data_keys:
            data_keys.remove("input")
            data__input = data["input"]
            data__input_any_of_count3 = 0
            if not data__input_any_of_count3:
                try:
                    if not isinstance(data__input, (str, list, tuple)):
                        raise Unfit
                    if isinstance(data__input, str):
                        data__input_len = len(data__input)
                        if data__input_len < 1:
                            raise Unfit
                    data__input_is_list = isinstance(data__input, (list, tuple))
                    if data__input_is_list:
                        data__input_len = len(data__input)
                        if data__input_len < 1:
                            raise Unfit
                        for data__input_x, data__input_item in enumerate(data__input):
                            data__input_item_any_of_count4 = 0
                            if not data__input_item_any_of_count4:
                                try:
                                    if not isinstance(data__input_item, (str)):
                                        raise Unfit
                                    if isinstance(data__input_item, str):
                                        data__input_item_len = len(data__input_item)
                                        if data__input_item_len < 1:
                                            raise Unfit
                                    data__input_item_any_of_count4 += 1
                                except Unfit:
                                    pass
                            if not data__input_item_any_of_count4:
                                try:
                                    if not isinstance(data__input_item, (str)):
                                        raise Unfit
                                    if isinstance(data__input_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__input_item):
                                            raise Unfit
                                    data__input_item_any_of_count4 += 1
                                except Unfit:
                                    pass
                            if not data__input_item_any_of_count4:
                                raise Unfit
                    data__input_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__input_any_of_count3:
                try:
                    if not isinstance(data__input, (str)):
                        raise Unfit
                    if isinstance(data__input, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__input):
                            raise Unfit
                    data__input_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__input_any_of_count3:
                raise Unfit
        if "input-file" in data_keys:
            data_keys.remove("input-file")
            data__inputfile = data["input-file"]
            data__inputfile_any_of_count5 = 0
            if not data__inputfile_any_of_count5:
                try:
                    if not isinstance(data__inputfile, (str)):
                        raise Unfit
                    if isinstance(data__inputfile, str):
                        data__inputfile_len = len(data__inputfile)
                        if data__inputfile_len < 1:
                            raise Unfit
                    data__inputfile_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__inputfile_any_of_count5:
                try:
                    if not isinstance(data__inputfile, (str)):
                        raise Unfit
                    if isinstance(data__inputfile, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__inputfile):
                            raise Unfit
                    data__inputfile_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__inputfile_any_of_count5:
                raise Unfit
        if "save-to" in data_keys:
            data_keys.remove("save-to")
            data__saveto = data["save-to"]
            data__saveto_any_of_count6 = 0
            if not data__saveto_any_of_count6:
                try:
                    if not isinstance(data__saveto, (str)):
                        raise Unfit
                    if isinstance(data__saveto, str):
                        data__saveto_len = len(data__saveto)
                        if data__saveto_len < 1:
                            raise Unfit
                    data__saveto_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__saveto_any_of_count6:
                try:
                    if not isinstance(data__saveto, (str)):
                        raise Unfit
                    if isinstance(data__saveto, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__saveto):
                            raise Unfit
                    data__saveto_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__saveto_any_of_count6:
                raise Unfit
        if "messages" in data_keys:
            data_keys.remove("messages")
            data__messages = data["messages"]
            data__messages_any_of_count7 = 0
            if not data__messages_any_of_count7:
                try:
                    if not isinstance(data__messages, (list, tuple)):
                        raise Unfit
                    data__messages_is_list = isinstance(data__messages, (list, tuple))
                    if data__messages_is_list:
                        data__messages_len = len(data__messages)
                        if data__messages_len < 1:
                            raise Unfit
                        for data__messages_x, data__messages_item in enumerate(data__messages):
                            data__messages_item_any_of_count8 = 0
                            if not data__messages_item_any_of_count8:
                                try:
                                    if not isinstance(data__messages_item, (dict)):
                                        raise Unfit
                                    data__messages_item_is_dict = isinstance(data__messages_item, dict)
                                    if data__messages_item_is_dict:
                                        data__messages_item__missing_keys = (
                                            set(["role", "content"]) - data__messages_item.keys()
                                        )
                                        if data__messages_item__missing_keys:
                                            raise Unfit
                                        data__messages_item_keys = set(data__messages_item.keys())
                                        if "role" in data__messages_item_keys:
                                            data__messages_item_keys.remove("role")
                                            data__messages_item__role = data__messages_item["role"]
                                            data__messages_item__role_any_of_count9 = 0
                                            if not data__messages_item__role_any_of_count9:
                                                try:
                                                    if not (
                                                        isinstance(data__messages_item__role, str)
                                                        and data__messages_item__role == "system"
                                                        or isinstance(data__messages_item__role, str)
                                                        and data__messages_item__role == "developer"
                                                        or isinstance(data__messages_item__role, str)
                                                        and data__messages_item__role == "user"
                                                        or isinstance(data__messages_item__role, str)
                                                        and data__messages_item__role == "assistant"
                                                    ):
                                                        raise Unfit
                                                    data__messages_item__role_any_of_count9 += 1
                                                except Unfit:
                                                    pass
                                            if not data__messages_item__role_any_of_count9:
                                                try:
                                                    if not isinstance(data__messages_item__role, (str)):
                                                        raise Unfit
                                                    if isinstance(data__messages_item__role, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__messages_item__role
                                                        ):
                                                            raise Unfit
                                                    data__messages_item__role_any_of_count9 += 1
                                                except Unfit:
                                                    pass
                                            if not data__messages_item__role_any_of_count9:
                                                raise Unfit
                                        if "content" in data__messages_item_keys:
                                            data__messages_item_keys.remove("content")
                                            data__messages_item__content = data__messages_item["content"]
                                            data__messages_item__content_any_of_count10 = 0
                                            if not data__messages_item__content_any_of_count10:
                                                try:
                                                    if not isinstance(data__messages_item__content, (str)):
                                                        raise Unfit
                                                    data__messages_item__content_any_of_count10 += 1
                                                except Unfit:
                                                    pass
                                            if not data__messages_item__content_any_of_count10:
                                                try:
                                                    if not isinstance(data__messages_item__content, (str)):
                                                        raise Unfit
                                                    if isinstance(data__messages_item__content, str):
                                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(
                                                            data__messages_item__content
                                                        ):
                                                            raise Unfit
                                                    data__messages_item__content_any_of_count10 += 1
                                                except Unfit:
                                                    pass
                                            if not data__messages_item__content_any_of_count10:
                                                raise Unfit
                                        if data__messages_item_keys:
                                            raise Unfit
                                    data__messages_item_any_of_count8 += 1
                                except Unfit:
                                    pass
                            if not data__messages_item_any_of_count8:
                                try:
                                    if not isinstance(data__messages_item, (str)):
                                        raise Unfit
                                    if isinstance(data__messages_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__messages_item):
                                            raise Unfit
                                    data__messages_item_any_of_count8 += 1
                                except Unfit:
                                    pass
                            if not data__messages_item_any_of_count8:
                                raise Unfit
                    data__messages_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__messages_any_of_count7:
                try:
                    if not isinstance(data__messages, (str)):
                        raise Unfit
                    if isinstance(data__messages, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__messages):
                            raise Unfit
                    data__messages_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__messages_any_of_count7:
                raise Unfit
        if "schema" in data_keys:
            data_keys.remove("schema")
            data__schema = data["schema"]
            data__schema_any_of_count11 = 0
            if not data__schema_any_of_count11:
                try:
                    if not isinstance(data__schema, (dict)):
                        raise Unfit
                    data__schema_any_of_count11 += 1
                except Unfit:
                    pass
            if not data__schema_any_of_count11:
                try:
                    if not isinstance(data__schema, (str)):
                        raise Unfit
                    if isinstance(data__schema, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__schema):
                            raise Unfit
                    data__schema_any_of_count11 += 1
                except Unfit:
                    pass
            if not data__schema_any_of_count11:
                raise Unfit
        if "max-tokens" in data_keys:
            data_keys.remove("max-tokens")
            data__maxtokens = data["max-tokens"]
            data__maxtokens_any_of_count12 = 0
            if not data__maxtokens_any_of_count12:
                try:
                    if (
                        not isinstance(data__maxtokens, (int))
                        and not (isinstance(data__maxtokens, float) and data__maxtokens.is_integer())
                        or isinstance(data__maxtokens, bool)
                    ):
                        raise Unfit
                    if isinstance(data__maxtokens, (int, float)) and not isinstance(data__maxtokens, bool):
                        if data__maxtokens < 1:
                            raise Unfit
                    data__maxtokens_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__maxtokens_any_of_count12:
                try:
                    if not isinstance(data__maxtokens, (str)):
                        raise Unfit
                    if isinstance(data__maxtokens, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__maxtokens):
                            raise Unfit
                    data__maxtokens_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__maxtokens_any_of_count12:
                raise Unfit
        if "price" in data_keys:
            data_keys.remove("price")
            data__price = data["price"]
            data__price_any_of_count13 = 0
            if not data__price_any_of_count13:
                try:
                    if not isinstance(data__price, (dict)):
                        raise Unfit
                    data__price_is_dict = isinstance(data__price, dict)
                    if data__price_is_dict:
                        data__price__missing_keys = set(["input"]) - data__price.keys()
                        if data__price__missing_keys:
                            raise Unfit
                        data__price_keys = set(data__price.keys())
                        if "input" in data__price_keys:
                            data__price_keys.remove("input")
                            data__price__input = data__price["input"]
                            data__price__input_any_of_count14 = 0
                            if not data__price__input_any_of_count14:
                                try:
                                    if not isinstance(data__price__input, (int, float)) or isinstance(
                                        data__price__input, bool
                                    ):
                                        raise Unfit
                                    if isinstance(data__price__input, (int, float)) and not isinstance(
                                        data__price__input, bool
                                    ):
                                        if data__price__input < 0:
                                            raise Unfit
                                    data__price__input_any_of_count14 += 1
                                except Unfit:
                                    pass
                            if not data__price__input_any_of_count14:
                                try:
                                    if not isinstance(data__price__input, (str)):
                                        raise Unfit
                                    if isinstance(data__price__input, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__price__input):
                                            raise Unfit
                                    data__price__input_any_of_count14 += 1
                                except Unfit:
                                    pass
                            if not data__price__input_any_of_count14:
                                raise Unfit
                        if "output" in data__price_keys:
                            data__price_keys.remove("output")
                            data__price__output = data__price["output"]
                            data__price__output_any_of_count15 = 0
                            if not data__price__output_any_of_count15:
                                try:
                                    if not isinstance(data__price__output, (int, float)) or isinstance(
                                        data__price__output, bool
                                    ):
                                        raise Unfit
                                    if isinstance(data__price__output, (int, float)) and not isinstance(
                                        data__price__output, bool
                                    ):
                                        if data__price__output < 0:
                                            raise Unfit
                                    data__price__output_any_of_count15 += 1
                                except Unfit:
                                    pass
                            if not data__price__output_any_of_count15:
                                try:
                                    if not isinstance(data__price__output, (str)):
                                        raise Unfit
                                    if isinstance(data__price__output, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__price__output):
                                            raise Unfit
                                    data__price__output_any_of_count15 += 1
                                except Unfit:
                                    pass
                            if not data__price__output_any_of_count15:
                                raise Unfit
                        if data__price_keys:
                            raise Unfit
                    data__price_any_of_count13 += 1
                except Unfit:
                    pass
            if not data__price_any_of_count13:
                try:
                    if not isinstance(data__price, (str)):
                        raise Unfit
                    if isinstance(data__price, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__price):
                            raise Unfit
                    data__price_any_of_count13 += 1
                except Unfit:
                    pass
            if not data__price_any_of_count13:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count16 = 0
            if not data__baseurl_any_of_count16:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count16 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count16:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count16 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count16:
                raise Unfit
        if data_keys:
            raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "chat"):
                    raise Unfit
    except Unfit:
        data_one_of_count17 = 0
        if data_one_of_count17 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["input"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count17 += 1
            except Unfit:
                pass
        if data_one_of_count17 < 2:
            try:
                data_is_dict = isinstance(data, dict)
                if data_is_dict:
                    data__missing_keys = set(["input-file"]) - data.keys()
                    if data__missing_keys:
                        raise Unfit
                data_one_of_count17 += 1
            except Unfit:
                pass
        if data_one_of_count17 != 1:
            raise Unfit
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["messages"]) - data.keys()
            if data__missing_keys:
                raise Unfit
            data_keys = set(data.keys())
            if "price" in data_keys:
                data_keys.remove("price")
                data__price = data["price"]
                data__price_is_dict = isinstance(data__price, dict)
                if data__price_is_dict:
                    data__price__missing_keys = set(["input", "output"]) - data__price.keys()
                    if data__price__missing_keys:
                        raise Unfit
    return data


def validate_github(data):
    if not isinstance(data, (dict)):
        raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "issue"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["title"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "comment"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["issue", "body"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "label"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["issue", "labels"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "pull-request"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["title"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    try:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data_keys = set(data.keys())
            if "operation" in data_keys:
                data_keys.remove("operation")
                data__operation = data["operation"]
                if not (isinstance(data__operation, str) and data__operation == "dispatch"):
                    raise Unfit
    except Unfit:
        pass
    else:
        data_is_dict = isinstance(data, dict)
        if data_is_dict:
            data__missing_keys = set(["workflow"]) - data.keys()
            if data__missing_keys:
                raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["operation", "repository"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "operation" in data_keys:
            data_keys.remove("operation")
            data__operation = data["operation"]
            data__operation_any_of_count1 = 0
            if not data__operation_any_of_count1:
                try:
                    if not (
                        isinstance(data__operation, str)
                        and data__operation == "issue"
                        or isinstance(data__operation, str)
                        and data__operation == "comment"
                        or isinstance(data__operation, str)
                        and data__operation == "label"
                        or isinstance(data__operation, str)
                        and data__operation == "pull-request"
                        or isinstance(data__operation, str)
                        and data__operation == "dispatch"
                    ):
                        raise Unfit
                    data__operation_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count1:
                try:
                    if not isinstance(data__operation, (str)):
                        raise Unfit
                    if isinstance(data__operation, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__operation):
                            raise Unfit
                    data__operation_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__operation_any_of_count1:
                raise Unfit
        if "repository" in data_keys:
            data_keys.remove("repository")
            data__repository = data["repository"]
            data__repository_any_of_count2 = 0
            if not data__repository_any_of_count2:
                try:
                    if not isinstance(data__repository, (str)):
                        raise Unfit
                    if isinstance(data__repository, str):
                        if not REGEX_PATTERNS["^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"].search(
                            data__repository
                        ):
                            raise Unfit
                    data__repository_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__repository_any_of_count2:
                try:
                    if not isinstance(data__repository, (str)):
                        raise Unfit
                    if isinstance(data__repository, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__repository):
                            raise Unfit
                    data__repository_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__repository_any_of_count2:
                raise Unfit
        if "title" in data_keys:
            data_keys.remove("title")
            data__title = data["title"]
            data__title_any_of_count3 = 0
            if not data__title_any_of_count3:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        data__title_len = len(data__title)
                        if data__title_len < 1:
                            raise Unfit
                        if data__title_len > 256:
                            raise Unfit
                    data__title_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count3:
                try:
                    if not isinstance(data__title, (str)):
                        raise Unfit
                    if isinstance(data__title, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__title):
                            raise Unfit
                    data__title_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__title_any_of_count3:
                raise Unfit
        if "body" in data_keys:
            data_keys.remove("body")
            data__body = data["body"]
            data__body_any_of_count4 = 0
            if not data__body_any_of_count4:
                try:
                    if not isinstance(data__body, (str)):
                        raise Unfit
                    data__body_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__body_any_of_count4:
                try:
                    if not isinstance(data__body, (str)):
                        raise Unfit
                    if isinstance(data__body, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__body):
                            raise Unfit
                    data__body_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__body_any_of_count4:
                raise Unfit
        if "labels" in data_keys:
            data_keys.remove("labels")
            data__labels = data["labels"]
            data__labels_any_of_count5 = 0
            if not data__labels_any_of_count5:
                try:
                    if not isinstance(data__labels, (list, tuple)):
                        raise Unfit
                    data__labels_is_list = isinstance(data__labels, (list, tuple))
                    if data__labels_is_list:
                        data__labels_len = len(data__labels)
                        if data__labels_len < 1:
                            raise Unfit

                        def fn(var):
                            return (
                                frozenset(dict((k, fn(v)) for k, v in var.items()).items())
                                if hasattr(var, "items")
                                else tuple(fn(v) for v in var)
                                if isinstance(var, (dict, list))
                                else (bool, var)
                                if isinstance(var, bool)
                                else var
                            )

                        if data__labels_len > len(set(fn(data__labels_x) for data__labels_x in data__labels)):
                            raise Unfit
                        for data__labels_x, data__labels_item in enumerate(data__labels):
                            data__labels_item_any_of_count6 = 0
                            if not data__labels_item_any_of_count6:
                                try:
                                    if not isinstance(data__labels_item, (str)):
                                        raise Unfit
                                    if isinstance(data__labels_item, str):
                                        data__labels_item_len = len(data__labels_item)
                                        if data__labels_item_len < 1:
                                            raise Unfit
                                        if data__labels_item_len > 50:
                                            raise Unfit
                                        if not REGEX_PATTERNS["^[^,]+$"].search(data__labels_item):
                                            raise Unfit
                                    data__labels_item_any_of_count6 += 1
                                except Unfit:
                                    pass
                            if not data__labels_item_any_of_count6:
                                try:
                                    if not isinstance(data__labels_item, (str)):
                                        raise Unfit
                                    if isinstance(data__labels_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__labels_item):
                                            raise Unfit
                                    data__labels_item_any_of_count6 += 1
                                except Unfit:
                                    pass
                            if not data__labels_item_any_of_count6:
                                raise Unfit
                    data__labels_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__labels_any_of_count5:
                try:
                    if not isinstance(data__labels, (str)):
                        raise Unfit
                    if isinstance(data__labels, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__labels):
                            raise Unfit
                    data__labels_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__labels_any_of_count5:
                raise Unfit
        if "issue" in data_keys:
            data_keys.remove("issue")
            data__issue = data["issue"]
            data__issue_any_of_count7 = 0
            if not data__issue_any_of_count7:
                try:
                    if (
                        not isinstance(data__issue, (int))
                        and not (isinstance(data__issue, float) and data__issue.is_integer())
                        or isinstance(data__issue, bool)
                    ):
                        raise Unfit
                    if isinstance(data__issue, (int, float)) and not isinstance(data__issue, bool):
                        if data__issue < 1:
                            raise Unfit
                    data__issue_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__issue_any_of_count7:
                try:
                    if not isinstance(data__issue, (str)):
                        raise Unfit
                    if isinstance(data__issue, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__issue):
                            raise Unfit
                    data__issue_any_of_count7 += 1
                except Unfit:
                    pass
            if not data__issue_any_of_count7:
                raise Unfit
        if "key" in data_keys:
            data_keys.remove("key")
            data__key = data["key"]
            data__key_any_of_count8 = 0
            if not data__key_any_of_count8:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        if not REGEX_PATTERNS["^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$"].search(data__key):
                            raise Unfit
                    data__key_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count8:
                try:
                    if not isinstance(data__key, (str)):
                        raise Unfit
                    if isinstance(data__key, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__key):
                            raise Unfit
                    data__key_any_of_count8 += 1
                except Unfit:
                    pass
            if not data__key_any_of_count8:
                raise Unfit
        if "update" in data_keys:
            data_keys.remove("update")
            data__update = data["update"]
            data__update_any_of_count9 = 0
            if not data__update_any_of_count9:
                try:
                    if not isinstance(data__update, (bool)):
                        raise Unfit
                    data__update_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__update_any_of_count9:
                try:
                    if not isinstance(data__update, (str)):
                        raise Unfit
                    if isinstance(data__update, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__update):
                            raise Unfit
                    data__update_any_of_count9 += 1
                except Unfit:
                    pass
            if not data__update_any_of_count9:
                raise Unfit
        if "files" in data_keys:
            data_keys.remove("files")
            data__files = data["files"]
            data__files_any_of_count10 = 0
            if not data__files_any_of_count10:
                try:
                    if not isinstance(data__files, (dict)):
                        raise Unfit
                    data__files_is_dict = isinstance(data__files, dict)
                    if data__files_is_dict:
                        data__files_len = len(data__files)
                        if data__files_len < 1:
                            raise Unfit
                        if data__files_len > 50:
                            raise Unfit
                        data__files_keys = set(data__files.keys())
                        for data__files_key in data__files_keys:
                            if data__files_key not in []:
                                data__files_value = data__files.get(data__files_key)
                                data__files_value_any_of_count11 = 0
                                if not data__files_value_any_of_count11:
                                    try:
                                        if not isinstance(data__files_value, (str)):
                                            raise Unfit
                                        data__files_value_any_of_count11 += 1
                                    except Unfit:
                                        pass
                                if not data__files_value_any_of_count11:
                                    try:
                                        if not isinstance(data__files_value, (str)):
                                            raise Unfit
                                        if isinstance(data__files_value, str):
                                            if not REGEX_PATTERNS["\\$\\{\\{"].search(data__files_value):
                                                raise Unfit
                                        data__files_value_any_of_count11 += 1
                                    except Unfit:
                                        pass
                                if not data__files_value_any_of_count11:
                                    raise Unfit
                    data__files_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__files_any_of_count10:
                try:
                    if not isinstance(data__files, (str)):
                        raise Unfit
                    if isinstance(data__files, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__files):
                            raise Unfit
                    data__files_any_of_count10 += 1
                except Unfit:
                    pass
            if not data__files_any_of_count10:
                raise Unfit
        if "files-from" in data_keys:
            data_keys.remove("files-from")
            data__filesfrom = data["files-from"]
            data__filesfrom_any_of_count12 = 0
            if not data__filesfrom_any_of_count12:
                try:
                    if not isinstance(data__filesfrom, (list, tuple)):
                        raise Unfit
                    data__filesfrom_is_list = isinstance(data__filesfrom, (list, tuple))
                    if data__filesfrom_is_list:
                        data__filesfrom_len = len(data__filesfrom)
                        if data__filesfrom_len < 1:
                            raise Unfit
                        if data__filesfrom_len > 50:
                            raise Unfit

                        def fn(var):
                            return (
                                frozenset(dict((k, fn(v)) for k, v in var.items()).items())
                                if hasattr(var, "items")
                                else tuple(fn(v) for v in var)
                                if isinstance(var, (dict, list))
                                else (bool, var)
                                if isinstance(var, bool)
                                else var
                            )

                        if data__filesfrom_len > len(
                            set(fn(data__filesfrom_x) for data__filesfrom_x in data__filesfrom)
                        ):
                            raise Unfit
                        for data__filesfrom_x, data__filesfrom_item in enumerate(data__filesfrom):
                            data__filesfrom_item_any_of_count13 = 0
                            if not data__filesfrom_item_any_of_count13:
                                try:
                                    if not isinstance(data__filesfrom_item, (str)):
                                        raise Unfit
                                    if isinstance(data__filesfrom_item, str):
                                        data__filesfrom_item_len = len(data__filesfrom_item)
                                        if data__filesfrom_item_len < 1:
                                            raise Unfit
                                    data__filesfrom_item_any_of_count13 += 1
                                except Unfit:
                                    pass
                            if not data__filesfrom_item_any_of_count13:
                                try:
                                    if not isinstance(data__filesfrom_item, (str)):
                                        raise Unfit
                                    if isinstance(data__filesfrom_item, str):
                                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__filesfrom_item):
                                            raise Unfit
                                    data__filesfrom_item_any_of_count13 += 1
                                except Unfit:
                                    pass
                            if not data__filesfrom_item_any_of_count13:
                                raise Unfit
                    data__filesfrom_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__filesfrom_any_of_count12:
                try:
                    if not isinstance(data__filesfrom, (str)):
                        raise Unfit
                    if isinstance(data__filesfrom, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__filesfrom):
                            raise Unfit
                    data__filesfrom_any_of_count12 += 1
                except Unfit:
                    pass
            if not data__filesfrom_any_of_count12:
                raise Unfit
        if "branch" in data_keys:
            data_keys.remove("branch")
            data__branch = data["branch"]
            data__branch_any_of_count14 = 0
            if not data__branch_any_of_count14:
                try:
                    if not isinstance(data__branch, (str)):
                        raise Unfit
                    if isinstance(data__branch, str):
                        if not REGEX_PATTERNS["^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$"].search(data__branch):
                            raise Unfit
                    data__branch_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__branch_any_of_count14:
                try:
                    if not isinstance(data__branch, (str)):
                        raise Unfit
                    if isinstance(data__branch, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__branch):
                            raise Unfit
                    data__branch_any_of_count14 += 1
                except Unfit:
                    pass
            if not data__branch_any_of_count14:
                raise Unfit
        if "base" in data_keys:
            data_keys.remove("base")
            data__base = data["base"]
            data__base_any_of_count15 = 0
            if not data__base_any_of_count15:
                try:
                    if not isinstance(data__base, (str)):
                        raise Unfit
                    if isinstance(data__base, str):
                        data__base_len = len(data__base)
                        if data__base_len < 1:
                            raise Unfit
                    data__base_any_of_count15 += 1
                except Unfit:
                    pass
            if not data__base_any_of_count15:
                try:
                    if not isinstance(data__base, (str)):
                        raise Unfit
                    if isinstance(data__base, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__base):
                            raise Unfit
                    data__base_any_of_count15 += 1
                except Unfit:
                    pass
            if not data__base_any_of_count15:
                raise Unfit
        if "workflow" in data_keys:
            data_keys.remove("workflow")
            data__workflow = data["workflow"]
            data__workflow_any_of_count16 = 0
            if not data__workflow_any_of_count16:
                try:
                    if not isinstance(data__workflow, (str)):
                        raise Unfit
                    if isinstance(data__workflow, str):
                        data__workflow_len = len(data__workflow)
                        if data__workflow_len < 1:
                            raise Unfit
                    data__workflow_any_of_count16 += 1
                except Unfit:
                    pass
            if not data__workflow_any_of_count16:
                try:
                    if not isinstance(data__workflow, (str)):
                        raise Unfit
                    if isinstance(data__workflow, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__workflow):
                            raise Unfit
                    data__workflow_any_of_count16 += 1
                except Unfit:
                    pass
            if not data__workflow_any_of_count16:
                raise Unfit
        if "ref" in data_keys:
            data_keys.remove("ref")
            data__ref = data["ref"]
            data__ref_any_of_count17 = 0
            if not data__ref_any_of_count17:
                try:
                    if not isinstance(data__ref, (str)):
                        raise Unfit
                    if isinstance(data__ref, str):
                        data__ref_len = len(data__ref)
                        if data__ref_len < 1:
                            raise Unfit
                    data__ref_any_of_count17 += 1
                except Unfit:
                    pass
            if not data__ref_any_of_count17:
                try:
                    if not isinstance(data__ref, (str)):
                        raise Unfit
                    if isinstance(data__ref, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__ref):
                            raise Unfit
                    data__ref_any_of_count17 += 1
                except Unfit:
                    pass
            if not data__ref_any_of_count17:
                raise Unfit
        if "inputs" in data_keys:
            data_keys.remove("inputs")
            data__inputs = data["inputs"]
            data__inputs_any_of_count18 = 0
            if not data__inputs_any_of_count18:
                try:
                    if not isinstance(data__inputs, (dict)):
                        raise Unfit
                    data__inputs_any_of_count18 += 1
                except Unfit:
                    pass
            if not data__inputs_any_of_count18:
                try:
                    if not isinstance(data__inputs, (str)):
                        raise Unfit
                    if isinstance(data__inputs, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__inputs):
                            raise Unfit
                    data__inputs_any_of_count18 += 1
                except Unfit:
                    pass
            if not data__inputs_any_of_count18:
                raise Unfit
        if "key-input" in data_keys:
            data_keys.remove("key-input")
            data__keyinput = data["key-input"]
            data__keyinput_any_of_count19 = 0
            if not data__keyinput_any_of_count19:
                try:
                    if not isinstance(data__keyinput, (str)):
                        raise Unfit
                    if isinstance(data__keyinput, str):
                        data__keyinput_len = len(data__keyinput)
                        if data__keyinput_len < 1:
                            raise Unfit
                    data__keyinput_any_of_count19 += 1
                except Unfit:
                    pass
            if not data__keyinput_any_of_count19:
                try:
                    if not isinstance(data__keyinput, (str)):
                        raise Unfit
                    if isinstance(data__keyinput, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__keyinput):
                            raise Unfit
                    data__keyinput_any_of_count19 += 1
                except Unfit:
                    pass
            if not data__keyinput_any_of_count19:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count20 = 0
            if not data__baseurl_any_of_count20:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count20 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count20:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count20 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count20:
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_zapier(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_one_of_count1 = 0
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["data"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 < 2:
        try:
            data_is_dict = isinstance(data, dict)
            if data_is_dict:
                data__missing_keys = set(["data-file"]) - data.keys()
                if data__missing_keys:
                    raise Unfit
            data_one_of_count1 += 1
        except Unfit:
            pass
    if data_one_of_count1 != 1:
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["event"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "event" in data_keys:
            data_keys.remove("event")
            data__event = data["event"]
            data__event_any_of_count2 = 0
            if not data__event_any_of_count2:
                try:
                    if not isinstance(data__event, (str)):
                        raise Unfit
                    if isinstance(data__event, str):
                        data__event_len = len(data__event)
                        if data__event_len < 1:
                            raise Unfit
                        if data__event_len > 200:
                            raise Unfit
                    data__event_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__event_any_of_count2:
                try:
                    if not isinstance(data__event, (str)):
                        raise Unfit
                    if isinstance(data__event, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__event):
                            raise Unfit
                    data__event_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__event_any_of_count2:
                raise Unfit
        if "data" in data_keys:
            data_keys.remove("data")
            data__data = data["data"]
            data__data_any_of_count3 = 0
            if not data__data_any_of_count3:
                try:
                    if not isinstance(data__data, (dict)):
                        raise Unfit
                    data__data_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__data_any_of_count3:
                try:
                    if not isinstance(data__data, (str)):
                        raise Unfit
                    if isinstance(data__data, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__data):
                            raise Unfit
                    data__data_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__data_any_of_count3:
                raise Unfit
        if "data-file" in data_keys:
            data_keys.remove("data-file")
            data__datafile = data["data-file"]
            data__datafile_any_of_count4 = 0
            if not data__datafile_any_of_count4:
                try:
                    if not isinstance(data__datafile, (str)):
                        raise Unfit
                    if isinstance(data__datafile, str):
                        data__datafile_len = len(data__datafile)
                        if data__datafile_len < 1:
                            raise Unfit
                    data__datafile_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__datafile_any_of_count4:
                try:
                    if not isinstance(data__datafile, (str)):
                        raise Unfit
                    if isinstance(data__datafile, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__datafile):
                            raise Unfit
                    data__datafile_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__datafile_any_of_count4:
                raise Unfit
        if "base-url" in data_keys:
            data_keys.remove("base-url")
            data__baseurl = data["base-url"]
            data__baseurl_any_of_count5 = 0
            if not data__baseurl_any_of_count5:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        data__baseurl_len = len(data__baseurl)
                        if data__baseurl_len < 8:
                            raise Unfit
                    data__baseurl_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count5:
                try:
                    if not isinstance(data__baseurl, (str)):
                        raise Unfit
                    if isinstance(data__baseurl, str):
                        if not REGEX_PATTERNS["\\$\\{\\{"].search(data__baseurl):
                            raise Unfit
                    data__baseurl_any_of_count5 += 1
                except Unfit:
                    pass
            if not data__baseurl_any_of_count5:
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
    "run": _accepts(validate_run),
    "python": _accepts(validate_python),
    "http": _accepts(validate_http),
    "file": _accepts(validate_file),
    "slack": _accepts(validate_slack),
    "airtable": _accepts(validate_airtable),
    "notion": _accepts(validate_notion),
    "notion-database": _accepts(validate_notion_database),
    "openai": _accepts(validate_openai),
    "github": _accepts(validate_github),
    "zapier": _accepts(validate_zapier),
}
