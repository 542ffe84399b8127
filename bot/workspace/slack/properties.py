"""Which properties Slack knows on each block and element, and which element may stand where."""

COMMON = {"type", "block_id"}
MODAL_ONLY = {"alert"}
VIEW = {
    "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id",
    "clear_on_close", "notify_on_close", "submit_disabled",
}  # fmt: skip
BLOCKS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "markdown": {"text"},
    "rich_text": {"elements"},
    "table": {"rows", "column_settings"},
    "data_table": {"caption", "rows", "page_size", "row_header_column_index"},
    "data_visualization": {"title", "chart"},
    "video": {
        "title", "title_url", "description", "video_url", "thumbnail_url", "alt_text", "author_name",
        "provider_name", "provider_icon_url",
    },
    "file": {"external_id", "source"},
    "alert": {"text", "level"},
    "card": {"hero_image", "icon", "title", "subtitle", "body", "actions"},
    "carousel": {"elements"},
    "container": {
        "title", "rich_text_title", "subtitle", "child_blocks", "width", "icon", "is_collapsible",
        "default_collapsed", "has_header_divider",
    },
    "context_actions": {"elements"},
    "plan": {"title", "tasks"},
    "task_card": {"task_id", "title", "details", "output", "sources", "status"},
}  # fmt: skip
_SELECT = {"placeholder", "confirm", "focus_on_load"}
_OPTIONS = {"options", "option_groups"}
_FEW = {"options", "confirm", "focus_on_load"}
_MANY = {"max_selected_items"}
_TYPED = {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"}
_ROOMS = {"default_to_current_conversation", "filter"}
ELEMENTS: dict[str, set[str]] = {
    "button": {
        "text", "value", "url", "style", "confirm", "accessibility_label", "agent_prompt",
        "agent_prompt_display", "visible_to_user_ids",
    },
    "overflow": {"options", "confirm"},
    "static_select": _SELECT | _OPTIONS | {"initial_option"},
    "multi_static_select": _SELECT | _OPTIONS | _MANY | {"initial_options"},
    "external_select": _SELECT | {"initial_option", "min_query_length"},
    "multi_external_select": _SELECT | _MANY | {"initial_options", "min_query_length"},
    "users_select": _SELECT | {"initial_user"},
    "multi_users_select": _SELECT | _MANY | {"initial_users"},
    "conversations_select": _SELECT | _ROOMS | {"initial_conversation", "response_url_enabled"},
    "multi_conversations_select": _SELECT | _ROOMS | _MANY | {"initial_conversations"},
    "channels_select": _SELECT | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _SELECT | _MANY | {"initial_channels"},
    "datepicker": _SELECT | {"initial_date"},
    "timepicker": _SELECT | {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time", "confirm", "focus_on_load"},
    "checkboxes": _FEW | {"initial_options"},
    "radio_buttons": _FEW | {"initial_option"},
    "plain_text_input": _TYPED | {"multiline", "min_length", "max_length"},
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "number_input": _TYPED | {"is_decimal_allowed", "min_value", "max_value"},
    "rich_text_input": _TYPED,
    "file_input": {"filetypes", "max_files"},
    "image": {"image_url", "slack_file", "alt_text"},
    "feedback_buttons": {"positive_button", "negative_button"},
    "icon_button": {"icon", "text", "accessibility_label", "value", "visible_to_user_ids", "confirm"},
}  # fmt: skip
TYPED = {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
}  # fmt: skip
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}
IN_ACTIONS = set(ELEMENTS) - TYPED - IN_CONTEXT_ACTIONS - {"image"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = set(ELEMENTS) - IN_CONTEXT_ACTIONS - {"button", "overflow", "image"}
