"""Which filters each Harvest v3 list knows. A list refuses every other one by name (422)."""

from bot.workspace.ats.greenhouse.rules import Refusal

COMMON = {"ids", "created_at", "updated_at", "fields", "per_page", "skip_count"}
KNOWN = {
    "candidates": "last_activity_at custom_field_option_id private email tag",
    "applications": (
        "candidate_ids job_ids prospective_job_ids job_post_ids source_ids referrer_ids stage_ids status stage_name"
        " custom_field_option_id last_activity_at prospect"
    ),
    "application_stages": "application_ids job_interview_stage_ids current",
    "jobs": "opened_at closed_at requisition_id department_id office_id custom_field_option_id confidential status",
    "openings": "job_ids application_ids close_reason_ids opened_at closed_at custom_field_option_id open opening_id",
    "job_interview_stages": "job_ids active",
    "job_interviews": "job_interview_stage_ids job_ids active scheduling_type",
    "interview_kits": "job_ids job_interview_ids",
    "scorecard_questions": "interview_kit_ids active",
    "scorecard_question_options": "scorecard_question_ids active",
    "default_interviewers": "user_ids interview_kit_ids",
    "interviews": (
        "job_ids application_ids job_interview_ids organizer_ids starts_at ends_at all_day_start_on all_day_end_on"
        " external_event_id status"
    ),
    "interviewers": "interview_ids user_ids scorecard_ids response_status",
    "scorecards": "interview_kit_ids submitter_ids application_ids interviewer_ids interviewed_at submitted_at status",
    "scorecard_question_answers": "scorecard_ids scorecard_question_ids",
    "offers": (
        "application_ids job_ids candidate_ids opening_ids current_only custom_field_option_id status resolved_at"
        " sent_on starts_on"
    ),
    "notes": "candidate_ids user_ids application_ids type visibility",
    "attachments": "application_ids candidate_ids type",
    "users": (
        "agency_ids office_ids department_ids linked_candidate_ids interviewer_tag_ids employee_ids"
        " custom_field_option_id deactivated primary_email external_office_id external_department_id show_service_accounts"
    ),
    "job_owners": "user_ids job_ids type",
    "job_hiring_managers": "user_ids job_ids",
    "rejection_reasons": "include_defaults",
    "rejection_details": "application_ids rejection_reason_ids custom_field_option_id",
    "sources": "",
    "custom_fields": "field_type active name name_key",
    "user_job_permissions": "job_ids user_ids role_ids",
    "departments": "parent_id external_id",
    "offices": "parent_id external_id",
    "approval_flows": "job_ids offer_ids approval_type",
    "approver_groups": "approval_flow_ids",
    "approvers": "approver_group_ids user_ids status",
    "focus_candidate_attributes": "interview_kit_ids job_candidate_attribute_ids",
    "job_candidate_attributes": "job_ids candidate_attribute_type_ids active",
    "scorecard_candidate_attributes": "scorecard_ids job_candidate_attribute_ids",
    "scorecard_question_answer_options": "scorecard_question_option_ids scorecard_question_answer_ids",
    "candidate_tags": "",
    "applied_candidate_tags": "candidate_tag_ids candidate_ids",
    "custom_field_options": "custom_field_ids active custom_field_key",
    "job_posts": "job_ids job_board_ids active featured live internal",
    "job_post_locations": "office_ids job_post_ids custom_location_ids type plain_text_location",
    "referrers": "user_ids",
    "demographic_questions": "demographic_question_set_ids active required",
    "demographic_answer_options": "demographic_question_ids active",
    "demographic_answers": "application_ids demographic_question_ids demographic_answer_option_ids",
    "eeoc": "application_ids submitted_at",
}


def check(resource: str, query: dict[str, str]) -> None:
    """Refuse what this list does not know, more than 50 values, and the status that only answers carry."""
    known = COMMON | set(KNOWN[resource].split())
    for name, value in query.items():
        if name not in known:
            raise Refusal(422, f"{name} is not a known filter", (name, "is not a known filter"))
        listed = name in ("ids", "fields") or name.endswith("_ids")
        if listed and len(value.split(",")) > 50:
            raise Refusal(422, f"{name} accepts at most 50 values", (name, "has too many values"))
    if query.get("status") == "in_process":
        raise Refusal(
            422, "status is not included in the list", ("status", "is not included in the list")
        )
