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


def validate_plan(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["id", "title", "start"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "id" in data_keys:
            data_keys.remove("id")
            data__id = data["id"]
            validate_plan____defs_id(data__id)
        if "title" in data_keys:
            data_keys.remove("title")
            data__title = data["title"]
            if not isinstance(data__title, (str)):
                raise Unfit
            if isinstance(data__title, str):
                data__title_len = len(data__title)
                if data__title_len < 1:
                    raise Unfit
                if data__title_len > 200:
                    raise Unfit
        if "description" in data_keys:
            data_keys.remove("description")
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Unfit
        if "start" in data_keys:
            data_keys.remove("start")
            data__start = data["start"]
            if not isinstance(data__start, (str)):
                raise Unfit
            if isinstance(data__start, str):
                if not REGEX_PATTERNS["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"].search(data__start):
                    raise Unfit
        if "target" in data_keys:
            data_keys.remove("target")
            data__target = data["target"]
            if not isinstance(data__target, (str)):
                raise Unfit
            if isinstance(data__target, str):
                if not REGEX_PATTERNS["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"].search(data__target):
                    raise Unfit
        if "zone" in data_keys:
            data_keys.remove("zone")
            data__zone = data["zone"]
            if not isinstance(data__zone, (str)):
                raise Unfit
            if isinstance(data__zone, str):
                data__zone_len = len(data__zone)
                if data__zone_len < 1:
                    raise Unfit
        if "week" in data_keys:
            data_keys.remove("week")
            data__week = data["week"]
            if not isinstance(data__week, (list, tuple)):
                raise Unfit
            data__week_is_list = isinstance(data__week, (list, tuple))
            if data__week_is_list:
                data__week_len = len(data__week)
                if data__week_len < 1:
                    raise Unfit
                if data__week_len > 7:
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

                if data__week_len > len(set(fn(data__week_x) for data__week_x in data__week)):
                    raise Unfit
                for data__week_x, data__week_item in enumerate(data__week):
                    if not (
                        isinstance(data__week_item, str)
                        and data__week_item == "mon"
                        or isinstance(data__week_item, str)
                        and data__week_item == "tue"
                        or isinstance(data__week_item, str)
                        and data__week_item == "wed"
                        or isinstance(data__week_item, str)
                        and data__week_item == "thu"
                        or isinstance(data__week_item, str)
                        and data__week_item == "fri"
                        or isinstance(data__week_item, str)
                        and data__week_item == "sat"
                        or isinstance(data__week_item, str)
                        and data__week_item == "sun"
                    ):
                        raise Unfit
        if "holidays" in data_keys:
            data_keys.remove("holidays")
            data__holidays = data["holidays"]
            data__holidays_any_of_count1 = 0
            if not data__holidays_any_of_count1:
                try:
                    if not isinstance(data__holidays, (list, tuple)):
                        raise Unfit
                    data__holidays_is_list = isinstance(data__holidays, (list, tuple))
                    if data__holidays_is_list:
                        data__holidays_len = len(data__holidays)
                        for data__holidays_x, data__holidays_item in enumerate(data__holidays):
                            if not isinstance(data__holidays_item, (str)):
                                raise Unfit
                            if isinstance(data__holidays_item, str):
                                if not REGEX_PATTERNS["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"].search(data__holidays_item):
                                    raise Unfit
                    data__holidays_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__holidays_any_of_count1:
                try:
                    if not isinstance(data__holidays, (dict)):
                        raise Unfit
                    data__holidays_is_dict = isinstance(data__holidays, dict)
                    if data__holidays_is_dict:
                        data__holidays_keys = set(data__holidays.keys())
                        if "country" in data__holidays_keys:
                            data__holidays_keys.remove("country")
                            data__holidays__country = data__holidays["country"]
                            if not isinstance(data__holidays__country, (str)):
                                raise Unfit
                            if isinstance(data__holidays__country, str):
                                if not REGEX_PATTERNS["^[A-Z]{2}$"].search(data__holidays__country):
                                    raise Unfit
                        if "subdivision" in data__holidays_keys:
                            data__holidays_keys.remove("subdivision")
                            data__holidays__subdivision = data__holidays["subdivision"]
                            if not isinstance(data__holidays__subdivision, (str)):
                                raise Unfit
                        if "dates" in data__holidays_keys:
                            data__holidays_keys.remove("dates")
                            data__holidays__dates = data__holidays["dates"]
                            if not isinstance(data__holidays__dates, (list, tuple)):
                                raise Unfit
                            data__holidays__dates_is_list = isinstance(data__holidays__dates, (list, tuple))
                            if data__holidays__dates_is_list:
                                data__holidays__dates_len = len(data__holidays__dates)
                                for data__holidays__dates_x, data__holidays__dates_item in enumerate(
                                    data__holidays__dates
                                ):
                                    if not isinstance(data__holidays__dates_item, (str)):
                                        raise Unfit
                                    if isinstance(data__holidays__dates_item, str):
                                        if not REGEX_PATTERNS["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"].search(
                                            data__holidays__dates_item
                                        ):
                                            raise Unfit
                        if "except" in data__holidays_keys:
                            data__holidays_keys.remove("except")
                            data__holidays__except = data__holidays["except"]
                            if not isinstance(data__holidays__except, (list, tuple)):
                                raise Unfit
                            data__holidays__except_is_list = isinstance(data__holidays__except, (list, tuple))
                            if data__holidays__except_is_list:
                                data__holidays__except_len = len(data__holidays__except)
                                for data__holidays__except_x, data__holidays__except_item in enumerate(
                                    data__holidays__except
                                ):
                                    if not isinstance(data__holidays__except_item, (str)):
                                        raise Unfit
                                    if isinstance(data__holidays__except_item, str):
                                        if not REGEX_PATTERNS["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"].search(
                                            data__holidays__except_item
                                        ):
                                            raise Unfit
                        if data__holidays_keys:
                            raise Unfit
                    data__holidays_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__holidays_any_of_count1:
                raise Unfit
        if "weeks" in data_keys:
            data_keys.remove("weeks")
            data__weeks = data["weeks"]
            if not isinstance(data__weeks, (list, tuple)):
                raise Unfit
            data__weeks_is_list = isinstance(data__weeks, (list, tuple))
            if data__weeks_is_list:
                data__weeks_len = len(data__weeks)
                for data__weeks_x, data__weeks_item in enumerate(data__weeks):
                    if not isinstance(data__weeks_item, (dict)):
                        raise Unfit
                    data__weeks_item_is_dict = isinstance(data__weeks_item, dict)
                    if data__weeks_item_is_dict:
                        data__weeks_item__missing_keys = set(["title", "days"]) - data__weeks_item.keys()
                        if data__weeks_item__missing_keys:
                            raise Unfit
                        data__weeks_item_keys = set(data__weeks_item.keys())
                        if "title" in data__weeks_item_keys:
                            data__weeks_item_keys.remove("title")
                            data__weeks_item__title = data__weeks_item["title"]
                            if not isinstance(data__weeks_item__title, (str)):
                                raise Unfit
                            if isinstance(data__weeks_item__title, str):
                                data__weeks_item__title_len = len(data__weeks_item__title)
                                if data__weeks_item__title_len < 1:
                                    raise Unfit
                        if "days" in data__weeks_item_keys:
                            data__weeks_item_keys.remove("days")
                            data__weeks_item__days = data__weeks_item["days"]
                            if not isinstance(data__weeks_item__days, (list, tuple)):
                                raise Unfit
                            data__weeks_item__days_is_list = isinstance(data__weeks_item__days, (list, tuple))
                            if data__weeks_item__days_is_list:
                                data__weeks_item__days_len = len(data__weeks_item__days)
                                if data__weeks_item__days_len < 2:
                                    raise Unfit
                                if data__weeks_item__days_len > 2:
                                    raise Unfit
                                for data__weeks_item__days_x, data__weeks_item__days_item in enumerate(
                                    data__weeks_item__days
                                ):
                                    if (
                                        not isinstance(data__weeks_item__days_item, (int))
                                        and not (
                                            isinstance(data__weeks_item__days_item, float)
                                            and data__weeks_item__days_item.is_integer()
                                        )
                                        or isinstance(data__weeks_item__days_item, bool)
                                    ):
                                        raise Unfit
                                    if isinstance(data__weeks_item__days_item, (int, float)) and not isinstance(
                                        data__weeks_item__days_item, bool
                                    ):
                                        if data__weeks_item__days_item < 1:
                                            raise Unfit
                                        if data__weeks_item__days_item > 10000:
                                            raise Unfit
                        if data__weeks_item_keys:
                            raise Unfit
        if "components" in data_keys:
            data_keys.remove("components")
            data__components = data["components"]
            if not isinstance(data__components, (dict)):
                raise Unfit
            data__components_is_dict = isinstance(data__components, dict)
            if data__components_is_dict:
                data__components_keys = set(data__components.keys())
                for data__components_key in data__components_keys:
                    if data__components_key not in []:
                        data__components_value = data__components.get(data__components_key)
                        if not isinstance(data__components_value, (str)):
                            raise Unfit
                        if isinstance(data__components_value, str):
                            data__components_value_len = len(data__components_value)
                            if data__components_value_len < 1:
                                raise Unfit
                data__components_len = len(data__components)
                if data__components_len != 0:
                    data__components_property_names = True
                    for data__components_key in data__components:
                        try:
                            if isinstance(data__components_key, str):
                                if not REGEX_PATTERNS["^[a-z0-9][a-z0-9-]{0,63}$"].search(data__components_key):
                                    raise Unfit
                        except Unfit:
                            data__components_property_names = False
                    if not data__components_property_names:
                        raise Unfit
        if "metrics" in data_keys:
            data_keys.remove("metrics")
            data__metrics = data["metrics"]
            if not isinstance(data__metrics, (list, tuple)):
                raise Unfit
            data__metrics_is_list = isinstance(data__metrics, (list, tuple))
            if data__metrics_is_list:
                data__metrics_len = len(data__metrics)
                for data__metrics_x, data__metrics_item in enumerate(data__metrics):
                    if not isinstance(data__metrics_item, (dict)):
                        raise Unfit
                    data__metrics_item_one_of_count2 = 0
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["above"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["at-least"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["below"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["at-most"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["equals"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 < 2:
                        try:
                            data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                            if data__metrics_item_is_dict:
                                data__metrics_item__missing_keys = set(["between"]) - data__metrics_item.keys()
                                if data__metrics_item__missing_keys:
                                    raise Unfit
                            data__metrics_item_one_of_count2 += 1
                        except Unfit:
                            pass
                    if data__metrics_item_one_of_count2 != 1:
                        raise Unfit
                    data__metrics_item_is_dict = isinstance(data__metrics_item, dict)
                    if data__metrics_item_is_dict:
                        data__metrics_item__missing_keys = set(["id", "title", "metric"]) - data__metrics_item.keys()
                        if data__metrics_item__missing_keys:
                            raise Unfit
                        data__metrics_item_keys = set(data__metrics_item.keys())
                        if "id" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("id")
                            data__metrics_item__id = data__metrics_item["id"]
                            validate_plan____defs_id(data__metrics_item__id)
                        if "title" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("title")
                            data__metrics_item__title = data__metrics_item["title"]
                            if not isinstance(data__metrics_item__title, (str)):
                                raise Unfit
                            if isinstance(data__metrics_item__title, str):
                                data__metrics_item__title_len = len(data__metrics_item__title)
                                if data__metrics_item__title_len < 1:
                                    raise Unfit
                        if "metric" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("metric")
                            data__metrics_item__metric = data__metrics_item["metric"]
                            if not isinstance(data__metrics_item__metric, (str)):
                                raise Unfit
                            if isinstance(data__metrics_item__metric, str):
                                if not REGEX_PATTERNS[
                                    "^tasks\\.[a-z0-9-]+\\.steps\\.[a-z0-9-]+\\.outputs\\.[A-Za-z0-9_-]+$"
                                ].search(data__metrics_item__metric):
                                    raise Unfit
                        if "above" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("above")
                            data__metrics_item__above = data__metrics_item["above"]
                            if not isinstance(data__metrics_item__above, (int, float)) or isinstance(
                                data__metrics_item__above, bool
                            ):
                                raise Unfit
                        if "at-least" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("at-least")
                            data__metrics_item__atleast = data__metrics_item["at-least"]
                            if not isinstance(data__metrics_item__atleast, (int, float)) or isinstance(
                                data__metrics_item__atleast, bool
                            ):
                                raise Unfit
                        if "below" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("below")
                            data__metrics_item__below = data__metrics_item["below"]
                            if not isinstance(data__metrics_item__below, (int, float)) or isinstance(
                                data__metrics_item__below, bool
                            ):
                                raise Unfit
                        if "at-most" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("at-most")
                            data__metrics_item__atmost = data__metrics_item["at-most"]
                            if not isinstance(data__metrics_item__atmost, (int, float)) or isinstance(
                                data__metrics_item__atmost, bool
                            ):
                                raise Unfit
                        if "equals" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("equals")
                            data__metrics_item__equals = data__metrics_item["equals"]
                            if not isinstance(data__metrics_item__equals, (int, float, str, bool)):
                                raise Unfit
                        if "between" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("between")
                            data__metrics_item__between = data__metrics_item["between"]
                            if not isinstance(data__metrics_item__between, (list, tuple)):
                                raise Unfit
                            data__metrics_item__between_is_list = isinstance(data__metrics_item__between, (list, tuple))
                            if data__metrics_item__between_is_list:
                                data__metrics_item__between_len = len(data__metrics_item__between)
                                if data__metrics_item__between_len < 2:
                                    raise Unfit
                                if data__metrics_item__between_len > 2:
                                    raise Unfit
                                for data__metrics_item__between_x, data__metrics_item__between_item in enumerate(
                                    data__metrics_item__between
                                ):
                                    if not isinstance(data__metrics_item__between_item, (int, float)) or isinstance(
                                        data__metrics_item__between_item, bool
                                    ):
                                        raise Unfit
                        if "unit" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("unit")
                            data__metrics_item__unit = data__metrics_item["unit"]
                            if not isinstance(data__metrics_item__unit, (str)):
                                raise Unfit
                        if "day" in data__metrics_item_keys:
                            data__metrics_item_keys.remove("day")
                            data__metrics_item__day = data__metrics_item["day"]
                            if (
                                not isinstance(data__metrics_item__day, (int))
                                and not (
                                    isinstance(data__metrics_item__day, float) and data__metrics_item__day.is_integer()
                                )
                                or isinstance(data__metrics_item__day, bool)
                            ):
                                raise Unfit
                            if isinstance(data__metrics_item__day, (int, float)) and not isinstance(
                                data__metrics_item__day, bool
                            ):
                                if data__metrics_item__day < 1:
                                    raise Unfit
                        if data__metrics_item_keys:
                            raise Unfit
        if "secrets" in data_keys:
            data_keys.remove("secrets")
            data__secrets = data["secrets"]
            if not isinstance(data__secrets, (dict)):
                raise Unfit
            data__secrets_is_dict = isinstance(data__secrets, dict)
            if data__secrets_is_dict:
                data__secrets_keys = set(data__secrets.keys())
                for data__secrets_key in data__secrets_keys:
                    if data__secrets_key not in []:
                        data__secrets_value = data__secrets.get(data__secrets_key)
                        if not isinstance(data__secrets_value, (dict)):
                            raise Unfit
                        data__secrets_value_is_dict = isinstance(data__secrets_value, dict)
                        if data__secrets_value_is_dict:
                            data__secrets_value_keys = set(data__secrets_value.keys())
                            if "description" in data__secrets_value_keys:
                                data__secrets_value_keys.remove("description")
                                data__secrets_value__description = data__secrets_value["description"]
                                if not isinstance(data__secrets_value__description, (str)):
                                    raise Unfit
                            if "obtain" in data__secrets_value_keys:
                                data__secrets_value_keys.remove("obtain")
                                data__secrets_value__obtain = data__secrets_value["obtain"]
                                if not isinstance(data__secrets_value__obtain, (str)):
                                    raise Unfit
                            if data__secrets_value_keys:
                                raise Unfit
                data__secrets_len = len(data__secrets)
                if data__secrets_len != 0:
                    data__secrets_property_names = True
                    for data__secrets_key in data__secrets:
                        try:
                            if isinstance(data__secrets_key, str):
                                if not REGEX_PATTERNS["^[A-Z][A-Z0-9_]{0,99}$"].search(data__secrets_key):
                                    raise Unfit
                        except Unfit:
                            data__secrets_property_names = False
                    if not data__secrets_property_names:
                        raise Unfit
        if "vars" in data_keys:
            data_keys.remove("vars")
            data__vars = data["vars"]
            if not isinstance(data__vars, (dict)):
                raise Unfit
            data__vars_is_dict = isinstance(data__vars, dict)
            if data__vars_is_dict:
                data__vars_len = len(data__vars)
                if data__vars_len != 0:
                    data__vars_property_names = True
                    for data__vars_key in data__vars:
                        try:
                            if isinstance(data__vars_key, str):
                                if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_-]{0,99}$"].search(data__vars_key):
                                    raise Unfit
                        except Unfit:
                            data__vars_property_names = False
                    if not data__vars_property_names:
                        raise Unfit
        if "requires" in data_keys:
            data_keys.remove("requires")
            data__requires = data["requires"]
            if not isinstance(data__requires, (dict)):
                raise Unfit
            data__requires_is_dict = isinstance(data__requires, dict)
            if data__requires_is_dict:
                data__requires_keys = set(data__requires.keys())
                if "commands" in data__requires_keys:
                    data__requires_keys.remove("commands")
                    data__requires__commands = data__requires["commands"]
                    if not isinstance(data__requires__commands, (list, tuple)):
                        raise Unfit
                    data__requires__commands_is_list = isinstance(data__requires__commands, (list, tuple))
                    if data__requires__commands_is_list:

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

                        data__requires__commands_len = len(data__requires__commands)
                        if data__requires__commands_len > len(
                            set(
                                fn(data__requires__commands_x)
                                for data__requires__commands_x in data__requires__commands
                            )
                        ):
                            raise Unfit
                        for data__requires__commands_x, data__requires__commands_item in enumerate(
                            data__requires__commands
                        ):
                            if not isinstance(data__requires__commands_item, (str)):
                                raise Unfit
                            if isinstance(data__requires__commands_item, str):
                                if not REGEX_PATTERNS["^[A-Za-z0-9._+-]+$"].search(data__requires__commands_item):
                                    raise Unfit
                if "modules" in data__requires_keys:
                    data__requires_keys.remove("modules")
                    data__requires__modules = data__requires["modules"]
                    if not isinstance(data__requires__modules, (list, tuple)):
                        raise Unfit
                    data__requires__modules_is_list = isinstance(data__requires__modules, (list, tuple))
                    if data__requires__modules_is_list:

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

                        data__requires__modules_len = len(data__requires__modules)
                        if data__requires__modules_len > len(
                            set(fn(data__requires__modules_x) for data__requires__modules_x in data__requires__modules)
                        ):
                            raise Unfit
                        for data__requires__modules_x, data__requires__modules_item in enumerate(
                            data__requires__modules
                        ):
                            if not isinstance(data__requires__modules_item, (str)):
                                raise Unfit
                            if isinstance(data__requires__modules_item, str):
                                if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$"].search(
                                    data__requires__modules_item
                                ):
                                    raise Unfit
                if "checks" in data__requires_keys:
                    data__requires_keys.remove("checks")
                    data__requires__checks = data__requires["checks"]
                    if not isinstance(data__requires__checks, (list, tuple)):
                        raise Unfit
                    data__requires__checks_is_list = isinstance(data__requires__checks, (list, tuple))
                    if data__requires__checks_is_list:
                        data__requires__checks_len = len(data__requires__checks)
                        for data__requires__checks_x, data__requires__checks_item in enumerate(data__requires__checks):
                            if not isinstance(data__requires__checks_item, (dict)):
                                raise Unfit
                            data__requires__checks_item_is_dict = isinstance(data__requires__checks_item, dict)
                            if data__requires__checks_item_is_dict:
                                data__requires__checks_item__missing_keys = (
                                    set(["call"]) - data__requires__checks_item.keys()
                                )
                                if data__requires__checks_item__missing_keys:
                                    raise Unfit
                                data__requires__checks_item_keys = set(data__requires__checks_item.keys())
                                if "call" in data__requires__checks_item_keys:
                                    data__requires__checks_item_keys.remove("call")
                                    data__requires__checks_item__call = data__requires__checks_item["call"]
                                    if not isinstance(data__requires__checks_item__call, (str)):
                                        raise Unfit
                                    if isinstance(data__requires__checks_item__call, str):
                                        if not REGEX_PATTERNS[
                                            "^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$"
                                        ].search(data__requires__checks_item__call):
                                            raise Unfit
                if data__requires_keys:
                    raise Unfit
        if "limits" in data_keys:
            data_keys.remove("limits")
            data__limits = data["limits"]
            if not isinstance(data__limits, (dict)):
                raise Unfit
            data__limits_is_dict = isinstance(data__limits, dict)
            if data__limits_is_dict:
                data__limits_keys = set(data__limits.keys())
                if "runs-per-task" in data__limits_keys:
                    data__limits_keys.remove("runs-per-task")
                    data__limits__runspertask = data__limits["runs-per-task"]
                    if (
                        not isinstance(data__limits__runspertask, (int))
                        and not (
                            isinstance(data__limits__runspertask, float) and data__limits__runspertask.is_integer()
                        )
                        or isinstance(data__limits__runspertask, bool)
                    ):
                        raise Unfit
                    if isinstance(data__limits__runspertask, (int, float)) and not isinstance(
                        data__limits__runspertask, bool
                    ):
                        if data__limits__runspertask < 1:
                            raise Unfit
                        if data__limits__runspertask > 100:
                            raise Unfit
                if "catch-up" in data__limits_keys:
                    data__limits_keys.remove("catch-up")
                    data__limits__catchup = data__limits["catch-up"]
                    if (
                        not isinstance(data__limits__catchup, (int))
                        and not (isinstance(data__limits__catchup, float) and data__limits__catchup.is_integer())
                        or isinstance(data__limits__catchup, bool)
                    ):
                        raise Unfit
                    if isinstance(data__limits__catchup, (int, float)) and not isinstance(data__limits__catchup, bool):
                        if data__limits__catchup < 1:
                            raise Unfit
                        if data__limits__catchup > 10000:
                            raise Unfit
                if "budget-usd" in data__limits_keys:
                    data__limits_keys.remove("budget-usd")
                    data__limits__budgetusd = data__limits["budget-usd"]
                    if not isinstance(data__limits__budgetusd, (int, float)) or isinstance(
                        data__limits__budgetusd, bool
                    ):
                        raise Unfit
                    if isinstance(data__limits__budgetusd, (int, float)) and not isinstance(
                        data__limits__budgetusd, bool
                    ):
                        if data__limits__budgetusd < 0:
                            raise Unfit
                if data__limits_keys:
                    raise Unfit
        if "defaults" in data_keys:
            data_keys.remove("defaults")
            data__defaults = data["defaults"]
            if not isinstance(data__defaults, (dict)):
                raise Unfit
            data__defaults_is_dict = isinstance(data__defaults, dict)
            if data__defaults_is_dict:
                data__defaults_keys = set(data__defaults.keys())
                if "timeout-minutes" in data__defaults_keys:
                    data__defaults_keys.remove("timeout-minutes")
                    data__defaults__timeoutminutes = data__defaults["timeout-minutes"]
                    validate_plan____defs_minutes(data__defaults__timeoutminutes)
                if "retry" in data__defaults_keys:
                    data__defaults_keys.remove("retry")
                    data__defaults__retry = data__defaults["retry"]
                    validate_plan____defs_retry(data__defaults__retry)
                if "criticality" in data__defaults_keys:
                    data__defaults_keys.remove("criticality")
                    data__defaults__criticality = data__defaults["criticality"]
                    validate_plan____defs_criticality(data__defaults__criticality)
                if "owner" in data__defaults_keys:
                    data__defaults_keys.remove("owner")
                    data__defaults__owner = data__defaults["owner"]
                    if not isinstance(data__defaults__owner, (str)):
                        raise Unfit
                if "component" in data__defaults_keys:
                    data__defaults_keys.remove("component")
                    data__defaults__component = data__defaults["component"]
                    validate_plan____defs_id(data__defaults__component)
                if "env" in data__defaults_keys:
                    data__defaults_keys.remove("env")
                    data__defaults__env = data__defaults["env"]
                    validate_plan____defs_env(data__defaults__env)
                if data__defaults_keys:
                    raise Unfit
        if "notifications" in data_keys:
            data_keys.remove("notifications")
            data__notifications = data["notifications"]
            if not isinstance(data__notifications, (dict)):
                raise Unfit
            data__notifications_is_dict = isinstance(data__notifications, dict)
            if data__notifications_is_dict:
                data__notifications_keys = set(data__notifications.keys())
                if "slack" in data__notifications_keys:
                    data__notifications_keys.remove("slack")
                    data__notifications__slack = data__notifications["slack"]
                    if not isinstance(data__notifications__slack, (dict)):
                        raise Unfit
                    data__notifications__slack_is_dict = isinstance(data__notifications__slack, dict)
                    if data__notifications__slack_is_dict:
                        data__notifications__slack__missing_keys = set(["on"]) - data__notifications__slack.keys()
                        if data__notifications__slack__missing_keys:
                            raise Unfit
                        data__notifications__slack_keys = set(data__notifications__slack.keys())
                        if "on" in data__notifications__slack_keys:
                            data__notifications__slack_keys.remove("on")
                            data__notifications__slack__on = data__notifications__slack["on"]
                            validate_plan____defs_told(data__notifications__slack__on)
                        if "channel" in data__notifications__slack_keys:
                            data__notifications__slack_keys.remove("channel")
                            data__notifications__slack__channel = data__notifications__slack["channel"]
                            if not isinstance(data__notifications__slack__channel, (str)):
                                raise Unfit
                            if isinstance(data__notifications__slack__channel, str):
                                if not REGEX_PATTERNS["^[CDG][A-Z0-9]{2,}$"].search(
                                    data__notifications__slack__channel
                                ):
                                    raise Unfit
                        if "base-url" in data__notifications__slack_keys:
                            data__notifications__slack_keys.remove("base-url")
                            data__notifications__slack__baseurl = data__notifications__slack["base-url"]
                            if not isinstance(data__notifications__slack__baseurl, (str)):
                                raise Unfit
                            if isinstance(data__notifications__slack__baseurl, str):
                                data__notifications__slack__baseurl_len = len(data__notifications__slack__baseurl)
                                if data__notifications__slack__baseurl_len < 8:
                                    raise Unfit
                        if data__notifications__slack_keys:
                            raise Unfit
                if "zapier" in data__notifications_keys:
                    data__notifications_keys.remove("zapier")
                    data__notifications__zapier = data__notifications["zapier"]
                    if not isinstance(data__notifications__zapier, (dict)):
                        raise Unfit
                    data__notifications__zapier_is_dict = isinstance(data__notifications__zapier, dict)
                    if data__notifications__zapier_is_dict:
                        data__notifications__zapier__missing_keys = set(["on"]) - data__notifications__zapier.keys()
                        if data__notifications__zapier__missing_keys:
                            raise Unfit
                        data__notifications__zapier_keys = set(data__notifications__zapier.keys())
                        if "on" in data__notifications__zapier_keys:
                            data__notifications__zapier_keys.remove("on")
                            data__notifications__zapier__on = data__notifications__zapier["on"]
                            validate_plan____defs_told(data__notifications__zapier__on)
                        if data__notifications__zapier_keys:
                            raise Unfit
                if "issue" in data__notifications_keys:
                    data__notifications_keys.remove("issue")
                    data__notifications__issue = data__notifications["issue"]
                    if not isinstance(data__notifications__issue, (dict)):
                        raise Unfit
                    data__notifications__issue_is_dict = isinstance(data__notifications__issue, dict)
                    if data__notifications__issue_is_dict:
                        data__notifications__issue_keys = set(data__notifications__issue.keys())
                        if "on" in data__notifications__issue_keys:
                            data__notifications__issue_keys.remove("on")
                            data__notifications__issue__on = data__notifications__issue["on"]
                            validate_plan____defs_told(data__notifications__issue__on)
        if "escalation" in data_keys:
            data_keys.remove("escalation")
            data__escalation = data["escalation"]
            if not isinstance(data__escalation, (list, tuple)):
                raise Unfit
            data__escalation_is_list = isinstance(data__escalation, (list, tuple))
            if data__escalation_is_list:
                data__escalation_len = len(data__escalation)
                for data__escalation_x, data__escalation_item in enumerate(data__escalation):
                    if not isinstance(data__escalation_item, (dict)):
                        raise Unfit
                    data__escalation_item_is_dict = isinstance(data__escalation_item, dict)
                    if data__escalation_item_is_dict:
                        data__escalation_item__missing_keys = set(["tier", "after"]) - data__escalation_item.keys()
                        if data__escalation_item__missing_keys:
                            raise Unfit
                        data__escalation_item_keys = set(data__escalation_item.keys())
                        if "tier" in data__escalation_item_keys:
                            data__escalation_item_keys.remove("tier")
                            data__escalation_item__tier = data__escalation_item["tier"]
                            if (
                                not isinstance(data__escalation_item__tier, (int))
                                and not (
                                    isinstance(data__escalation_item__tier, float)
                                    and data__escalation_item__tier.is_integer()
                                )
                                or isinstance(data__escalation_item__tier, bool)
                            ):
                                raise Unfit
                            if isinstance(data__escalation_item__tier, (int, float)) and not isinstance(
                                data__escalation_item__tier, bool
                            ):
                                if data__escalation_item__tier < 1:
                                    raise Unfit
                        if "after" in data__escalation_item_keys:
                            data__escalation_item_keys.remove("after")
                            data__escalation_item__after = data__escalation_item["after"]
                            validate_plan____defs_duration(data__escalation_item__after)
                        if "to" in data__escalation_item_keys:
                            data__escalation_item_keys.remove("to")
                            data__escalation_item__to = data__escalation_item["to"]
        if data_keys:
            raise Unfit
    return data


def validate_plan____defs_duration(data):
    if not isinstance(data, (str)):
        raise Unfit
    if isinstance(data, str):
        if not REGEX_PATTERNS["^[0-9]{1,6}(\\.[0-9]{1,3})?(ms|s|m|h|d)$"].search(data):
            raise Unfit
    return data


def validate_plan____defs_told(data):
    if not isinstance(data, (list, tuple)):
        raise Unfit
    data_is_list = isinstance(data, (list, tuple))
    if data_is_list:
        data_len = len(data)
        if data_len < 1:
            raise Unfit
        for data_x, data_item in enumerate(data):
            if not (
                isinstance(data_item, str)
                and data_item == "started"
                or isinstance(data_item, str)
                and data_item == "finished"
                or isinstance(data_item, str)
                and data_item == "failed"
                or isinstance(data_item, str)
                and data_item == "awaiting-approval"
                or isinstance(data_item, str)
                and data_item == "overdue"
                or isinstance(data_item, str)
                and data_item == "always"
            ):
                raise Unfit
    return data


def validate_plan____defs_env(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_keys = set(data.keys())
        for data_key in data_keys:
            if data_key not in []:
                data_value = data.get(data_key)
                if not isinstance(data_value, (str, int, float, bool)):
                    raise Unfit
        data_len = len(data)
        if data_len != 0:
            data_property_names = True
            for data_key in data:
                try:
                    if isinstance(data_key, str):
                        if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_]{0,199}$"].search(data_key):
                            raise Unfit
                except Unfit:
                    data_property_names = False
            if not data_property_names:
                raise Unfit
    return data


def validate_plan____defs_criticality(data):
    if not (
        isinstance(data, str)
        and data == "critical"
        or isinstance(data, str)
        and data == "high"
        or isinstance(data, str)
        and data == "medium"
        or isinstance(data, str)
        and data == "low"
    ):
        raise Unfit
    return data


def validate_plan____defs_retry(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["attempts"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "attempts" in data_keys:
            data_keys.remove("attempts")
            data__attempts = data["attempts"]
            if (
                not isinstance(data__attempts, (int))
                and not (isinstance(data__attempts, float) and data__attempts.is_integer())
                or isinstance(data__attempts, bool)
            ):
                raise Unfit
            if isinstance(data__attempts, (int, float)) and not isinstance(data__attempts, bool):
                if data__attempts < 1:
                    raise Unfit
                if data__attempts > 20:
                    raise Unfit
        if "delay" in data_keys:
            data_keys.remove("delay")
            data__delay = data["delay"]
            validate_plan____defs_duration(data__delay)
        if "factor" in data_keys:
            data_keys.remove("factor")
            data__factor = data["factor"]
            if not isinstance(data__factor, (int, float)) or isinstance(data__factor, bool):
                raise Unfit
            if isinstance(data__factor, (int, float)) and not isinstance(data__factor, bool):
                if data__factor < 1:
                    raise Unfit
                if data__factor > 10:
                    raise Unfit
        if "max-delay" in data_keys:
            data_keys.remove("max-delay")
            data__maxdelay = data["max-delay"]
            validate_plan____defs_duration(data__maxdelay)
        if data_keys:
            raise Unfit
    return data


def validate_plan____defs_minutes(data):
    if not isinstance(data, (int, float)) or isinstance(data, bool):
        raise Unfit
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        if data > 43200:
            raise Unfit
        if data <= 0:
            raise Unfit
    return data


def validate_plan____defs_id(data):
    if not isinstance(data, (str)):
        raise Unfit
    if isinstance(data, str):
        if not REGEX_PATTERNS["^[a-z0-9][a-z0-9-]{0,63}$"].search(data):
            raise Unfit
    return data


def validate_task(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["id", "title", "steps"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "id" in data_keys:
            data_keys.remove("id")
            data__id = data["id"]
            validate_task____defs_id(data__id)
        if "title" in data_keys:
            data_keys.remove("title")
            data__title = data["title"]
            if not isinstance(data__title, (str)):
                raise Unfit
            if isinstance(data__title, str):
                data__title_len = len(data__title)
                if data__title_len < 1:
                    raise Unfit
                if data__title_len > 200:
                    raise Unfit
        if "description" in data_keys:
            data_keys.remove("description")
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Unfit
        if "day" in data_keys:
            data_keys.remove("day")
            data__day = data["day"]
            if (
                not isinstance(data__day, (int))
                and not (isinstance(data__day, float) and data__day.is_integer())
                or isinstance(data__day, bool)
            ):
                raise Unfit
            if isinstance(data__day, (int, float)) and not isinstance(data__day, bool):
                if data__day < 1:
                    raise Unfit
                if data__day > 10000:
                    raise Unfit
        if "schedule" in data_keys:
            data_keys.remove("schedule")
            data__schedule = data["schedule"]
            data__schedule_any_of_count1 = 0
            if not data__schedule_any_of_count1:
                try:
                    if not isinstance(data__schedule, (str)):
                        raise Unfit
                    if isinstance(data__schedule, str):
                        data__schedule_len = len(data__schedule)
                        if data__schedule_len < 9:
                            raise Unfit
                    data__schedule_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__schedule_any_of_count1:
                try:
                    if not isinstance(data__schedule, (dict)):
                        raise Unfit
                    data__schedule_is_dict = isinstance(data__schedule, dict)
                    if data__schedule_is_dict:
                        data__schedule__missing_keys = set(["cron"]) - data__schedule.keys()
                        if data__schedule__missing_keys:
                            raise Unfit
                        data__schedule_keys = set(data__schedule.keys())
                        if "cron" in data__schedule_keys:
                            data__schedule_keys.remove("cron")
                            data__schedule__cron = data__schedule["cron"]
                            if not isinstance(data__schedule__cron, (str)):
                                raise Unfit
                            if isinstance(data__schedule__cron, str):
                                data__schedule__cron_len = len(data__schedule__cron)
                                if data__schedule__cron_len < 9:
                                    raise Unfit
                        if "working-days" in data__schedule_keys:
                            data__schedule_keys.remove("working-days")
                            data__schedule__workingdays = data__schedule["working-days"]
                            if not isinstance(data__schedule__workingdays, (bool)):
                                raise Unfit
                        if "catch-up" in data__schedule_keys:
                            data__schedule_keys.remove("catch-up")
                            data__schedule__catchup = data__schedule["catch-up"]
                            if not (
                                isinstance(data__schedule__catchup, str)
                                and data__schedule__catchup == "latest"
                                or isinstance(data__schedule__catchup, str)
                                and data__schedule__catchup == "all"
                            ):
                                raise Unfit
                        if data__schedule_keys:
                            raise Unfit
                    data__schedule_any_of_count1 += 1
                except Unfit:
                    pass
            if not data__schedule_any_of_count1:
                raise Unfit
        if "on" in data_keys:
            data_keys.remove("on")
            data__on = data["on"]
            data__on_any_of_count2 = 0
            if not data__on_any_of_count2:
                try:
                    if not isinstance(data__on, (str)):
                        raise Unfit
                    if isinstance(data__on, str):
                        data__on_len = len(data__on)
                        if data__on_len < 1:
                            raise Unfit
                    data__on_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__on_any_of_count2:
                try:
                    if not isinstance(data__on, (list, tuple)):
                        raise Unfit
                    data__on_is_list = isinstance(data__on, (list, tuple))
                    if data__on_is_list:
                        data__on_len = len(data__on)
                        if data__on_len < 1:
                            raise Unfit
                        for data__on_x, data__on_item in enumerate(data__on):
                            if not isinstance(data__on_item, (str)):
                                raise Unfit
                            if isinstance(data__on_item, str):
                                data__on_item_len = len(data__on_item)
                                if data__on_item_len < 1:
                                    raise Unfit
                    data__on_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__on_any_of_count2:
                try:
                    if not isinstance(data__on, (dict)):
                        raise Unfit
                    data__on_is_dict = isinstance(data__on, dict)
                    if data__on_is_dict:
                        data__on_len = len(data__on)
                        if data__on_len < 1:
                            raise Unfit
                    data__on_any_of_count2 += 1
                except Unfit:
                    pass
            if not data__on_any_of_count2:
                raise Unfit
        if "component" in data_keys:
            data_keys.remove("component")
            data__component = data["component"]
            validate_task____defs_id(data__component)
        if "owner" in data_keys:
            data_keys.remove("owner")
            data__owner = data["owner"]
            if not isinstance(data__owner, (str)):
                raise Unfit
        if "needs" in data_keys:
            data_keys.remove("needs")
            data__needs = data["needs"]
            data__needs_any_of_count3 = 0
            if not data__needs_any_of_count3:
                try:
                    validate_task____defs_id(data__needs)
                    data__needs_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__needs_any_of_count3:
                try:
                    if not isinstance(data__needs, (list, tuple)):
                        raise Unfit
                    data__needs_is_list = isinstance(data__needs, (list, tuple))
                    if data__needs_is_list:

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

                        data__needs_len = len(data__needs)
                        if data__needs_len > len(set(fn(data__needs_x) for data__needs_x in data__needs)):
                            raise Unfit
                        for data__needs_x, data__needs_item in enumerate(data__needs):
                            validate_task____defs_id(data__needs_item)
                    data__needs_any_of_count3 += 1
                except Unfit:
                    pass
            if not data__needs_any_of_count3:
                raise Unfit
        if "criticality" in data_keys:
            data_keys.remove("criticality")
            data__criticality = data["criticality"]
            validate_task____defs_criticality(data__criticality)
        if "timeout-minutes" in data_keys:
            data_keys.remove("timeout-minutes")
            data__timeoutminutes = data["timeout-minutes"]
            validate_task____defs_minutes(data__timeoutminutes)
        if "retry" in data_keys:
            data_keys.remove("retry")
            data__retry = data["retry"]
            validate_task____defs_retry(data__retry)
        if "if" in data_keys:
            data_keys.remove("if")
            data__if = data["if"]
            if not isinstance(data__if, (str, bool)):
                raise Unfit
        if "env" in data_keys:
            data_keys.remove("env")
            data__env = data["env"]
            validate_task____defs_env(data__env)
        if "produces" in data_keys:
            data_keys.remove("produces")
            data__produces = data["produces"]
            if not isinstance(data__produces, (list, tuple)):
                raise Unfit
            data__produces_is_list = isinstance(data__produces, (list, tuple))
            if data__produces_is_list:

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

                data__produces_len = len(data__produces)
                if data__produces_len > len(set(fn(data__produces_x) for data__produces_x in data__produces)):
                    raise Unfit
                for data__produces_x, data__produces_item in enumerate(data__produces):
                    if not isinstance(data__produces_item, (str)):
                        raise Unfit
                    if isinstance(data__produces_item, str):
                        data__produces_item_len = len(data__produces_item)
                        if data__produces_item_len < 1:
                            raise Unfit
                        if data__produces_item_len > 500:
                            raise Unfit
        if "steps" in data_keys:
            data_keys.remove("steps")
            data__steps = data["steps"]
            if not isinstance(data__steps, (list, tuple)):
                raise Unfit
            data__steps_is_list = isinstance(data__steps, (list, tuple))
            if data__steps_is_list:
                data__steps_len = len(data__steps)
                if data__steps_len < 1:
                    raise Unfit
                if data__steps_len > 200:
                    raise Unfit
                for data__steps_x, data__steps_item in enumerate(data__steps):
                    validate_task____defs_step(data__steps_item)
        if "gates" in data_keys:
            data_keys.remove("gates")
            data__gates = data["gates"]
            if not isinstance(data__gates, (list, tuple)):
                raise Unfit
            data__gates_is_list = isinstance(data__gates, (list, tuple))
            if data__gates_is_list:
                data__gates_len = len(data__gates)
                if data__gates_len > 200:
                    raise Unfit
                for data__gates_x, data__gates_item in enumerate(data__gates):
                    validate_task____defs_gate(data__gates_item)
        if "approval" in data_keys:
            data_keys.remove("approval")
            data__approval = data["approval"]
            data__approval_any_of_count4 = 0
            if not data__approval_any_of_count4:
                try:
                    if not (
                        isinstance(data__approval, str)
                        and data__approval == "auto"
                        or isinstance(data__approval, str)
                        and data__approval == "manual"
                    ):
                        raise Unfit
                    data__approval_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__approval_any_of_count4:
                try:
                    if not isinstance(data__approval, (dict)):
                        raise Unfit
                    data__approval_is_dict = isinstance(data__approval, dict)
                    if data__approval_is_dict:
                        data__approval__missing_keys = set(["manual"]) - data__approval.keys()
                        if data__approval__missing_keys:
                            raise Unfit
                        data__approval_keys = set(data__approval.keys())
                        if "manual" in data__approval_keys:
                            data__approval_keys.remove("manual")
                            data__approval__manual = data__approval["manual"]
                            data__approval__manual_any_of_count5 = 0
                            if not data__approval__manual_any_of_count5:
                                try:
                                    if not isinstance(data__approval__manual, (NoneType)):
                                        raise Unfit
                                    data__approval__manual_any_of_count5 += 1
                                except Unfit:
                                    pass
                            if not data__approval__manual_any_of_count5:
                                try:
                                    if not isinstance(data__approval__manual, (dict)):
                                        raise Unfit
                                    data__approval__manual_is_dict = isinstance(data__approval__manual, dict)
                                    if data__approval__manual_is_dict:
                                        data__approval__manual_keys = set(data__approval__manual.keys())
                                        if "approvers" in data__approval__manual_keys:
                                            data__approval__manual_keys.remove("approvers")
                                            data__approval__manual__approvers = data__approval__manual["approvers"]
                                            if (
                                                not isinstance(data__approval__manual__approvers, (int))
                                                and not (
                                                    isinstance(data__approval__manual__approvers, float)
                                                    and data__approval__manual__approvers.is_integer()
                                                )
                                                or isinstance(data__approval__manual__approvers, bool)
                                            ):
                                                raise Unfit
                                            if isinstance(
                                                data__approval__manual__approvers, (int, float)
                                            ) and not isinstance(data__approval__manual__approvers, bool):
                                                if data__approval__manual__approvers < 1:
                                                    raise Unfit
                                                if data__approval__manual__approvers > 20:
                                                    raise Unfit
                                        if "exclude-initiator" in data__approval__manual_keys:
                                            data__approval__manual_keys.remove("exclude-initiator")
                                            data__approval__manual__excludeinitiator = data__approval__manual[
                                                "exclude-initiator"
                                            ]
                                            if not isinstance(data__approval__manual__excludeinitiator, (bool)):
                                                raise Unfit
                                        if "expires" in data__approval__manual_keys:
                                            data__approval__manual_keys.remove("expires")
                                            data__approval__manual__expires = data__approval__manual["expires"]
                                            validate_task____defs_duration(data__approval__manual__expires)
                                        if data__approval__manual_keys:
                                            raise Unfit
                                    data__approval__manual_any_of_count5 += 1
                                except Unfit:
                                    pass
                            if not data__approval__manual_any_of_count5:
                                raise Unfit
                        if data__approval_keys:
                            raise Unfit
                    data__approval_any_of_count4 += 1
                except Unfit:
                    pass
            if not data__approval_any_of_count4:
                raise Unfit
        if "on-failure" in data_keys:
            data_keys.remove("on-failure")
            data__onfailure = data["on-failure"]
            if not isinstance(data__onfailure, (dict)):
                raise Unfit
            data__onfailure_is_dict = isinstance(data__onfailure, dict)
            if data__onfailure_is_dict:
                data__onfailure_keys = set(data__onfailure.keys())
                if "try" in data__onfailure_keys:
                    data__onfailure_keys.remove("try")
                    data__onfailure__try = data__onfailure["try"]
                    if not isinstance(data__onfailure__try, (list, tuple)):
                        raise Unfit
                    data__onfailure__try_is_list = isinstance(data__onfailure__try, (list, tuple))
                    if data__onfailure__try_is_list:
                        data__onfailure__try_len = len(data__onfailure__try)
                        if data__onfailure__try_len > 50:
                            raise Unfit
                        for data__onfailure__try_x, data__onfailure__try_item in enumerate(data__onfailure__try):
                            validate_task____defs_step(data__onfailure__try_item)
                if "then" in data__onfailure_keys:
                    data__onfailure_keys.remove("then")
                    data__onfailure__then = data__onfailure["then"]
                    if not (
                        isinstance(data__onfailure__then, str)
                        and data__onfailure__then == "fail"
                        or isinstance(data__onfailure__then, str)
                        and data__onfailure__then == "skip"
                    ):
                        raise Unfit
                if data__onfailure_keys:
                    raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_task____defs_duration(data):
    if not isinstance(data, (str)):
        raise Unfit
    if isinstance(data, str):
        if not REGEX_PATTERNS["^[0-9]{1,6}(\\.[0-9]{1,3})?(ms|s|m|h|d)$"].search(data):
            raise Unfit
    return data


def validate_task____defs_gate(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_len = len(data)
        if data_len < 1:
            raise Unfit
        data_keys = set(data.keys())
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            if not isinstance(data__name, (str)):
                raise Unfit
            if isinstance(data__name, str):
                data__name_len = len(data__name)
                if data__name_len < 1:
                    raise Unfit
        if "file" in data_keys:
            data_keys.remove("file")
            data__file = data["file"]
        if "not-empty" in data_keys:
            data_keys.remove("not-empty")
            data__notempty = data["not-empty"]
        if "sha256" in data_keys:
            data_keys.remove("sha256")
            data__sha256 = data["sha256"]
        if "json" in data_keys:
            data_keys.remove("json")
            data__json = data["json"]
        if "schema" in data_keys:
            data_keys.remove("schema")
            data__schema = data["schema"]
        if "metric" in data_keys:
            data_keys.remove("metric")
            data__metric = data["metric"]
        if "above" in data_keys:
            data_keys.remove("above")
            data__above = data["above"]
        if "at-least" in data_keys:
            data_keys.remove("at-least")
            data__atleast = data["at-least"]
        if "below" in data_keys:
            data_keys.remove("below")
            data__below = data["below"]
        if "at-most" in data_keys:
            data_keys.remove("at-most")
            data__atmost = data["at-most"]
        if "equals" in data_keys:
            data_keys.remove("equals")
            data__equals = data["equals"]
        if "between" in data_keys:
            data_keys.remove("between")
            data__between = data["between"]
        if "command" in data_keys:
            data_keys.remove("command")
            data__command = data["command"]
        if "http" in data_keys:
            data_keys.remove("http")
            data__http = data["http"]
        if "tests" in data_keys:
            data_keys.remove("tests")
            data__tests = data["tests"]
        if "coverage" in data_keys:
            data_keys.remove("coverage")
            data__coverage = data["coverage"]
    return data


def validate_task____defs_step(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_keys = set(data.keys())
        if "id" in data_keys:
            data_keys.remove("id")
            data__id = data["id"]
            validate_task____defs_id(data__id)
        if "name" in data_keys:
            data_keys.remove("name")
            data__name = data["name"]
            if not isinstance(data__name, (str)):
                raise Unfit
        if "uses" in data_keys:
            data_keys.remove("uses")
            data__uses = data["uses"]
            if not isinstance(data__uses, (str)):
                raise Unfit
            if isinstance(data__uses, str):
                data__uses_len = len(data__uses)
                if data__uses_len < 1:
                    raise Unfit
        if "run" in data_keys:
            data_keys.remove("run")
            data__run = data["run"]
            data__run_any_of_count6 = 0
            if not data__run_any_of_count6:
                try:
                    if not isinstance(data__run, (str)):
                        raise Unfit
                    if isinstance(data__run, str):
                        data__run_len = len(data__run)
                        if data__run_len < 1:
                            raise Unfit
                    data__run_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__run_any_of_count6:
                try:
                    if not isinstance(data__run, (list, tuple)):
                        raise Unfit
                    data__run_is_list = isinstance(data__run, (list, tuple))
                    if data__run_is_list:
                        data__run_len = len(data__run)
                        if data__run_len < 1:
                            raise Unfit
                        for data__run_x, data__run_item in enumerate(data__run):
                            if not isinstance(data__run_item, (str)):
                                raise Unfit
                    data__run_any_of_count6 += 1
                except Unfit:
                    pass
            if not data__run_any_of_count6:
                raise Unfit
        if "with" in data_keys:
            data_keys.remove("with")
            data__with = data["with"]
            if not isinstance(data__with, (dict)):
                raise Unfit
        if "secrets" in data_keys:
            data_keys.remove("secrets")
            data__secrets = data["secrets"]
            if not isinstance(data__secrets, (list, tuple)):
                raise Unfit
            data__secrets_is_list = isinstance(data__secrets, (list, tuple))
            if data__secrets_is_list:

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

                data__secrets_len = len(data__secrets)
                if data__secrets_len > len(set(fn(data__secrets_x) for data__secrets_x in data__secrets)):
                    raise Unfit
                for data__secrets_x, data__secrets_item in enumerate(data__secrets):
                    validate_task____defs_secret_name(data__secrets_item)
        if "env" in data_keys:
            data_keys.remove("env")
            data__env = data["env"]
            validate_task____defs_env(data__env)
        if "if" in data_keys:
            data_keys.remove("if")
            data__if = data["if"]
            if not isinstance(data__if, (str, bool)):
                raise Unfit
        if "continue-on-error" in data_keys:
            data_keys.remove("continue-on-error")
            data__continueonerror = data["continue-on-error"]
            if not isinstance(data__continueonerror, (bool)):
                raise Unfit
        if "timeout-minutes" in data_keys:
            data_keys.remove("timeout-minutes")
            data__timeoutminutes = data["timeout-minutes"]
            validate_task____defs_minutes(data__timeoutminutes)
        if "retry" in data_keys:
            data_keys.remove("retry")
            data__retry = data["retry"]
            validate_task____defs_retry(data__retry)
        if "effect" in data_keys:
            data_keys.remove("effect")
            data__effect = data["effect"]
            if not (
                isinstance(data__effect, str)
                and data__effect == "none"
                or isinstance(data__effect, str)
                and data__effect == "workspace"
                or isinstance(data__effect, str)
                and data__effect == "external"
            ):
                raise Unfit
        if "outputs" in data_keys:
            data_keys.remove("outputs")
            data__outputs = data["outputs"]
            if not isinstance(data__outputs, (dict)):
                raise Unfit
            data__outputs_is_dict = isinstance(data__outputs, dict)
            if data__outputs_is_dict:
                data__outputs_keys = set(data__outputs.keys())
                for data__outputs_key in data__outputs_keys:
                    if data__outputs_key not in []:
                        data__outputs_value = data__outputs.get(data__outputs_key)
                        if not (
                            isinstance(data__outputs_value, str)
                            and data__outputs_value == "string"
                            or isinstance(data__outputs_value, str)
                            and data__outputs_value == "number"
                            or isinstance(data__outputs_value, str)
                            and data__outputs_value == "integer"
                            or isinstance(data__outputs_value, str)
                            and data__outputs_value == "boolean"
                            or isinstance(data__outputs_value, str)
                            and data__outputs_value == "array"
                            or isinstance(data__outputs_value, str)
                            and data__outputs_value == "object"
                        ):
                            raise Unfit
                data__outputs_len = len(data__outputs)
                if data__outputs_len != 0:
                    data__outputs_property_names = True
                    for data__outputs_key in data__outputs:
                        try:
                            if isinstance(data__outputs_key, str):
                                if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_-]{0,99}$"].search(data__outputs_key):
                                    raise Unfit
                        except Unfit:
                            data__outputs_property_names = False
                    if not data__outputs_property_names:
                        raise Unfit
        if "mock" in data_keys:
            data_keys.remove("mock")
            data__mock = data["mock"]
            if not isinstance(data__mock, (dict)):
                raise Unfit
        if "on-unknown" in data_keys:
            data_keys.remove("on-unknown")
            data__onunknown = data["on-unknown"]
            if not (
                isinstance(data__onunknown, str)
                and data__onunknown == "ask"
                or isinstance(data__onunknown, str)
                and data__onunknown == "retry"
                or isinstance(data__onunknown, str)
                and data__onunknown == "skip"
            ):
                raise Unfit
        if data_keys:
            raise Unfit
    return data


def validate_task____defs_secret_name(data):
    if not isinstance(data, (str)):
        raise Unfit
    if isinstance(data, str):
        if not REGEX_PATTERNS["^[A-Z][A-Z0-9_]{0,99}$"].search(data):
            raise Unfit
    return data


def validate_task____defs_env(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_keys = set(data.keys())
        for data_key in data_keys:
            if data_key not in []:
                data_value = data.get(data_key)
                if not isinstance(data_value, (str, int, float, bool)):
                    raise Unfit
        data_len = len(data)
        if data_len != 0:
            data_property_names = True
            for data_key in data:
                try:
                    if isinstance(data_key, str):
                        if not REGEX_PATTERNS["^[A-Za-z_][A-Za-z0-9_]{0,199}$"].search(data_key):
                            raise Unfit
                except Unfit:
                    data_property_names = False
            if not data_property_names:
                raise Unfit
    return data


def validate_task____defs_retry(data):
    if not isinstance(data, (dict)):
        raise Unfit
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(["attempts"]) - data.keys()
        if data__missing_keys:
            raise Unfit
        data_keys = set(data.keys())
        if "attempts" in data_keys:
            data_keys.remove("attempts")
            data__attempts = data["attempts"]
            if (
                not isinstance(data__attempts, (int))
                and not (isinstance(data__attempts, float) and data__attempts.is_integer())
                or isinstance(data__attempts, bool)
            ):
                raise Unfit
            if isinstance(data__attempts, (int, float)) and not isinstance(data__attempts, bool):
                if data__attempts < 1:
                    raise Unfit
                if data__attempts > 20:
                    raise Unfit
        if "delay" in data_keys:
            data_keys.remove("delay")
            data__delay = data["delay"]
            validate_task____defs_duration(data__delay)
        if "factor" in data_keys:
            data_keys.remove("factor")
            data__factor = data["factor"]
            if not isinstance(data__factor, (int, float)) or isinstance(data__factor, bool):
                raise Unfit
            if isinstance(data__factor, (int, float)) and not isinstance(data__factor, bool):
                if data__factor < 1:
                    raise Unfit
                if data__factor > 10:
                    raise Unfit
        if "max-delay" in data_keys:
            data_keys.remove("max-delay")
            data__maxdelay = data["max-delay"]
            validate_task____defs_duration(data__maxdelay)
        if data_keys:
            raise Unfit
    return data


def validate_task____defs_minutes(data):
    if not isinstance(data, (int, float)) or isinstance(data, bool):
        raise Unfit
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        if data > 43200:
            raise Unfit
        if data <= 0:
            raise Unfit
    return data


def validate_task____defs_criticality(data):
    if not (
        isinstance(data, str)
        and data == "critical"
        or isinstance(data, str)
        and data == "high"
        or isinstance(data, str)
        and data == "medium"
        or isinstance(data, str)
        and data == "low"
    ):
        raise Unfit
    return data


def validate_task____defs_id(data):
    if not isinstance(data, (str)):
        raise Unfit
    if isinstance(data, str):
        if not REGEX_PATTERNS["^[a-z0-9][a-z0-9-]{0,63}$"].search(data):
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
    "plan": _accepts(validate_plan),
    "task": _accepts(validate_task),
}
